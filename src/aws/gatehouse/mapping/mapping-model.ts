import type { ServiceData, ShapeData } from '../../../reference/aws/service-data.ts'
import { linkModel, type Model } from '../../model.ts'

export const mappingVersion = '2026-12-04'
/** Longest text of rules, in characters. */
export const mostRules = 131_072
/** The most people that one replay judges. */
export const mostJudged = 20_000

const versioned = (members: Readonly<Record<string, string>>, required: readonly string[] = []) =>
  ({
    type: 'structure',
    required: ['Version', ...required],
    members: { Version: 'versionType', ...members },
  }) satisfies ShapeData

/**
 * The side of sign-ins: connectors, what the mappings make of people, and what edited rules would.
 * JSON over `POST /mapping/…`, signed for the service `gatehouse` (docs/mapping.md). Stores
 * nothing.
 */
export const mappingService: ServiceData = {
  service: 'gatehouse',
  protocol: 'json',
  version: mappingVersion,
  namespace: '',
  shapes: {
    versionType: { type: 'string', enum: [mappingVersion] },
    idType: { type: 'string', min: 1, max: 63, pattern: '[a-z][a-z0-9-]*' },
    subjectType: { type: 'string', min: 1, max: 512 },
    identityType: { type: 'string', min: 1, max: 65_536 },
    rulesType: { type: 'string', min: 1, max: mostRules },
    daysType: { type: 'integer', min: 1, max: 400 },
    maxItemsType: { type: 'integer', min: 1, max: 100 },
    userNameType: { type: 'string', min: 1, max: 512 },
    keyIdType: { type: 'string', min: 1, max: 64, pattern: '[A-Z2-7]+' },
    keyMarkerType: { type: 'string', min: 1, max: 2048, pattern: '[A-Za-z0-9_-]+' },
    keyPageType: { type: 'integer', min: 1, max: 1000 },
    ListConnectorsRequest: versioned({}),
    GetConnectorRequest: versioned({ Connector: 'idType' }, ['Connector']),
    ListRecentSignInsRequest: versioned({ Connector: 'idType', MaxItems: 'maxItemsType' }, [
      'Connector',
    ]),
    ListPersonKeysRequest: versioned({
      Connector: 'idType',
      Subject: 'subjectType',
      UserName: 'userNameType',
      Marker: 'keyMarkerType',
      MaxItems: 'keyPageType',
    }),
    DeletePersonKeyResponse: {
      type: 'structure',
      required: ['Removed'],
      members: { Removed: 'removedType' },
    },
    removedType: { type: 'boolean' },
    DeletePersonKeyRequest: versioned(
      { Connector: 'idType', Subject: 'subjectType', KeyId: 'keyIdType' },
      ['Connector', 'Subject', 'KeyId'],
    ),
    EvaluateMappingRequest: versioned({
      Connector: 'idType',
      Subject: 'subjectType',
      Identity: 'identityType',
    }),
    ReplayMappingRequest: versioned({ Rules: 'rulesType', Days: 'daysType' }, ['Rules']),
  },
  operations: {
    ListConnectors: { input: 'ListConnectorsRequest', errors: {} },
    GetConnector: { input: 'GetConnectorRequest', errors: { NoSuchEntity: 404 } },
    ListRecentSignIns: { input: 'ListRecentSignInsRequest', errors: { NoSuchEntity: 404 } },
    ListPersonKeys: { input: 'ListPersonKeysRequest', errors: { NoSuchEntity: 404 } },
    DeletePersonKey: {
      input: 'DeletePersonKeyRequest',
      output: 'DeletePersonKeyResponse',
      errors: { NoSuchEntity: 404 },
    },
    EvaluateMapping: {
      input: 'EvaluateMappingRequest',
      errors: { InvalidInput: 400, NoSuchEntity: 404 },
    },
    ReplayMapping: { input: 'ReplayMappingRequest', errors: { InvalidInput: 400 } },
  },
}

interface Versioned {
  readonly Version: string
}
interface OfConnector extends Versioned {
  readonly Connector: string
}

export interface ConnectorSummary {
  readonly Connector: string
  readonly Label: string
  /** `ldap`, `oidc`, `saml`, `oauth2`, `file`. */
  readonly Protocol: string
}
export interface ConnectorState extends ConnectorSummary {
  /** Whether it can be reached now. */
  readonly Reachable: boolean
  /** Why it can't, or what will end soon. */
  readonly Remark?: string | undefined
  readonly Servers: readonly {
    readonly Url: string
    /** Why it is passed over; absent: it is in use. */
    readonly Trouble?: string | undefined
    readonly AskedAgainAt?: string | undefined
  }[]
  readonly Certificates: readonly {
    readonly Whose: string
    readonly Fingerprint: string
    readonly ExpiresAt: string
  }[]
  /** Refused sign-ins that this node saw since it started, the latest first. */
  readonly Failures: readonly {
    readonly At: string
    readonly Code: string
    /** For the operator. */
    readonly Detail?: string | undefined
    /** What the person was shown. */
    readonly Reference?: string | undefined
  }[]
}
export interface RecentPerson {
  readonly Connector: string
  readonly Subject: string
  readonly UserName: string
  readonly DisplayName: string
  readonly At: string
}
export interface ListPersonKeysRequest extends Versioned {
  /** Absent: all whose people's keys the account looks after. */
  readonly Connector?: string | undefined
  /** With `Connector`: of one person. */
  readonly Subject?: string | undefined
  /** What the names of the people start with. */
  readonly UserName?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
/** A security key of a person. */
export interface PersonKeyShown {
  readonly Connector: string
  readonly Subject: string
  readonly UserName: string
  readonly KeyId: string
  readonly Name: string
  readonly AddedAt: string
  readonly LastUsedAt?: string | undefined
  /** The AAGUID, as the key says itself. */
  readonly Model: string
}
export interface EvaluateMappingRequest extends Versioned {
  /** With `Subject`: somebody who signed in lately. */
  readonly Connector?: string | undefined
  readonly Subject?: string | undefined
  /** YAML or JSON, as `gatehouse explain` takes it. */
  readonly Identity?: string | undefined
}
export interface EvaluatedMapping {
  readonly Person: { readonly Connector: string; readonly UserName: string }
  /** Rules that may give roles of the caller's account. */
  readonly Rules: readonly {
    readonly Name: string
    readonly Result: 'granted' | 'not-matched' | 'denied' | 'failed'
    readonly Reason: string
  }[]
  /** Roles of the caller's account. */
  readonly Grants: readonly {
    readonly Rule: string
    readonly RoleArn: string
    readonly SessionName: string
    readonly Tags: Readonly<Record<string, string>>
    /** Whether the role is there and trusts the person. */
    readonly Permitted: boolean
    /** Seconds. */
    readonly MaxDuration?: number | undefined
  }[]
}
export interface ReplayMappingRequest extends Versioned {
  /** YAML or JSON: a list of rules, as under `mappings:` of the settings. */
  readonly Rules: string
  /** Default: 30. */
  readonly Days?: number | undefined
}
export interface ReplayedMapping {
  readonly Judged: number
  /** More people signed in than one replay judges. */
  readonly Truncated: boolean
  readonly People: readonly (Omit<RecentPerson, 'DisplayName'> & {
    readonly Differences: readonly {
      readonly Kind: 'gains' | 'loses' | 'changes'
      readonly RoleArn: string
      readonly Because: string
    }[]
  })[]
}

export interface MappingOperations {
  readonly ListConnectors: {
    in: Versioned
    out: { readonly Connectors: readonly ConnectorSummary[] }
  }
  readonly GetConnector: { in: OfConnector; out: ConnectorState }
  readonly ListRecentSignIns: {
    in: OfConnector & { readonly MaxItems?: number | undefined }
    out: { readonly People: readonly RecentPerson[] }
  }
  readonly ListPersonKeys: {
    in: ListPersonKeysRequest
    out: { readonly Keys: readonly PersonKeyShown[]; readonly Marker?: string | undefined }
  }
  readonly DeletePersonKey: {
    in: OfConnector & { readonly Subject: string; readonly KeyId: string }
    /** False: the person has no such key. */
    out: { readonly Removed: boolean }
  }
  readonly EvaluateMapping: { in: EvaluateMappingRequest; out: EvaluatedMapping }
  readonly ReplayMapping: { in: ReplayMappingRequest; out: ReplayedMapping }
}

type Code = 'NoSuchEntity' | 'InvalidInput'
const link = <Name extends keyof MappingOperations, C extends Code = never>(
  name: Name,
): Model<MappingOperations[Name]['in'], MappingOperations[Name]['out'], C> =>
  linkModel(mappingService, name)

export const ListConnectors = link('ListConnectors')
export const GetConnector = link<'GetConnector', 'NoSuchEntity'>('GetConnector')
export const ListRecentSignIns = link<'ListRecentSignIns', 'NoSuchEntity'>('ListRecentSignIns')
export const ListPersonKeys = link<'ListPersonKeys', 'NoSuchEntity'>('ListPersonKeys')
export const DeletePersonKey = link<'DeletePersonKey', 'NoSuchEntity'>('DeletePersonKey')
export const EvaluateMapping = link<'EvaluateMapping', Code>('EvaluateMapping')
export const ReplayMapping = link<'ReplayMapping', 'InvalidInput'>('ReplayMapping')

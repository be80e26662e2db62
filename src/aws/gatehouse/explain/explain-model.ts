import type { Facet } from '../../../audit/index/search.ts'
import type { Outcome, TrailEvent } from '../../../audit/index/terms.ts'
import type { Explanation, Turn } from '../../../policy/index.ts'
import type { ServiceData, ShapeData } from '../../../reference/aws/service-data.ts'
import { linkModel, type Model } from '../../model.ts'
import type { TrustKind } from './trust-graph.ts'

const text = (most: number, more: Partial<ShapeData> = {}): ShapeData => ({
  type: 'string',
  min: 1,
  max: most,
  ...more,
})
const list = (of: string, max: number, min = 0): ShapeData => ({ type: 'list', of, min, max })

export const explainVersion = '2026-12-03'
/** The most actions, and the most resources, of one question. */
export const mostNames = 100
/** The most roles that one question of who can begins from. */
export const mostStarts = 50

/**
 * Why something is allowed or denied: JSON over `POST /explain/access`, signed for the service
 * `gatehouse` (docs/policy-tools.md). Stores nothing.
 */
export const explainService: ServiceData = {
  service: 'gatehouse',
  protocol: 'json',
  version: explainVersion,
  namespace: '',
  shapes: {
    versionType: { type: 'string', enum: [explainVersion] },
    principalType: text(2048),
    documentType: text(131_072),
    documentsType: list('documentType', 20),
    arnsType: list('principalType', 20),
    actionType: text(192),
    actionsType: list('actionType', mostNames, 1),
    resourceType: text(2048),
    resourcesType: list('resourceType', mostNames),
    keyType: text(256),
    valueType: { type: 'string', max: 2048 },
    valuesType: list('valueType', 256),
    flagType: { type: 'boolean' },
    ContextEntry: {
      type: 'structure',
      required: ['Key', 'Values'],
      members: { Key: 'keyType', Values: 'valuesType', List: 'flagType' },
    },
    contextType: list('ContextEntry', 200),
    WhoCanRequest: {
      type: 'structure',
      required: ['Version'],
      members: {
        Version: 'versionType',
        Action: 'actionType',
        Resource: 'resourceType',
        Context: 'contextType',
        From: 'principalType',
        FromAll: 'rolesType',
      },
    },
    rolesType: list('principalType', mostStarts, 1),
    markType: { type: 'string', enum: ['dead-end', 'cross-account', 'gone'] },
    placeType: { type: 'string', min: 1, max: 9, pattern: '[1-9]\\d*' },
    RoleGraphRequest: {
      type: 'structure',
      required: ['Version'],
      members: {
        Version: 'versionType',
        Near: 'principalType',
        Name: 'termType',
        Mark: 'markType',
        Marker: 'placeType',
        MaxItems: 'pageType',
      },
    },
    tokenType: text(256),
    termType: text(256),
    termsType: list('termType', 20),
    timeType: text(40, { pattern: '\\d{4}-\\d\\d-\\d\\d(T[0-9:.]+Z)?' }),
    markerType: text(64, { pattern: '\\d+\\.\\d+' }),
    pageType: { type: 'integer', min: 1, max: 1000 },
    outcomeType: { type: 'string', enum: ['allowed', 'denied', 'failed'] },
    outcomesType: list('outcomeType', 3),
    LookupEventsRequest: {
      type: 'structure',
      required: ['Version'],
      members: {
        Version: 'versionType',
        Token: 'tokenType',
        People: 'termsType',
        Actions: 'termsType',
        Roles: 'termsType',
        Outcomes: 'outcomesType',
        Errors: 'termsType',
        Sources: 'termsType',
        Addresses: 'termsType',
        AccessKeys: 'termsType',
        From: 'timeType',
        To: 'timeType',
        Marker: 'markerType',
        MaxItems: 'pageType',
        Facets: 'flagType',
      },
    },
    ExplainAccessRequest: {
      type: 'structure',
      required: ['Version', 'Actions'],
      members: {
        Version: 'versionType',
        Principal: 'principalType',
        Policies: 'documentsType',
        Boundary: 'documentType',
        ResourcePolicy: 'documentType',
        ServiceControl: 'documentsType',
        SessionPolicies: 'documentsType',
        SessionPolicyArns: 'arnsType',
        Caller: 'principalType',
        ResourceOwner: 'principalType',
        Actions: 'actionsType',
        Resources: 'resourcesType',
        Context: 'contextType',
        Trace: 'flagType',
      },
    },
  },
  operations: {
    ExplainAccess: {
      input: 'ExplainAccessRequest',
      errors: { InvalidInput: 400, NoSuchEntity: 404 },
    },
    LookupEvents: { input: 'LookupEventsRequest', errors: {} },
    WhoCan: { input: 'WhoCanRequest', errors: { InvalidInput: 400, NoSuchEntity: 404 } },
    RoleGraph: { input: 'RoleGraphRequest', errors: { NoSuchEntity: 404 } },
  },
}

export interface ExplainAccessRequest {
  readonly Version: string
  /**
   * The ARN of a user, group, role or role session of the account; short: `user/NAME`,
   * `group/NAME`, `role/NAME`. Absent: the policies of the call are all there is.
   */
  readonly Principal?: string | undefined
  /** Identity policies besides those of the principal. */
  readonly Policies?: readonly string[] | undefined
  /** In place of the principal's own. */
  readonly Boundary?: string | undefined
  /** For `sts:AssumeRole` and its kin: the role's trust policy. */
  readonly ResourcePolicy?: string | undefined
  /** A policy for each level, in place of those of the organization. */
  readonly ServiceControl?: readonly string[] | undefined
  /** Session policies, which unite with those of the ARNs. Absent, both: they do not narrow. */
  readonly SessionPolicies?: readonly string[] | undefined
  readonly SessionPolicyArns?: readonly string[] | undefined
  /** The user who calls with these policies. */
  readonly Caller?: string | undefined
  readonly ResourceOwner?: string | undefined
  readonly Actions: readonly string[]
  readonly Resources?: readonly string[] | undefined
  readonly Context?:
    | readonly {
        readonly Key: string
        readonly Values: readonly string[]
        readonly List?: boolean | undefined
      }[]
    | undefined
  /** Of one action and one resource: every layer and statement, and the policies' documents. */
  readonly Trace?: boolean | undefined
}

export interface ExplainedAccess {
  readonly Action: string
  readonly Resource: string
  /** `depends`: on a role's trust policy or a key's policy, which was not given. */
  readonly Effect: Explanation['effect'] | 'depends'
  readonly DependsOn?: 'trust' | 'resource' | undefined
  readonly BlockedBy?: string | undefined
  /** The statements that decided: `POLICY`, and the Sid or the number of the statement. */
  readonly Because: readonly string[]
  readonly MissingContext: readonly string[]
}

/** A policy of a trace, and where it is kept. */
export interface TracedPolicy {
  readonly Layer: string
  readonly Level?: number | undefined
  /** As the trace names it. */
  readonly Name: string
  /** Of a managed policy. */
  readonly Arn?: string | undefined
  /** Of an inline policy: whose it is. */
  readonly Holder?: { readonly Kind: 'user' | 'group' | 'role'; readonly Name: string } | undefined
  readonly PolicyName?: string | undefined
  /** JSON. Absent for policies of the organization. */
  readonly Document?: string | undefined
}

export interface ExplainAccessResponse {
  /** The principal's ARN. */
  readonly Principal?: string | undefined
  readonly Results: readonly ExplainedAccess[]
  /** Condition keys that the policies use, as they spell them. */
  readonly ContextKeys: readonly string[]
  readonly Trace?:
    | {
        readonly Explanation: TracedExplanation
        readonly Policies: readonly TracedPolicy[]
        /** The smallest changes that turn a denial, the smallest first. */
        readonly Turns: readonly Turn[]
      }
    | undefined
}

/** An explanation without the maps of its question. */
export interface TracedExplanation extends Omit<Explanation, 'question'> {
  readonly question: {
    readonly principal: string
    readonly action: string
    readonly resource: string
    readonly context: Readonly<Record<string, readonly string[]>>
  }
}

export const ExplainAccess: Model<
  ExplainAccessRequest,
  ExplainAccessResponse,
  'InvalidInput' | 'NoSuchEntity'
> = linkModel(explainService, 'ExplainAccess')

/** What events are looked up by; several kinds: all of them, several of one kind: any of them. */
export interface LookupEventsRequest {
  readonly Version: string
  /** An event id, a request id or a reference; nothing else counts then. */
  readonly Token?: string | undefined
  /** A text that ends with `*` stands for all that begin so; so in the others. */
  readonly People?: readonly string[] | undefined
  readonly Actions?: readonly string[] | undefined
  readonly Roles?: readonly string[] | undefined
  readonly Outcomes?: readonly Outcome[] | undefined
  readonly Errors?: readonly string[] | undefined
  /** Services: `iam`, `sts`, `signin`, `gatehouse`. */
  readonly Sources?: readonly string[] | undefined
  readonly Addresses?: readonly string[] | undefined
  readonly AccessKeys?: readonly string[] | undefined
  /** A day or an instant (UTC), included, as `To`. */
  readonly From?: string | undefined
  readonly To?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
  readonly Facets?: boolean | undefined
}

export interface LookupEventsResponse {
  /** The newest first. */
  readonly Events: readonly TrailEvent[]
  readonly Marker?: string | undefined
  readonly Facets: readonly Facet[]
  /** How many events the facets were counted over. */
  readonly Counted: number
  /** Bytes of the trail that the index has not read yet. */
  readonly Behind: number
}

export const LookupEvents: Model<LookupEventsRequest, LookupEventsResponse, never> = linkModel(
  explainService,
  'LookupEvents',
)

export interface WhoCanRequest {
  readonly Version: string
  readonly Action?: string | undefined
  readonly Resource?: string | undefined
  readonly Context?: ExplainAccessRequest['Context']
  /** A user or role, in place of an action: which roles it can take. */
  readonly From?: string | undefined
  /** Several, in place of `From`; names of what is not there are left out. */
  readonly FromAll?: readonly string[] | undefined
}

/** Principals that can, and the roles that lead to them. */
export interface WhoCanResponse {
  /** Those who can by their own policies. */
  readonly Direct: readonly {
    readonly Arn: string
    readonly Can: 'yes' | 'depends'
    readonly Because: readonly string[]
    readonly DependsOn?: 'trust' | 'resource' | undefined
    readonly MissingContext: readonly string[]
  }[]
  /** Who can take which role. */
  readonly Edges: readonly {
    readonly From: string
    readonly To: string
    readonly Can: 'yes' | 'depends'
  }[]
  /** Providers, services and other accounts that trust policies name. */
  readonly Outside: readonly { readonly Principal: string; readonly To: string }[]
  /**
   * Rules of the mapping that give roles of the answer to people. `By`: a text of the rule names
   * the role, or its pattern may mean it.
   */
  readonly Rules: readonly {
    readonly Rule: string
    readonly To: string
    readonly By: 'name' | 'pattern'
  }[]
  /** How many can, by themselves or by roles. */
  readonly Count: number
  readonly Asked: number
  /** What ended the search before its end; absent: it is whole. */
  readonly Cut?: 'parties' | 'decisions' | 'told' | undefined
}

export const WhoCan: Model<WhoCanRequest, WhoCanResponse, 'InvalidInput' | 'NoSuchEntity'> =
  linkModel(explainService, 'WhoCan')

export interface RoleGraphRequest {
  readonly Version: string
  /** A role, by its name or ARN, or a principal as trust policies name it: what surrounds it. */
  readonly Near?: string | undefined
  /** A part of the names of roles. */
  readonly Name?: string | undefined
  readonly Mark?: 'dead-end' | 'cross-account' | 'gone' | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

export interface RoleGraphResponse {
  /** In order of name. */
  readonly Roles: readonly {
    readonly Arn: string
    readonly Trusts: readonly {
      readonly Principal: string
      readonly Kind: TrustKind
      /** Only under a condition. */
      readonly Conditional: boolean
      /** There is no such user or role any more. */
      readonly Gone: boolean
    }[]
    /** How many principals more it trusts. */
    readonly More: number
    /** It trusts nobody who is there. */
    readonly DeadEnd: boolean
    readonly CrossAccount: boolean
  }[]
  readonly Marker?: string | undefined
  readonly Found: number
  /** Of the whole account, as the two below. */
  readonly Total: number
  readonly DeadEnds: number
  readonly CrossAccount: number
  readonly Near?:
    | {
        readonly Principal: string
        readonly Edges: readonly {
          readonly From: string
          readonly To: string
          readonly Kind: TrustKind
          readonly Conditional: boolean
        }[]
        /** There is more than a picture can show. */
        readonly Cut: boolean
      }
    | undefined
}

export const RoleGraph: Model<RoleGraphRequest, RoleGraphResponse, 'NoSuchEntity'> = linkModel(
  explainService,
  'RoleGraph',
)

/** What pages of the console call of them. */
export interface GatehouseOperations {
  readonly RoleGraph: { readonly in: RoleGraphRequest; readonly out: RoleGraphResponse }
  readonly WhoCan: { readonly in: WhoCanRequest; readonly out: WhoCanResponse }
  readonly LookupEvents: { readonly in: LookupEventsRequest; readonly out: LookupEventsResponse }
  readonly ExplainAccess: { readonly in: ExplainAccessRequest; readonly out: ExplainAccessResponse }
}

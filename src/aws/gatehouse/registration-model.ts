import type { ServiceData, ShapeData } from '../../reference/aws/service-data.ts'
import { linkModel, type Model } from '../model.ts'

/** The longest document, in characters. */
const mostDocument = 65_536

const named: ShapeData = {
  type: 'structure',
  required: ['Version', 'Prefix'],
  members: { Version: 'versionType', Prefix: 'prefixType' },
}
const written: ShapeData = {
  type: 'structure',
  required: ['Version', 'Prefix', 'Document'],
  members: { Version: 'versionType', Prefix: 'prefixType', Document: 'documentType' },
}

/**
 * Services of an account, registered by API: JSON over `POST /services/…`, signed for the service
 * `gatehouse` (docs/services.md).
 */
export const registrationService: ServiceData = {
  service: 'gatehouse',
  protocol: 'json',
  version: '2026-12-02',
  namespace: '',
  shapes: {
    versionType: { type: 'string', enum: ['2026-12-02'] },
    prefixType: { type: 'string', min: 1, max: 63, pattern: '[a-z][a-z0-9-]*' },
    documentType: { type: 'string', min: 2, max: mostDocument },
    maxItemsType: { type: 'integer', min: 1, max: 100 },
    flagType: { type: 'boolean' },
    textType: { type: 'string' },
    Named: named,
    Written: written,
    ListServicesRequest: {
      type: 'structure',
      required: ['Version'],
      members: { Version: 'versionType', Marker: 'prefixType', MaxItems: 'maxItemsType' },
    },
    Summary: {
      type: 'structure',
      members: {
        Prefix: 'prefixType',
        Arn: 'textType',
        InForce: 'flagType',
        CreatedAt: 'textType',
        ChangedAt: 'textType',
        ChangedBy: 'textType',
      },
    },
    summariesType: { type: 'list', of: 'Summary' },
    Nothing: { type: 'structure', members: {} },
    ServiceResponse: { type: 'structure', members: { Service: 'Summary' } },
    GetServiceResponse: {
      type: 'structure',
      members: { Service: 'Summary', Document: 'documentType' },
    },
    ListServicesResponse: {
      type: 'structure',
      members: { Services: 'summariesType', Marker: 'prefixType' },
    },
  },
  operations: {
    CreateService: {
      input: 'Written',
      output: 'ServiceResponse',
      errors: { EntityAlreadyExists: 409, LimitExceeded: 409 },
    },
    UpdateService: { input: 'Written', output: 'ServiceResponse', errors: { NoSuchEntity: 404 } },
    DeleteService: { input: 'Named', output: 'Nothing', errors: { NoSuchEntity: 404 } },
    GetService: { input: 'Named', output: 'GetServiceResponse', errors: { NoSuchEntity: 404 } },
    ListServices: { input: 'ListServicesRequest', output: 'ListServicesResponse', errors: {} },
  },
}

export interface NamedService {
  readonly Version: string
  readonly Prefix: string
}
export interface WrittenService extends NamedService {
  /** JSON, of the form of one entry of `services` in the settings. */
  readonly Document: string
}
export interface ServiceSummary {
  readonly Prefix: string
  readonly Arn: string
  /** False: the settings have this prefix too, or the document is none of this release. */
  readonly InForce: boolean
  readonly CreatedAt: string
  readonly ChangedAt: string
  readonly ChangedBy: string
}
interface Summarized {
  readonly Service: ServiceSummary
}

const link = <In, Out, Code extends 'EntityAlreadyExists' | 'LimitExceeded' | 'NoSuchEntity'>(
  name: string,
): Model<In, Out, Code> => linkModel(registrationService, name)

export const CreateService = link<
  WrittenService,
  Summarized,
  'EntityAlreadyExists' | 'LimitExceeded'
>('CreateService')
export const UpdateService = link<WrittenService, Summarized, 'NoSuchEntity'>('UpdateService')
export const DeleteService = link<NamedService, Readonly<Record<string, never>>, 'NoSuchEntity'>(
  'DeleteService',
)
export const GetService = link<
  NamedService,
  Summarized & { readonly Document: string },
  'NoSuchEntity'
>('GetService')
export const ListServices = link<
  {
    readonly Version: string
    readonly Marker?: string | undefined
    readonly MaxItems?: number | undefined
  },
  { readonly Services: readonly ServiceSummary[]; readonly Marker?: string | undefined },
  never
>('ListServices')

import type { Answered, Asked } from '../../authorization/asked.ts'
import type { CheckedRequest } from '../../authorization/authorize.ts'
import type { ServiceData, ShapeData } from '../../reference/aws/service-data.ts'
import { linkModel, type Model } from '../model.ts'

const text = (most: number, pattern?: string): ShapeData => ({
  type: 'string',
  min: 1,
  max: most,
  ...(pattern !== undefined && { pattern }),
})

/**
 * What services of the settings ask of Gatehouse: JSON over `POST /authorize` and
 * `/authorize/changes`, signed for the service `gatehouse` (docs/services.md).
 */
export const gatehouseService: ServiceData = {
  service: 'gatehouse',
  protocol: 'json',
  version: '2026-11-29',
  namespace: '',
  shapes: {
    versionType: { type: 'string', enum: ['2026-11-29'] },
    prefixType: text(63, '[a-z][a-z0-9-]*'),
    wantType: { type: 'string', enum: ['key'] },
    wantListType: { type: 'list', of: 'wantType', max: 1 },
    methodType: text(32, '[A-Z]+'),
    pathType: text(8192, '[!-~]+'),
    queryType: { type: 'string', max: 16_384, pattern: '[!-~]*', sensitive: true },
    headerPartType: { type: 'string', max: 16_384, pattern: '[\\t -~\\x80-\\xff]*' },
    headerType: { type: 'list', of: 'headerPartType', min: 2, max: 2 },
    headersType: { type: 'list', of: 'headerType', max: 200, sensitive: true },
    payloadHashType: { type: 'string', pattern: '[0-9a-f]{64}|UNSIGNED-PAYLOAD' },
    Request: {
      type: 'structure',
      required: ['Method', 'Path', 'Query', 'Headers', 'PayloadHash'],
      members: {
        Method: 'methodType',
        Path: 'pathType',
        Query: 'queryType',
        Headers: 'headersType',
        PayloadHash: 'payloadHashType',
      },
    },
    bearerType: { type: 'string', min: 1, max: 8192, pattern: '[\\w.~+/=-]+', sensitive: true },
    addressType: text(80),
    flagType: { type: 'boolean' },
    userAgentType: { type: 'string', max: 1024 },
    From: {
      type: 'structure',
      required: ['SourceIp', 'Secure'],
      members: { SourceIp: 'addressType', Secure: 'flagType', UserAgent: 'userAgentType' },
    },
    idType: text(64, '[\\w.-]+'),
    actionType: text(192, '[a-z0-9-]+:[A-Za-z0-9-]+'),
    resourceType: text(2048, '[^\\x00-\\x1f\\x7f]+'),
    keyType: text(256),
    valueType: { type: 'string', max: 2048 },
    valuesType: { type: 'list', of: 'valueType', max: 256 },
    contextType: { type: 'map', key: 'keyType', of: 'valuesType' },
    policyType: { type: 'string', min: 1, max: 20_480 },
    policyNameType: text(128),
    Question: {
      type: 'structure',
      required: ['Id', 'Action', 'Resource'],
      members: {
        Id: 'idType',
        Action: 'actionType',
        Resource: 'resourceType',
        Context: 'contextType',
        ResourcePolicy: 'policyType',
        ResourcePolicyName: 'policyNameType',
      },
    },
    questionsType: { type: 'list', of: 'Question', min: 1, max: 50 },
    AuthorizeRequest: {
      type: 'structure',
      required: ['Version', 'Service', 'From', 'Questions'],
      members: {
        Version: 'versionType',
        Service: 'prefixType',
        Once: 'flagType',
        Want: 'wantListType',
        Request: 'Request',
        Bearer: 'bearerType',
        From: 'From',
        Questions: 'questionsType',
      },
    },
    CheckRequestRequest: {
      type: 'structure',
      required: ['Version', 'Service', 'Request', 'From'],
      members: {
        Version: 'versionType',
        Service: 'prefixType',
        Request: 'Request',
        Bearer: 'bearerType',
        From: 'From',
      },
    },
    revisionType: text(128),
    FollowChangesRequest: {
      type: 'structure',
      required: ['Version', 'Service'],
      members: { Version: 'versionType', Service: 'prefixType', Known: 'revisionType' },
    },
  },
  operations: {
    Authorize: { input: 'AuthorizeRequest', errors: {} },
    CheckRequest: { input: 'CheckRequestRequest', errors: {}, unsigned: true },
    FollowChanges: { input: 'FollowChangesRequest', errors: {} },
  },
}

export interface FollowChangesRequest {
  readonly Version: string
  readonly Service: string
  /** The revision that the service knows; absent: it wants to know it. */
  readonly Known?: string | undefined
}

export const Authorize: Model<Asked, Answered, never> = linkModel(gatehouseService, 'Authorize')
export const CheckRequest: Model<CheckedRequest, Answered, never> = linkModel(
  gatehouseService,
  'CheckRequest',
)
export const FollowChanges: Model<FollowChangesRequest, { readonly Revision: string }, never> =
  linkModel(gatehouseService, 'FollowChanges')

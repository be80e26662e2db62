import type { ServiceData } from '../../reference/aws/service-data.ts'
import { stsService } from '../../reference/aws/sts.gen.ts'
import { linkModel, type Model } from '../model.ts'

/**
 * AWS can't revoke a session and has no RevokeSessions and ListRevocations. These have the form of
 * STS operations.
 */
export const revocationService: ServiceData = {
  ...stsService,
  shapes: {
    ...stsService.shapes,
    revocationScopeType: {
      type: 'string',
      enum: [
        'session',
        'person',
        'username',
        'connector',
        'certificate',
        'rule',
        'role',
        'user',
        'everything',
      ],
    },
    revocationTargetType: { type: 'string', min: 1, max: 600 },
    RevokeSessionsRequest: {
      type: 'structure',
      required: ['Scope'],
      members: { Scope: 'revocationScopeType', Target: 'revocationTargetType', Before: 'dateType' },
    },
    Revocation: {
      type: 'structure',
      members: {
        Scope: 'revocationScopeType',
        Target: 'revocationTargetType',
        Before: 'dateType',
        ExpiresAt: 'dateType',
        RevokedBy: 'arnType',
      },
    },
    upstreamTextType: { type: 'string' },
    upstreamEndedType: { type: 'boolean' },
    UpstreamEnding: {
      type: 'structure',
      members: {
        Account: 'accountType',
        RoleName: 'upstreamTextType',
        Ended: 'upstreamEndedType',
        Detail: 'upstreamTextType',
      },
    },
    upstreamEndingListType: { type: 'list', of: 'UpstreamEnding' },
    RevokeSessionsResponse: {
      type: 'structure',
      members: { Revocation: 'Revocation', Upstream: 'upstreamEndingListType' },
    },
    revocationListType: { type: 'list', of: 'Revocation' },
    revocationMarkerType: { type: 'string', min: 1, max: 1200 },
    revocationMaxItemsType: { type: 'integer', min: 1, max: 1000 },
    revocationTruncatedType: { type: 'boolean' },
    ListRevocationsRequest: {
      type: 'structure',
      members: { Marker: 'revocationMarkerType', MaxItems: 'revocationMaxItemsType' },
    },
    ListRevocationsResponse: {
      type: 'structure',
      members: {
        Revocations: 'revocationListType',
        IsTruncated: 'revocationTruncatedType',
        Marker: 'revocationMarkerType',
      },
    },
  },
  operations: {
    RevokeSessions: {
      input: 'RevokeSessionsRequest',
      output: 'RevokeSessionsResponse',
      errors: {},
    },
    ListRevocations: {
      input: 'ListRevocationsRequest',
      output: 'ListRevocationsResponse',
      errors: {},
    },
  },
}

export interface RevokeSessionsRequest {
  readonly Scope:
    | 'session'
    | 'person'
    | 'username'
    | 'connector'
    | 'certificate'
    | 'rule'
    | 'role'
    | 'user'
    | 'everything'
  readonly Target?: string | undefined
  readonly Before?: Date | undefined
}
export interface RevocationShape {
  readonly Scope: string
  readonly Target?: string | undefined
  readonly Before: Date
  readonly ExpiresAt: Date
  readonly RevokedBy: string
}

/** What became of a revocation at an AWS account behind this one. */
export interface UpstreamEndingShape {
  readonly Account: string
  /** Absent: it concerns the account. */
  readonly RoleName?: string | undefined
  readonly Ended: boolean
  readonly Detail: string
}
export interface RevokeSessionsResponse {
  readonly Revocation: RevocationShape
  readonly Upstream?: readonly UpstreamEndingShape[] | undefined
}

export const RevokeSessions: Model<RevokeSessionsRequest, RevokeSessionsResponse, never> =
  linkModel(revocationService, 'RevokeSessions')
export const ListRevocations: Model<
  { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
  {
    readonly Revocations: readonly RevocationShape[]
    readonly IsTruncated: boolean
    readonly Marker?: string | undefined
  },
  never
> = linkModel(revocationService, 'ListRevocations')

import type { Group, Policy, Role, User } from '../../../reference/aws/iam-shapes.gen.ts'
import type { ServiceData } from '../../../reference/aws/service-data.ts'
import { type SearchedKind, searchedKinds } from '../../../store/search.ts'
import { linkModel, type Model } from '../../model.ts'

export const directoryVersion = '2026-12-05'
export const searchOrders = ['name', '-name', 'created', '-created'] as const

/**
 * Searches users, groups, roles and policies by more than IAM's lists do: JSON over
 * `POST /directory/search`, signed for the service `gatehouse` (docs/console.md). Stores nothing.
 */
export const directoryService: ServiceData = {
  service: 'gatehouse',
  protocol: 'json',
  version: directoryVersion,
  namespace: '',
  shapes: {
    versionType: { type: 'string', enum: [directoryVersion] },
    kindType: { type: 'string', enum: [...searchedKinds] },
    partType: { type: 'string', min: 1, max: 128 },
    pathPrefixType: {
      type: 'string',
      min: 1,
      max: 512,
      pattern: '\\u002F[\\u0021-\\u007F]*',
    },
    tagKeyType: { type: 'string', min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' },
    tagValueType: { type: 'string', max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' },
    principalType: { type: 'string', min: 1, max: 2048, pattern: '[\\u0021-\\u007e]+' },
    orderType: { type: 'string', enum: [...searchOrders] },
    scopeType: { type: 'string', enum: ['All', 'AWS', 'Local'] },
    markerType: { type: 'string', min: 1, max: 1024, pattern: '[A-Za-z0-9_-]+' },
    maxItemsType: { type: 'integer', min: 1, max: 1000 },
    SearchEntitiesRequest: {
      type: 'structure',
      required: ['Version', 'Kind'],
      members: {
        Version: 'versionType',
        Kind: 'kindType',
        NamePart: 'partType',
        PathPrefix: 'pathPrefixType',
        TagKey: 'tagKeyType',
        TagValue: 'tagValueType',
        Trusts: 'principalType',
        OrderBy: 'orderType',
        Scope: 'scopeType',
        Marker: 'markerType',
        MaxItems: 'maxItemsType',
      },
    },
  },
  operations: {
    SearchEntities: { input: 'SearchEntitiesRequest', errors: { InvalidInput: 400 } },
  },
}

export interface SearchEntitiesRequest {
  readonly Version: string
  readonly Kind: SearchedKind
  /** A part of the name, in any case. */
  readonly NamePart?: string | undefined
  readonly PathPrefix?: string | undefined
  /** Groups have no tags. */
  readonly TagKey?: string | undefined
  readonly TagValue?: string | undefined
  /**
   * Of roles, in order of name, and without other filters: the principal that an Allow of the trust
   * policy names so. A session of a role counts as the role.
   */
  readonly Trusts?: string | undefined
  /** `-`: descending. Default: `name`. */
  readonly OrderBy?: (typeof searchOrders)[number] | undefined
  /** Of policies: whose; the account's own come first. */
  readonly Scope?: 'All' | 'AWS' | 'Local' | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

/** Entities as lists of IAM tell them. Only the member of the kind that was asked for is there. */
export interface SearchEntitiesResponse {
  readonly Users?: readonly User[] | undefined
  readonly Groups?: readonly Group[] | undefined
  readonly Roles?: readonly Role[] | undefined
  readonly Policies?: readonly Policy[] | undefined
  /** There may be more, after it. */
  readonly Marker?: string | undefined
  /** Enough was looked at for one call, before the page was full. */
  readonly Cut: boolean
}

export const SearchEntities: Model<SearchEntitiesRequest, SearchEntitiesResponse, 'InvalidInput'> =
  linkModel(directoryService, 'SearchEntities')

/** What pages of the console call of it. */
export interface DirectoryOperations {
  readonly SearchEntities: {
    readonly in: SearchEntitiesRequest
    readonly out: SearchEntitiesResponse
  }
}

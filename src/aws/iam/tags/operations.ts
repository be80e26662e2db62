import type { RecordKinds, Tag } from '../../../store/records.ts'
import type { Model } from '../../model.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { tagConditions } from '../../request-context.ts'
import { checkTags } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { defaultMaxItems, invalidMarker, type PageRequest } from '../paging.ts'
import { quotas } from '../quotas.ts'
import {
  type Tagged,
  type TaggedKind,
  taggedInstanceProfile,
  taggedMfaDevice,
  taggedOidcProvider,
  taggedPolicy,
  taggedRole,
  taggedSamlProvider,
  taggedServerCertificate,
  taggedUser,
} from './tagged.ts'

interface Tags {
  readonly Tags: readonly Tag[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

/** Returns the tags whose keys are not in `keys`, compared without case. */
function without(tags: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  const dropped = new Set(keys.map((key) => key.toLowerCase()))
  return tags.filter(({ Key }) => !dropped.has(Key.toLowerCase()))
}

function retagged<K extends TaggedKind>(
  record: RecordKinds[K],
  tags: readonly Tag[],
): RecordKinds[K] {
  return { ...record, tags }
}

/** Replaces a tag of the same key, compared without case. */
function tag<K extends TaggedKind, In>(
  tagged: Tagged<K, In>,
  model: Model<
    In & { readonly Tags: readonly Tag[] },
    void,
    'InvalidInput' | 'LimitExceeded' | 'NoSuchEntity'
  >,
) {
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => tagged.find(input, call, reads),
    authorize: (input, call, found) => tagged.target(input, call, found, tagConditions(input.Tags)),
    async handle(input, call, found, writes) {
      const record = tagged.changeable(input, call, found)
      const added = checkTags(input.Tags, call)
      const tags = [
        ...without(
          record.tags,
          added.map(({ Key }) => Key),
        ),
        ...added,
      ]
      if (tags.length > quotas.tags)
        throw call.fault(
          'LimitExceeded',
          `Cannot exceed quota for TagsPer${tagged.noun}: ${quotas.tags}`,
        )
      await tagged.save(writes, retagged<K>(record, tags))
    },
  })
}

/** Removing absent keys is not an error. */
function untag<K extends TaggedKind, In>(
  tagged: Tagged<K, In>,
  model: Model<In & { readonly TagKeys: readonly string[] }, void, 'NoSuchEntity'>,
) {
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => tagged.find(input, call, reads),
    authorize: (input, call, found) =>
      tagged.target(input, call, found, { 'aws:TagKeys': input.TagKeys }),
    async handle(input, call, found, writes) {
      const record = tagged.changeable(input, call, found)
      await tagged.save(writes, retagged<K>(record, without(record.tags, input.TagKeys)))
    },
  })
}

/**
 * Lists tags ordered by key (IAM API reference, ListUserTags). The marker is the number of tags
 * already returned, because a key may be longer than a marker allows. Without MaxItems a page holds
 * all tags.
 */
function list<K extends TaggedKind, In>(
  tagged: Tagged<K, In>,
  model: Model<In & PageRequest, Tags, 'NoSuchEntity'>,
) {
  return operation(model, {
    locate: (input, call, reads) => tagged.find(input, call, reads),
    authorize: (input, call, found) => tagged.target(input, call, found),
    handle(input, call, found) {
      const { Marker = '0', MaxItems = defaultMaxItems } = input
      const tags = tagged
        .existing(input, call, found)
        .tags.toSorted((a, b) => (a.Key.toLowerCase() < b.Key.toLowerCase() ? -1 : 1))
      if (!/^\d{1,3}$/.test(Marker)) throw invalidMarker(Marker, call)
      const to = Number(Marker) + MaxItems
      const IsTruncated = to < tags.length
      return {
        Tags: tags.slice(Number(Marker), to),
        IsTruncated,
        Marker: IsTruncated ? String(to) : undefined,
      }
    },
  })
}

/** The tag operations of every kind of entity that can have tags. */
export const tagOperations: readonly AnyOperation[] = [
  tag(taggedUser, iamModel('TagUser')),
  untag(taggedUser, iamModel('UntagUser')),
  list(taggedUser, iamModel('ListUserTags')),
  tag(taggedRole, iamModel('TagRole')),
  untag(taggedRole, iamModel('UntagRole')),
  list(taggedRole, iamModel('ListRoleTags')),
  tag(taggedPolicy, iamModel('TagPolicy')),
  untag(taggedPolicy, iamModel('UntagPolicy')),
  list(taggedPolicy, iamModel('ListPolicyTags')),
  tag(taggedOidcProvider, iamModel('TagOpenIDConnectProvider')),
  untag(taggedOidcProvider, iamModel('UntagOpenIDConnectProvider')),
  list(taggedOidcProvider, iamModel('ListOpenIDConnectProviderTags')),
  tag(taggedSamlProvider, iamModel('TagSAMLProvider')),
  untag(taggedSamlProvider, iamModel('UntagSAMLProvider')),
  list(taggedSamlProvider, iamModel('ListSAMLProviderTags')),
  tag(taggedInstanceProfile, iamModel('TagInstanceProfile')),
  untag(taggedInstanceProfile, iamModel('UntagInstanceProfile')),
  list(taggedInstanceProfile, iamModel('ListInstanceProfileTags')),
  tag(taggedServerCertificate, iamModel('TagServerCertificate')),
  untag(taggedServerCertificate, iamModel('UntagServerCertificate')),
  list(taggedServerCertificate, iamModel('ListServerCertificateTags')),
  tag(taggedMfaDevice, iamModel('TagMFADevice')),
  untag(taggedMfaDevice, iamModel('UntagMFADevice')),
  list(taggedMfaDevice, iamModel('ListMFADeviceTags')),
]

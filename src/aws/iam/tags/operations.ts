import type { RecordKinds, Tag } from '../../../store/records.ts'
import type { Model } from '../../model.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { tagConditions } from '../../request-context.ts'
import { checkTags } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { defaultMaxItems, type PageRequest } from '../paging.ts'
import { quotas } from '../quotas.ts'
import { type Tagged, type TaggedKind, taggedMfaDevice, taggedOidcProvider, taggedPolicy, taggedRole, taggedSamlProvider, taggedUser } from './tagged.ts'

interface Tags {
  readonly Tags: readonly Tag[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

/** Those whose key is none of `keys`, whatever the case. */
function without(tags: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  const dropped = new Set(keys.map((key) => key.toLowerCase()))
  return tags.filter(({ Key }) => !dropped.has(Key.toLowerCase()))
}

function retagged<K extends TaggedKind>(record: RecordKinds[K], tags: readonly Tag[]): RecordKinds[K] {
  return { ...record, tags }
}

/** A tag of the same key, whatever its case, is replaced. */
function tag<K extends TaggedKind, In>(
  tagged: Tagged<K, In>, model: Model<In & { readonly Tags: readonly Tag[] }, void, 'InvalidInput' | 'LimitExceeded' | 'NoSuchEntity'>,
) {
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => tagged.find(input, call, reads),
    authorize: (input, call, found) => tagged.target(input, call, found, tagConditions(input.Tags)),
    async handle(input, call, found, writes) {
      const record = tagged.changeable(input, call, found)
      const added = checkTags(input.Tags, call)
      const tags = [...without(record.tags, added.map(({ Key }) => Key)), ...added]
      if (tags.length > quotas.tags) throw call.fault('LimitExceeded', `Cannot exceed quota for TagsPer${tagged.noun}: ${quotas.tags}`)
      await writes.update(tagged.kind, call.account, tagged.key(record), retagged<K>(record, tags))
    },
  })
}

/** Keys that are not there are no error. */
function untag<K extends TaggedKind, In>(tagged: Tagged<K, In>, model: Model<In & { readonly TagKeys: readonly string[] }, void, 'NoSuchEntity'>) {
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => tagged.find(input, call, reads),
    authorize: (input, call, found) => tagged.target(input, call, found, { 'aws:TagKeys': input.TagKeys }),
    async handle(input, call, found, writes) {
      const record = tagged.changeable(input, call, found)
      await writes.update(tagged.kind, call.account, tagged.key(record), retagged<K>(record, without(record.tags, input.TagKeys)))
    },
  })
}

/**
 * In order of key (IAM API reference, ListUserTags). The marker is the number of tags told before: a key may be longer
 * than a marker, and a page without MaxItems holds them all.
 */
function list<K extends TaggedKind, In>(tagged: Tagged<K, In>, model: Model<In & PageRequest, Tags, 'NoSuchEntity'>) {
  return operation(model, {
    locate: (input, call, reads) => tagged.find(input, call, reads),
    authorize: (input, call, found) => tagged.target(input, call, found),
    handle(input, call, found) {
      const { Marker = '0', MaxItems = defaultMaxItems } = input
      const tags = tagged.existing(input, call, found).tags.toSorted((a, b) => (a.Key.toLowerCase() < b.Key.toLowerCase() ? -1 : 1))
      if (!/^\d{1,3}$/.test(Marker)) throw call.fault('ValidationError', `Invalid Marker: ${Marker.slice(0, 128)}`)
      const to = Number(Marker) + MaxItems
      const IsTruncated = to < tags.length
      return { Tags: tags.slice(Number(Marker), to), IsTruncated, Marker: IsTruncated ? String(to) : undefined }
    },
  })
}

/** The tags of everything that has tags. */
export const tagOperations: readonly AnyOperation[] = [
  tag(taggedUser, iamModel('TagUser')), untag(taggedUser, iamModel('UntagUser')), list(taggedUser, iamModel('ListUserTags')),
  tag(taggedRole, iamModel('TagRole')), untag(taggedRole, iamModel('UntagRole')), list(taggedRole, iamModel('ListRoleTags')),
  tag(taggedPolicy, iamModel('TagPolicy')), untag(taggedPolicy, iamModel('UntagPolicy')), list(taggedPolicy, iamModel('ListPolicyTags')),
  tag(taggedOidcProvider, iamModel('TagOpenIDConnectProvider')), untag(taggedOidcProvider, iamModel('UntagOpenIDConnectProvider')),
  list(taggedOidcProvider, iamModel('ListOpenIDConnectProviderTags')),
  tag(taggedSamlProvider, iamModel('TagSAMLProvider')), untag(taggedSamlProvider, iamModel('UntagSAMLProvider')),
  list(taggedSamlProvider, iamModel('ListSAMLProviderTags')),
  tag(taggedMfaDevice, iamModel('TagMFADevice')), untag(taggedMfaDevice, iamModel('UntagMFADevice')), list(taggedMfaDevice, iamModel('ListMFADeviceTags')),
]

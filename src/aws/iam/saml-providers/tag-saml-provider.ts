import { operation } from '../../operation.ts'
import { tagConditions } from '../../request-context.ts'
import { iamModel } from '../iam-model.ts'
import { changeable, checkTags, findProvider, providerTarget, quotas } from './provider-access.ts'

/** A tag of the same key, whatever its case, is replaced. */
export const tagSamlProvider = operation(iamModel('TagSAMLProvider'), {
  writes: true,
  locate: ({ SAMLProviderArn }, call, reads) => findProvider(SAMLProviderArn, call, reads),
  authorize: ({ SAMLProviderArn, Tags }, call, found) => providerTarget(SAMLProviderArn, call, found, tagConditions(Tags)),

  async handle({ SAMLProviderArn, Tags }, call, found, writes) {
    const record = changeable(found, SAMLProviderArn, call)
    const replaced = new Set(checkTags(Tags, call).map(({ Key }) => Key.toLowerCase()))
    const tags = [...record.tags.filter(({ Key }) => !replaced.has(Key.toLowerCase())), ...Tags]
    if (tags.length > quotas.tags) throw call.fault('LimitExceeded', `Cannot exceed quota for TagsPerSAMLProvider: ${quotas.tags}`)
    await writes.update('samlProvider', call.account, record.name.toLowerCase(), { ...record, tags })
  },
})

import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { changeable, findProvider, providerTarget } from './provider-access.ts'

export const untagSamlProvider = operation(iamModel('UntagSAMLProvider'), {
  writes: true,
  locate: ({ SAMLProviderArn }, call, reads) => findProvider(SAMLProviderArn, call, reads),
  authorize: ({ SAMLProviderArn, TagKeys }, call, found) => providerTarget(SAMLProviderArn, call, found, { 'aws:TagKeys': TagKeys }),

  async handle({ SAMLProviderArn, TagKeys }, call, found, writes) {
    const record = changeable(found, SAMLProviderArn, call)
    const dropped = new Set(TagKeys.map((key) => key.toLowerCase()))
    await writes.update('samlProvider', call.account, record.name.toLowerCase(), { ...record, tags: record.tags.filter(({ Key }) => !dropped.has(Key.toLowerCase())) })
  },
})

import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { existing, findProvider, providerTarget } from './provider-access.ts'

/** IAM API reference: 100 items when the caller does not say. */
const defaultMaxItems = 100

export const listSamlProviderTags = operation(iamModel('ListSAMLProviderTags'), {
  locate: ({ SAMLProviderArn }, call, reads) => findProvider(SAMLProviderArn, call, reads),
  authorize: ({ SAMLProviderArn }, call, found) => providerTarget(SAMLProviderArn, call, found),

  handle({ SAMLProviderArn, Marker, MaxItems = defaultMaxItems }, call, found) {
    const { tags } = existing(found, SAMLProviderArn, call)
    // The marker is the number of tags told before: the list has at most fifty.
    if (Marker !== undefined && !/^\d{1,3}$/.test(Marker)) throw call.fault('InvalidInput', `Invalid Marker: ${Marker}`)
    const from = Number(Marker ?? 0)
    const to = from + MaxItems
    return { Tags: tags.slice(from, to), IsTruncated: to < tags.length, Marker: to < tags.length ? String(to) : undefined }
  },
})

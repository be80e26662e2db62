import { operation } from '../../operation.ts'
import { tagConditions } from '../../request-context.ts'
import { checkTags } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { pageOfList } from '../paging.ts'
import { quotas } from '../quotas.ts'
import { deviceTarget, existingDevice, findDevice, saveDevice } from './device.ts'

/** A tag of the same key, whatever its case, is replaced. */
export const tagMfaDevice = operation(iamModel('TagMFADevice'), {
  writes: true,
  locate: ({ SerialNumber }, call, reads) => findDevice(SerialNumber, call, reads),
  authorize: ({ SerialNumber, Tags }, call, found) => deviceTarget(SerialNumber, call, found, tagConditions(Tags)),

  async handle({ SerialNumber, Tags }, call, found, writes) {
    const device = existingDevice(found, SerialNumber, call)
    const replaced = new Set(checkTags(Tags, call).map(({ Key }) => Key.toLowerCase()))
    const tags = [...device.tags.filter(({ Key }) => !replaced.has(Key.toLowerCase())), ...Tags]
    if (tags.length > quotas.tags) throw call.fault('LimitExceeded', `Cannot exceed quota for TagsPerMFADevice: ${quotas.tags}`)
    await saveDevice(writes, { ...device, tags })
  },
})

export const untagMfaDevice = operation(iamModel('UntagMFADevice'), {
  writes: true,
  locate: ({ SerialNumber }, call, reads) => findDevice(SerialNumber, call, reads),
  authorize: ({ SerialNumber, TagKeys }, call, found) => deviceTarget(SerialNumber, call, found, { 'aws:TagKeys': TagKeys }),

  async handle({ SerialNumber, TagKeys }, call, found, writes) {
    const device = existingDevice(found, SerialNumber, call)
    const dropped = new Set(TagKeys.map((key) => key.toLowerCase()))
    await saveDevice(writes, { ...device, tags: device.tags.filter(({ Key }) => !dropped.has(Key.toLowerCase())) })
  },
})

export const listMfaDeviceTags = operation(iamModel('ListMFADeviceTags'), {
  locate: ({ SerialNumber }, call, reads) => findDevice(SerialNumber, call, reads),
  authorize: ({ SerialNumber }, call, found) => deviceTarget(SerialNumber, call, found),

  handle(input, call, found) {
    const { tags } = existingDevice(found, input.SerialNumber, call)
    const { items, marker } = pageOfList(tags, ({ Key }) => Key, input, (message) => call.fault('ValidationError', message))
    return { Tags: items, IsTruncated: marker !== undefined, Marker: marker }
  },
})

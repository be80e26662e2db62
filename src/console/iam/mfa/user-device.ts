import { addressOf } from '../../address.ts'
import { partOf } from '../../call.ts'
import { chips, code, link, none, time } from '../../cells.ts'
import { limitsOf } from '../../limits.ts'
import { detailPage, formPage } from '../../page.ts'
import type { Section } from '../../shown.ts'
import { aUser } from '../entity-forms/subject.ts'
import { tagsPage } from '../entity-forms/tags-page.ts'
import { deviceName, tagsCell, termsSection } from '../parts.ts'
import { words } from './words.ts'

const { device: said, resync } = words
const path = '/console/users/:name/mfa/:serial'
const params = {
  name: { ...limitsOf('iam:GetMFADevice', 'UserName'), required: true },
  serial: limitsOf('iam:GetMFADevice', 'SerialNumber'),
}
const mostTags = 50

/** `/console/users/NAME/mfa/SERIAL`: a device of any kind that the user has. */
export const userDevice = detailPage({
  path,
  params,
  under: aUser.page,
  crumb: ({ serial = '' }) => deviceName(serial),
  calls: ['iam:GetMFADevice', 'iam:ListMFADeviceTags'],
  async read(call, { params: { name = '', serial = '' } }) {
    const asked = { SerialNumber: serial }
    const found = await call('iam:GetMFADevice', { ...asked, UserName: name })
    const tags = await partOf(call('iam:ListMFADeviceTags', { ...asked, MaxItems: mostTags }))
    const { UserName = name, SerialNumber, EnableDate, Certifications = {} } = found
    const at = { name: UserName, serial: SerialNumber }
    const levels = Object.entries(Certifications).map(([key, level]) => `${key}: ${level}`)
    const details: Section = {
      ...{ kind: 'terms', title: said.details },
      terms: [
        [said.serial, code(SerialNumber)],
        [said.user, link(UserName, addressOf('/console/users/:name', at))],
        [said.enabled, EnableDate ? time(EnableDate) : none()],
        ...(levels.length > 0 ? [[said.levels, chips(levels)] as const] : []),
      ],
    }
    return {
      title: deviceName(SerialNumber),
      actions: [
        { text: said.resync, href: addressOf(`${path}/resync`, at) },
        { text: said.deactivate, href: addressOf(`${path}/deactivate`, at) },
      ],
      main: [details],
      aside: [
        termsSection(
          said.tags,
          tags,
          ({ Tags }) => [[said.tags, tagsCell(Tags)]],
          () => [{ text: said.tags, href: addressOf(`${path}/tags`, at) }],
        ),
      ],
    }
  },
})

/** `/console/users/NAME/mfa/SERIAL/tags`. */
export const deviceTags = tagsPage({
  page: userDevice,
  by: 'serial',
  gets: 'iam:ListMFADeviceTags',
  async find(call, SerialNumber) {
    const { Tags } = await call('iam:ListMFADeviceTags', { SerialNumber, MaxItems: mostTags })
    return { name: deviceName(SerialNumber), tags: Tags }
  },
  tag: {
    action: 'iam:TagMFADevice',
    run: (call, SerialNumber, Tags) => call('iam:TagMFADevice', { SerialNumber, Tags }),
  },
  untag: {
    action: 'iam:UntagMFADevice',
    run: (call, SerialNumber, TagKeys) => call('iam:UntagMFADevice', { SerialNumber, TagKeys }),
  },
})

/** `/console/users/NAME/mfa/SERIAL/resync`. */
export const resyncDevice = formPage({
  path: `${path}/resync`,
  params,
  under: userDevice,
  crumb: resync.crumb,
  calls: ['iam:GetMFADevice', 'iam:ResyncMFADevice'],
  operation: 'iam:ResyncMFADevice',
  button: resync.button,
  fields: [
    { member: 'AuthenticationCode1', label: words.enable.first, control: { kind: 'line' } },
    { member: 'AuthenticationCode2', label: words.enable.second, control: { kind: 'line' } },
  ],
  async read(call, { params: { name = '', serial = '' } }) {
    const asked = { UserName: name, SerialNumber: serial }
    const { SerialNumber } = await call('iam:GetMFADevice', asked)
    return {
      ...{ title: resync.title(deviceName(SerialNumber)), says: resync.says, values: {} },
      keep: { text: resync.keep, href: addressOf(path, { name, serial }) },
    }
  },
  async save(call, { params: { name = '', serial = '' } }, given) {
    const { AuthenticationCode1 = '', AuthenticationCode2 = '' } = given
    await call('iam:ResyncMFADevice', {
      ...{ UserName: name, SerialNumber: serial, AuthenticationCode1, AuthenticationCode2 },
    })
    return { to: addressOf(path, { name, serial }), said: resync.said }
  },
})

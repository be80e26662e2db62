import { keyUri } from '../../../kernel/key-uri.ts'
import { addressOf, withQuery } from '../../address.ts'
import { code } from '../../cells.ts'
import { qrPath } from '../../my/qr-path.ts'
import { formPage } from '../../page.ts'
import { aUser } from '../entity-forms/subject.ts'
import { words } from './words.ts'

const { create: making, enable: giving } = words
const userOf = (name: string) => addressOf('/console/users/:name', { name })
const givingPath = '/console/users/:name/give-mfa'

/** `/console/users/NAME/mfa/~create`: the secret is shown in the answer, and never again. */
export const createDevice = formPage({
  path: '/console/users/:name/mfa/~create',
  params: { name: aUser.name },
  under: aUser.page,
  crumb: making.crumb,
  calls: ['iam:GetUser', 'iam:CreateVirtualMFADevice'],
  operation: 'iam:CreateVirtualMFADevice',
  button: making.button,
  fields: [
    {
      ...{ member: 'VirtualMFADeviceName', label: making.name, help: making.nameHelp },
      control: { kind: 'line' },
    },
  ],
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    return {
      ...{ title: making.title(found.UserName), says: making.says, values: {} },
      keep: { text: making.keep, href: userOf(found.UserName) },
    }
  },
  async save(call, { params: { name = '' }, session }, { VirtualMFADeviceName = '' }) {
    const made = await call('iam:CreateVirtualMFADevice', { VirtualMFADeviceName })
    const { SerialNumber, Base32StringSeed } = made.VirtualMFADevice
    const seed = Buffer.from(Base32StringSeed ?? '').toString()
    const { account } = session.claims
    const picture = await qrPath(keyUri({ name: VirtualMFADeviceName, account, seed }))
    return {
      to: withQuery(addressOf(givingPath, { name }), { serial: SerialNumber }),
      said: making.said(VirtualMFADeviceName),
      terms: [
        [making.seed, code(seed)],
        [making.picture, { kind: 'qr', ...picture, label: making.pictureLabel }],
      ],
    }
  },
})

/** `/console/users/NAME/give-mfa`: a device that nobody has, of an app or a token. */
export const giveDevice = formPage({
  path: givingPath,
  params: { name: aUser.name },
  under: aUser.page,
  crumb: giving.crumb,
  calls: ['iam:GetUser', 'iam:EnableMFADevice'],
  operation: 'iam:EnableMFADevice',
  button: giving.button,
  fields: [
    {
      ...{ member: 'SerialNumber', label: giving.serial, help: giving.serialHelp },
      control: { kind: 'line' },
    },
    { member: 'AuthenticationCode1', label: giving.first, control: { kind: 'line' } },
    { member: 'AuthenticationCode2', label: giving.second, control: { kind: 'line' } },
  ],
  async read(call, { params: { name = '' }, query }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    return {
      ...{ title: giving.title(found.UserName), says: giving.says },
      values: { SerialNumber: query('serial') ?? '' },
      keep: { text: giving.keep, href: userOf(found.UserName) },
    }
  },
  async save(call, { params: { name = '' }, body }, given) {
    const { AuthenticationCode1 = '', AuthenticationCode2 = '' } = given
    // One that the address named is no change of this person's.
    const SerialNumber = given.SerialNumber ?? body('SerialNumber') ?? ''
    await call('iam:EnableMFADevice', {
      ...{ UserName: name, SerialNumber, AuthenticationCode1, AuthenticationCode2 },
    })
    return { to: userOf(name), said: giving.said(name) }
  },
})

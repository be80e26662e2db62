import { addressOf } from '../address.ts'
import { deviceName } from '../iam/parts.ts'
import { user } from '../iam/user.ts'
import { limitsOf } from '../limits.ts'
import { formPage } from '../page.ts'
import { words } from './words.ts'

/** `/console/users/NAME/mfa/SERIAL/deactivate`: a device of any kind. */
export const userMfaDeactivate = formPage({
  path: '/console/users/:name/mfa/:serial/deactivate',
  params: {
    name: { ...limitsOf('iam:DeactivateMFADevice', 'UserName'), required: true },
    serial: limitsOf('iam:DeactivateMFADevice', 'SerialNumber'),
  },
  under: user,
  crumb: ({ serial = '' }) => words.removal(deviceName(serial)),
  calls: ['iam:GetUser', 'iam:DeactivateMFADevice'],
  operation: 'iam:DeactivateMFADevice',
  button: words.removeButton,
  fields: [],
  async read(call, { params: { name = '', serial = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    return {
      title: words.removing(found.UserName),
      says: words.removingSays(deviceName(serial)),
      values: {},
      keep: { text: words.removeNot, href: addressOf('/console/users/:name', { name }) },
    }
  },
  async save(call, { params: { name = '', serial = '' } }) {
    await call('iam:DeactivateMFADevice', { UserName: name, SerialNumber: serial })
    return { to: addressOf('/console/users/:name', { name }), said: words.removed }
  },
})

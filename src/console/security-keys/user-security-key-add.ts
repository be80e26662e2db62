import { addressOf } from '../address.ts'
import { user } from '../iam/user.ts'
import { limitsOf } from '../limits.ts'
import { formPage } from '../page.ts'
import { words } from './words.ts'

/** `/console/users/NAME/add-security-key`. */
export const userSecurityKeyAdd = formPage({
  path: '/console/users/:name/add-security-key',
  params: { name: { ...limitsOf('iam:EnableSecurityKey', 'UserName'), required: true } },
  under: user,
  crumb: words.add,
  calls: ['iam:GetUser', 'iam:BeginSecurityKeyRegistration', 'iam:EnableSecurityKey'],
  operation: 'iam:EnableSecurityKey',
  button: words.button,
  fields: [
    {
      member: 'SecurityKeyName',
      label: words.name,
      help: words.nameHelp,
      control: { kind: 'line' },
    },
    { member: 'Response', label: words.response, control: { kind: 'security-key' } },
  ],
  async read(call, { params: { name = '' } }) {
    const { UserName } = (await call('iam:GetUser', { UserName: name })).User
    const { Options } = await call('iam:BeginSecurityKeyRegistration', { UserName })
    return {
      title: words.adding(UserName),
      says: words.addingSays,
      ceremony: { kind: 'create', options: Options },
      values: {},
      keep: { text: words.keep, href: addressOf('/console/users/:name', { name: UserName }) },
    }
  },
  async save(call, { params: { name = '' } }, { SecurityKeyName = '', Response = '' }) {
    const { SerialNumber } = await call('iam:EnableSecurityKey', {
      UserName: name,
      SecurityKeyName,
      Response,
    })
    return {
      to: addressOf('/console/users/:name', { name }),
      said: words.added(SerialNumber),
    }
  },
})

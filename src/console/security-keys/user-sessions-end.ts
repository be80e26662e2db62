import { addressOf } from '../address.ts'
import { user } from '../iam/user.ts'
import { limitsOf } from '../limits.ts'
import { formPage } from '../page.ts'
import { words } from './words.ts'

/** `/console/users/NAME/end-sessions`: for whoever lost a device, or what was on it. */
export const userSessionsEnd = formPage({
  path: '/console/users/:name/end-sessions',
  params: { name: { ...limitsOf('iam:GetUser', 'UserName'), required: true } },
  under: user,
  crumb: words.end,
  calls: ['iam:GetUser', 'sts:RevokeSessions'],
  operation: 'sts:RevokeSessions',
  button: words.endButton,
  fields: [],
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    return {
      title: words.ending(found.UserName),
      says: words.endingSays,
      values: {},
      keep: { text: words.endNot, href: addressOf('/console/users/:name', { name }) },
    }
  },
  async save(call, { params: { name = '' } }) {
    await call('sts:RevokeSessions', { Scope: 'user', Target: name })
    return { to: addressOf('/console/users/:name', { name }), said: words.ended }
  },
})

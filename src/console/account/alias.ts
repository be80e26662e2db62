import { formPage } from '../page.ts'
import { account } from './settings.ts'
import { words } from './words.ts'

const said = words.alias
const to = '/console/account'

/** `/console/account/alias`. */
export const alias = formPage({
  path: '/console/account/alias',
  under: account,
  crumb: said.crumb,
  calls: ['iam:ListAccountAliases', 'iam:CreateAccountAlias'],
  operation: 'iam:CreateAccountAlias',
  button: said.button,
  fields: [
    { member: 'AccountAlias', label: said.label, help: said.help, control: { kind: 'line' } },
  ],
  async read(call) {
    const { AccountAliases } = await call('iam:ListAccountAliases', {})
    return {
      title: said.title,
      says: said.says,
      values: { AccountAlias: AccountAliases[0] },
      keep: { text: said.keep, href: to },
    }
  },
  async save(call, _request, { AccountAlias = '' }) {
    await call('iam:CreateAccountAlias', { AccountAlias })
    return { to, said: said.said(AccountAlias) }
  },
})

/** `/console/account/alias/delete`. */
export const deleteAlias = formPage({
  path: '/console/account/alias/delete',
  under: alias,
  crumb: said.removeCrumb,
  calls: ['iam:ListAccountAliases', 'iam:DeleteAccountAlias'],
  operation: 'iam:DeleteAccountAlias',
  button: said.removeButton,
  danger: true,
  fields: [],
  async read(call, { session }) {
    const [found] = (await call('iam:ListAccountAliases', {})).AccountAliases
    return {
      title: found === undefined ? said.removeNone : said.removeTitle(found),
      says: said.removeSays(found ?? '', session.claims.account),
      locked: found === undefined ? said.none : undefined,
      seen: found,
      values: {},
      keep: { text: said.removeKeep, href: to },
    }
  },
  async save(call, { body }) {
    // What the person was shown: `seen` has held it to what is there now.
    await call('iam:DeleteAccountAlias', { AccountAlias: body('_seen') ?? '' })
    return { to, said: said.removed }
  },
})

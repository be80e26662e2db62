import type { PasswordPolicy } from '../../reference/aws/iam-shapes.gen.ts'
import { type Output, partOf, unlessAbsent } from '../call.ts'
import { detailPage } from '../page.ts'
import { badge, code, none, type Terms, text } from '../shown.ts'
import { partSection, termsSection } from './parts.ts'
import { quotaRows } from './quota-rows.ts'

/** `/console/account`: what holds for the account as a whole. */
export const account = detailPage({
  path: '/console/account',
  nav: { section: 'Account', label: 'Settings', glyph: 'settings' },
  crumb: 'Settings',
  calls: ['iam:GetAccountSummary', 'iam:GetAccountPasswordPolicy', 'iam:ListAccountAliases'],
  async read(call, { session }) {
    const [summary, password, aliases] = await Promise.all([
      partOf(call('iam:GetAccountSummary', {})),
      partOf(unlessAbsent(call('iam:GetAccountPasswordPolicy', {}))),
      partOf(call('iam:ListAccountAliases', {})),
    ])
    return {
      title: 'Account settings',
      says: 'How full the account is, and the rules for the passwords of its users.',
      actions: [],
      main: [
        partSection('Use of the quotas', summary, ({ SummaryMap = {} }) => ({
          heads: [{ head: 'What' }, { head: 'Used' }],
          rows: quotaRows(SummaryMap),
          empty: '',
        })),
        termsSection('Password policy', password, (value) => passwordTerms(value?.PasswordPolicy)),
      ],
      aside: [
        termsSection('Account', aliases, ({ AccountAliases }) => [
          ['Account', code(session.claims.account)],
          ['Alias', AccountAliases[0] === undefined ? none() : code(AccountAliases[0])],
        ]),
        termsSection('Root and MFA', summary, rootTerms),
      ],
    }
  },
})

function rootTerms({ SummaryMap = {} }: Output<'iam:GetAccountSummary'>): Terms {
  const {
    AccountAccessKeysPresent,
    AccountMFAEnabled,
    MFADevices = 0,
    MFADevicesInUse = 0,
    Providers = 0,
  } = SummaryMap
  const count = (many: number) => text(many.toLocaleString('en-GB'))
  return [
    ['Access keys of root', AccountAccessKeysPresent ? badge('There are', 'warn') : none()],
    ['MFA of root', AccountMFAEnabled ? text('Enabled') : badge('Not enabled', 'warn')],
    ['MFA devices', count(MFADevices)],
    ['MFA devices in use', count(MFADevicesInUse)],
    ['Identity providers', count(Providers)],
  ]
}

function passwordTerms(policy: PasswordPolicy | undefined): Terms {
  if (!policy) return [['Set', none('No: the default counts')]]
  const { MinimumPasswordLength, MaxPasswordAge, PasswordReusePrevention } = policy
  const yes = (value = false) => text(value ? 'Yes' : 'No')
  const days = (count: number) => text(`${count} ${count === 1 ? 'day' : 'days'}`)
  return [
    ['At least', text(`${MinimumPasswordLength ?? 6} characters`)],
    ['Needs capital letters', yes(policy.RequireUppercaseCharacters)],
    ['Needs small letters', yes(policy.RequireLowercaseCharacters)],
    ['Needs numbers', yes(policy.RequireNumbers)],
    ['Needs symbols', yes(policy.RequireSymbols)],
    ['Users may change their own', yes(policy.AllowUsersToChangePassword)],
    ['Ends after', MaxPasswordAge ? days(MaxPasswordAge) : none('Never')],
    ['Ended ones need an administrator', yes(policy.HardExpiry)],
    ['Earlier ones refused', text(String(PasswordReusePrevention ?? 0))],
  ]
}

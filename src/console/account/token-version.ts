import { formPage } from '../page.ts'
import { account } from './settings.ts'
import { words } from './words.ts'

const said = words.tokens
const to = '/console/account'

/** `/console/account/token-version`. */
export const tokenVersion = formPage({
  path: '/console/account/token-version',
  under: account,
  crumb: said.crumb,
  calls: ['iam:GetAccountSummary', 'iam:SetSecurityTokenServicePreferences'],
  operation: 'iam:SetSecurityTokenServicePreferences',
  button: said.button,
  fields: [
    {
      member: 'GlobalEndpointTokenVersion',
      label: said.label,
      control: {
        kind: 'radio',
        options: [
          { value: 'v2Token', words: said.v2, help: said.v2Help },
          { value: 'v1Token', words: said.v1, help: said.v1Help },
        ],
      },
    },
  ],
  async read(call) {
    const { SummaryMap = {} } = await call('iam:GetAccountSummary', {})
    const isFirst = SummaryMap.GlobalEndpointTokenVersion === 1
    return {
      title: said.title,
      says: said.says,
      values: { GlobalEndpointTokenVersion: isFirst ? 'v1Token' : 'v2Token' },
      keep: { text: said.keep, href: to },
    }
  },
  async save(call, _request, { GlobalEndpointTokenVersion = 'v2Token' }) {
    await call('iam:SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion })
    return { to, said: said.said }
  },
})

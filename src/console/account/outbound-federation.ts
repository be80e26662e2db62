import { unlessAbsent } from '../call.ts'
import { formPage } from '../page.ts'
import { account } from './settings.ts'
import { words } from './words.ts'

const said = words.outbound
const to = '/console/account'

/** `/console/account/outbound-federation/disable`. */
export const disableOutbound = formPage({
  path: '/console/account/outbound-federation/disable',
  under: account,
  crumb: said.offCrumb,
  calls: ['iam:GetOutboundWebIdentityFederationInfo', 'iam:DisableOutboundWebIdentityFederation'],
  operation: 'iam:DisableOutboundWebIdentityFederation',
  button: said.offButton,
  danger: true,
  fields: [],
  async read(call) {
    const info = await unlessAbsent(
      call('iam:GetOutboundWebIdentityFederationInfo', {}),
      'FeatureDisabled',
    )
    return {
      title: said.offTitle,
      says: said.offSays(info?.IssuerIdentifier ?? ''),
      locked: info ? undefined : said.offNone,
      values: {},
      keep: { text: said.offKeep, href: to },
    }
  },
  async save(call) {
    await call('iam:DisableOutboundWebIdentityFederation', {})
    return { to, said: said.off }
  },
})

/** `/console/account/outbound-federation/enable`. */
export const enableOutbound = formPage({
  path: '/console/account/outbound-federation/enable',
  under: account,
  crumb: said.onCrumb,
  calls: ['iam:EnableOutboundWebIdentityFederation'],
  operation: 'iam:EnableOutboundWebIdentityFederation',
  button: said.onButton,
  fields: [],
  read: async () => ({
    title: said.onTitle,
    says: said.onSays,
    values: {},
    keep: { text: said.onKeep, href: to },
  }),
  async save(call) {
    const { IssuerIdentifier = '' } = await call('iam:EnableOutboundWebIdentityFederation', {})
    return { to, said: said.on(IssuerIdentifier) }
  },
})

import { type Output, partOf, unlessAbsent } from '../call.ts'
import { badge, code, none, text } from '../cells.ts'
import { partSection, termsSection } from '../iam/parts.ts'
import { detailPage } from '../page.ts'
import type { Terms } from '../shown.ts'
import { passwordTerms } from './password-terms.ts'
import { quotaRows } from './quota-rows.ts'
import { words } from './words.ts'

const said = words.settings
const at = '/console/account'

/** `/console/account`: what holds for the account as a whole. */
export const account = detailPage({
  path: at,
  nav: { section: 'Account', label: said.label, glyph: 'settings' },
  crumb: said.label,
  calls: [
    ...(['iam:GetAccountSummary', 'iam:GetAccountPasswordPolicy'] as const),
    ...(['iam:ListAccountAliases', 'iam:GetOutboundWebIdentityFederationInfo'] as const),
  ],
  async read(call, { session }) {
    const [summary, password, aliases, outbound] = await Promise.all([
      partOf(call('iam:GetAccountSummary', {})),
      partOf(unlessAbsent(call('iam:GetAccountPasswordPolicy', {}))),
      partOf(call('iam:ListAccountAliases', {})),
      partOf(unlessAbsent(call('iam:GetOutboundWebIdentityFederationInfo', {}), 'FeatureDisabled')),
    ])
    return {
      title: said.title,
      says: said.says,
      actions: [],
      main: [
        partSection(said.quotas, summary, ({ SummaryMap = {} }) => ({
          heads: [{ head: said.what }, { head: said.used }],
          rows: quotaRows(SummaryMap),
          empty: '',
        })),
        partSection(said.each, summary, eachRows),
        termsSection(words.passwords.title, password, passwordTerms, (value) => [
          { text: said.change, href: `${at}/password-policy` },
          ...(value ? [{ text: said.delete, href: `${at}/password-policy/delete` }] : []),
        ]),
      ],
      aside: [
        termsSection(
          said.account,
          aliases,
          (value) => accountTerms(value, session.claims.account),
          ({ AccountAliases }) => [
            { text: said.change, href: `${at}/alias` },
            ...(AccountAliases.length > 0
              ? [{ text: said.delete, href: `${at}/alias/delete` }]
              : []),
          ],
        ),
        termsSection(said.root, summary, rootTerms),
        termsSection(said.tokens, summary, tokenTerms, () => [
          { text: said.change, href: `${at}/token-version` },
        ]),
        termsSection(said.outbound, outbound, outboundTerms, (value) => [
          value
            ? { text: said.turnOff, href: `${at}/outbound-federation/disable` }
            : { text: said.turnOn, href: `${at}/outbound-federation/enable` },
        ]),
        termsSection(said.directory, summary, directoryTerms),
      ],
    }
  },
})

type Summary = Output<'iam:GetAccountSummary'>

function eachRows({ SummaryMap = {} }: Summary) {
  return {
    heads: [{ head: said.what }, { head: said.most }],
    rows: Object.entries({ ...said.eachOf, ...said.sizeOf }).map(([key, name]) => [
      text(name),
      text(said.many(SummaryMap[key] ?? 0)),
    ]),
    empty: '',
  }
}

function accountTerms({ AccountAliases }: Output<'iam:ListAccountAliases'>, id: string): Terms {
  const [alias] = AccountAliases
  return [
    [said.id, code(id)],
    [said.alias, alias === undefined ? none() : code(alias)],
  ]
}

function rootTerms({ SummaryMap = {} }: Summary): Terms {
  const there = (count = 0) => (count > 0 ? badge(said.thereAre, 'warn') : none())
  return [
    [said.rootKeys, there(SummaryMap.AccountAccessKeysPresent)],
    [
      said.rootMfa,
      SummaryMap.AccountMFAEnabled ? text(said.enabled) : badge(said.notEnabled, 'warn'),
    ],
    [said.rootCertificates, there(SummaryMap.AccountSigningCertificatesPresent)],
    [said.rootPassword, SummaryMap.AccountPasswordPresent ? text(said.isSet) : none()],
  ]
}

function tokenTerms({ SummaryMap = {} }: Summary): Terms {
  return [[said.version, text(said.versionOf(SummaryMap.GlobalEndpointTokenVersion ?? 2))]]
}

function directoryTerms({ SummaryMap = {} }: Summary): Terms {
  const { MFADevices = 0, MFADevicesInUse = 0, Providers = 0 } = SummaryMap
  return [
    [said.devices, text(said.many(MFADevices))],
    [said.devicesInUse, text(said.many(MFADevicesInUse))],
    [said.providers, text(said.many(Providers))],
  ]
}

function outboundTerms(
  info: Output<'iam:GetOutboundWebIdentityFederationInfo'> | undefined,
): Terms {
  const { IssuerIdentifier: issuer } = info ?? {}
  return [[said.issuer, issuer === undefined ? none(said.off) : code(issuer)]]
}

import { addressOf } from '../address.ts'
import { partOf } from '../call.ts'
import { detailPage } from '../page.ts'
import { code, link, none, time } from '../shown.ts'
import { nameInArn, partSection } from './parts.ts'

/** `/console/identity-providers`: the quotas keep each kind within one answer. */
export const identityProviders = detailPage({
  path: '/console/identity-providers',
  nav: { section: 'Access', label: 'Identity providers', glyph: 'connector' },
  crumb: 'Identity providers',
  calls: ['iam:ListOpenIDConnectProviders', 'iam:ListSAMLProviders'],
  async read(call) {
    const [oidc, saml] = await Promise.all([
      partOf(call('iam:ListOpenIDConnectProviders', {})),
      partOf(call('iam:ListSAMLProviders', {})),
    ])
    return {
      title: 'Identity providers',
      says: 'Who vouches for people and programs that trust policies of this account let in.',
      actions: [],
      main: [
        partSection('OpenID Connect', oidc, ({ OpenIDConnectProviderList = [] }) => ({
          heads: [{ head: 'Issuer' }, { head: 'ARN', width: 'desk' }],
          rows: OpenIDConnectProviderList.map(({ Arn = '' }) => [
            link(nameInArn(Arn), addressOf('/console/identity-providers/oidc/:arn', { arn: Arn })),
            code(Arn),
          ]),
          empty: 'There is none. iam:CreateOpenIDConnectProvider makes them.',
        })),
        partSection('SAML', saml, ({ SAMLProviderList = [] }) => ({
          heads: [
            { head: 'Name' },
            { head: 'Valid until', width: 'desk' },
            { head: 'Created', width: 'desk' },
          ],
          rows: SAMLProviderList.map(({ Arn = '', ValidUntil, CreateDate }) => [
            link(nameInArn(Arn), addressOf('/console/identity-providers/saml/:arn', { arn: Arn })),
            ValidUntil ? time(ValidUntil) : none(),
            CreateDate ? time(CreateDate) : none(),
          ]),
          empty: 'There is none. iam:CreateSAMLProvider makes them.',
        })),
      ],
      aside: [],
    }
  },
})

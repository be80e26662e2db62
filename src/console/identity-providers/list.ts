import { partOf } from '../call.ts'
import { code, link, none, time } from '../cells.ts'
import { nameInArn, partSection } from '../iam/parts.ts'
import { detailPage } from '../page.ts'
import { providerAddress } from './addresses.ts'
import { words } from './words.ts'

const said = words.list
const path = '/console/identity-providers'

/** `/console/identity-providers`: the quotas keep each kind within one answer. */
export const identityProviders = detailPage({
  path,
  nav: { section: 'Access', label: said.label, glyph: 'connector' },
  crumb: said.label,
  calls: ['iam:ListOpenIDConnectProviders', 'iam:ListSAMLProviders'],
  async read(call) {
    const [oidc, saml] = await Promise.all([
      partOf(call('iam:ListOpenIDConnectProviders', {})),
      partOf(call('iam:ListSAMLProviders', {})),
    ])
    return {
      title: said.title,
      says: said.says,
      actions: [],
      main: [
        partSection(said.oidc, oidc, ({ OpenIDConnectProviderList = [] }) => ({
          acts: [{ text: said.create, href: `${path}/oidc/~create` }],
          heads: [{ head: said.issuer }, { head: said.arn, width: 'desk' }],
          rows: OpenIDConnectProviderList.map(({ Arn = '' }) => [
            link(nameInArn(Arn), providerAddress('oidc', Arn)),
            code(Arn),
          ]),
          empty: said.noOidc,
        })),
        partSection(said.saml, saml, ({ SAMLProviderList = [] }) => ({
          acts: [{ text: said.create, href: `${path}/saml/~create` }],
          heads: [
            { head: said.name },
            { head: said.until, width: 'desk' },
            { head: said.created, width: 'desk' },
          ],
          rows: SAMLProviderList.map(({ Arn = '', ValidUntil, CreateDate }) => [
            link(nameInArn(Arn), providerAddress('saml', Arn)),
            ValidUntil ? time(ValidUntil) : none(),
            CreateDate ? time(CreateDate) : none(),
          ]),
          empty: said.noSaml,
        })),
      ],
      aside: [],
    }
  },
})

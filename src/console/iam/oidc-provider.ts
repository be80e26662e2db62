import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { code, none, type Section, text, time } from '../shown.ts'
import { identityProviders } from './identity-providers.ts'
import { nameInArn, tagsCell } from './parts.ts'

/** `/console/identity-providers/oidc/ARN`. */
export const oidcProvider = detailPage({
  path: '/console/identity-providers/oidc/:arn',
  params: {
    arn: {
      ...limitsOf('iam:GetOpenIDConnectProvider', 'OpenIDConnectProviderArn'),
      pattern: /^arn:[\w-]+:iam::\d{12}:oidc-provider\/[\u0021-\u007e]+$/,
    },
  },
  under: identityProviders,
  crumb: ({ arn = '' }) => nameInArn(arn),
  calls: ['iam:GetOpenIDConnectProvider'],
  async read(call, { params: { arn = '' } }) {
    const found = await call('iam:GetOpenIDConnectProvider', { OpenIDConnectProviderArn: arn })
    const { Url = '', ClientIDList = [], ThumbprintList = [], CreateDate, Tags } = found
    return {
      title: nameInArn(arn),
      says: 'An OpenID Connect issuer. Its tokens are taken for the audiences below.',
      actions: [
        {
          text: 'Delete',
          href: addressOf('/console/identity-providers/oidc/:arn/delete', { arn }),
        },
      ],
      main: [
        listed('Audiences', ClientIDList, 'No audience is taken.'),
        listed('Thumbprints of certificates', ThumbprintList, 'Any certificate that is trusted.'),
      ],
      aside: [
        {
          kind: 'terms',
          title: 'Details',
          terms: [
            ['ARN', code(arn)],
            ['Issuer', text(Url)],
            ['Tags', tagsCell(Tags)],
            ['Created', CreateDate ? time(CreateDate) : none()],
          ],
        },
      ],
    }
  },
})

function listed(title: string, values: readonly string[], empty: string): Section {
  const rows = values.map((value) => [code(value)])
  return { kind: 'rows', title, heads: [{ head: 'Value' }], rows, empty }
}

import { code, none, text, time } from '../cells.ts'
import { nameInArn, tagsCell } from '../iam/parts.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import type { Section } from '../shown.ts'
import { providerAddress } from './addresses.ts'
import { identityProviders } from './list.ts'
import { words } from './words.ts'

const said = words.oidc
const { common } = words

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
      says: said.says,
      actions: [
        { text: common.edit, href: providerAddress('oidc', arn, 'edit') },
        { text: common.delete, href: providerAddress('oidc', arn, 'delete') },
      ],
      main: [
        listed(said.audiences, ClientIDList, said.noAudiences),
        listed(said.thumbprints, ThumbprintList, said.noThumbprints),
      ],
      aside: [
        {
          kind: 'terms',
          title: common.details,
          acts: [{ text: common.tags, href: providerAddress('oidc', arn, 'tags') }],
          terms: [
            [common.arn, code(arn)],
            [said.issuer, text(Url)],
            [common.tags, tagsCell(Tags)],
            [common.created, CreateDate ? time(CreateDate) : none()],
          ],
        },
      ],
    }
  },
})

function listed(title: string, values: readonly string[], empty: string): Section {
  const rows = values.map((value) => [code(value)])
  return { kind: 'rows', title, heads: [{ head: common.value }], rows, empty }
}

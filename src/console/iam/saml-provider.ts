import type { GetSAMLProviderResponse } from '../../reference/aws/iam-shapes.gen.ts'
import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { type Cell, code, none, type Section, text, time } from '../shown.ts'
import { identityProviders } from './identity-providers.ts'
import { nameInArn, tagsCell } from './parts.ts'

/** Metadata may have ten million characters, which no browser shows well. */
const mostShown = 100_000

/** `/console/identity-providers/saml/ARN`. */
export const samlProvider = detailPage({
  path: '/console/identity-providers/saml/:arn',
  params: {
    arn: {
      ...limitsOf('iam:GetSAMLProvider', 'SAMLProviderArn'),
      pattern: /^arn:[\w-]+:iam::\d{12}:saml-provider\/[\w.-]+$/,
    },
  },
  under: identityProviders,
  crumb: ({ arn = '' }) => nameInArn(arn),
  calls: ['iam:GetSAMLProvider'],
  async read(call, { params: { arn = '' } }) {
    const found = await call('iam:GetSAMLProvider', { SAMLProviderArn: arn })
    return {
      title: nameInArn(arn),
      says: 'A SAML identity provider. Its signed assertions are taken by this metadata.',
      actions: [
        {
          text: 'Delete',
          href: addressOf('/console/identity-providers/saml/:arn/delete', { arn }),
        },
      ],
      main: [metadataOf(found)],
      aside: [{ kind: 'terms', title: 'Details', terms: terms(arn, found) }],
    }
  },
})

function metadataOf({ SAMLMetadataDocument: document = '' }: GetSAMLProviderResponse): Section {
  if (document.length <= mostShown) return { kind: 'document', title: 'Metadata', text: document }
  const size = `${document.length.toLocaleString('en-GB')} characters`
  return {
    kind: 'terms',
    title: 'Metadata',
    terms: [['Too long to show', text(`${size}; iam:GetSAMLProvider answers them`)]],
  }
}

function terms(arn: string, found: GetSAMLProviderResponse): readonly (readonly [string, Cell])[] {
  const { SAMLProviderUUID, ValidUntil, CreateDate, AssertionEncryptionMode, Tags } = found
  const keys = found.PrivateKeyList?.length ?? 0
  return [
    ['ARN', code(arn)],
    ['Unique ID', SAMLProviderUUID === undefined ? none() : code(SAMLProviderUUID)],
    ['Valid until', ValidUntil ? time(ValidUntil) : none()],
    ['Encrypted assertions', text(AssertionEncryptionMode ?? 'Not set')],
    ['Private keys', text(String(keys))],
    ['Tags', tagsCell(Tags)],
    ['Created', CreateDate ? time(CreateDate) : none()],
  ]
}

import type { GetSAMLProviderResponse } from '../../reference/aws/iam-shapes.gen.ts'
import { badge, code, none, text, time } from '../cells.ts'
import { nameInArn, tagsCell } from '../iam/parts.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import type { Section, Terms } from '../shown.ts'
import { providerAddress } from './addresses.ts'
import { identityProviders } from './list.ts'
import { type MetadataCertificate, metadataCertificates } from './metadata-certificates.ts'
import { words } from './words.ts'

/** Metadata may have ten million characters, which no browser shows well. */
const mostShown = 100_000
const said = words.saml
const { common } = words

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
  async read(call, { params: { arn = '' }, facts }) {
    const found = await call('iam:GetSAMLProvider', { SAMLProviderArn: arn })
    return {
      title: nameInArn(arn),
      says: said.says,
      actions: [
        { text: common.edit, href: providerAddress('saml', arn, 'edit') },
        { text: common.delete, href: providerAddress('saml', arn, 'delete') },
      ],
      main: [...certificateSection(found, facts.now), keySection(found), metadataOf(found)],
      aside: [
        {
          kind: 'terms',
          title: common.details,
          acts: [{ text: common.tags, href: providerAddress('saml', arn, 'tags') }],
          terms: terms(arn, found),
        },
      ],
    }
  },
})

/** None for metadata that are too long to be shown. */
function certificateSection(
  { SAMLMetadataDocument: document = '' }: GetSAMLProviderResponse,
  now: Date,
): readonly Section[] {
  if (document.length > mostShown) return []
  return [
    {
      kind: 'rows',
      title: said.certificates,
      heads: [
        { head: said.subject },
        { head: said.ends },
        { head: said.use, width: 'desk' },
        { head: said.fingerprint, width: 'wide' },
      ],
      rows: metadataCertificates(document).map((one) => certificateRow(one, now)),
      empty: said.noCertificate,
    },
  ]
}

function certificateRow({ subject, ends, use, fingerprint }: MetadataCertificate, now: Date) {
  return [
    text(subject),
    time(ends, ends <= now ? said.ended : undefined),
    use === undefined ? badge(said.uses.both) : badge(said.uses[use]),
    code(fingerprint),
  ]
}

function keySection({ PrivateKeyList = [] }: GetSAMLProviderResponse): Section {
  return {
    kind: 'rows',
    title: said.keys,
    note: PrivateKeyList.length > 0 ? said.keysNote : undefined,
    heads: [{ head: said.keyId }, { head: said.added, width: 'desk' }],
    rows: PrivateKeyList.map(({ KeyId = '', Timestamp }) => [
      code(KeyId),
      Timestamp ? time(Timestamp) : none(),
    ]),
    empty: said.noKeys,
  }
}

function metadataOf({ SAMLMetadataDocument: document = '' }: GetSAMLProviderResponse): Section {
  if (document.length <= mostShown)
    return { kind: 'document', title: said.metadata, text: document }
  const size = text(said.size(document.length))
  return { kind: 'terms', title: said.metadata, terms: [[said.tooLong, size]] }
}

function terms(arn: string, found: GetSAMLProviderResponse): Terms {
  const { SAMLProviderUUID, ValidUntil, CreateDate, AssertionEncryptionMode, Tags } = found
  return [
    [common.arn, code(arn)],
    [said.id, SAMLProviderUUID === undefined ? none() : code(SAMLProviderUUID)],
    [said.until, ValidUntil ? time(ValidUntil) : none()],
    [said.encrypted, text(AssertionEncryptionMode ?? said.notSet)],
    [common.tags, tagsCell(Tags)],
    [common.created, CreateDate ? time(CreateDate) : none()],
  ]
}

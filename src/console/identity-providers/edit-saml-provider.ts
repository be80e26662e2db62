import { nameInArn } from '../iam/parts.ts'
import { formPage } from '../page.ts'
import { providerAddress } from './addresses.ts'
import { encryptionField, keyFile, metadataFile, mostMetadata } from './saml-fields.ts'
import { samlProvider } from './saml-provider.ts'
import { words } from './words.ts'

const said = words.samlForm

/** `/console/identity-providers/saml/ARN/edit`. */
export const editSamlProvider = formPage({
  path: '/console/identity-providers/saml/:arn/edit',
  params: { arn: samlProvider.params!.arn! },
  under: samlProvider,
  crumb: said.editCrumb,
  calls: ['iam:GetSAMLProvider', 'iam:UpdateSAMLProvider'],
  operation: 'iam:UpdateSAMLProvider',
  button: said.editButton,
  fields: [
    {
      member: 'SAMLMetadataDocument',
      label: said.newMetadata,
      help: said.newMetadataHelp(mostMetadata),
      control: { kind: 'lines', rows: 8, code: true, file: metadataFile },
      limits: { max: mostMetadata },
    },
    { member: 'AssertionEncryptionMode', ...encryptionField },
    {
      member: 'AddPrivateKey',
      label: said.addKey,
      help: said.addKeyHelp,
      control: { kind: 'secret', rows: 4, file: keyFile },
    },
    { member: 'RemovePrivateKey', label: said.removeKey, control: { kind: 'radio', options: [] } },
  ],
  async read(call, { params: { arn = '' } }) {
    const found = await call('iam:GetSAMLProvider', { SAMLProviderArn: arn })
    const keys = (found.PrivateKeyList ?? []).map(({ KeyId = '', Timestamp }) => ({
      value: KeyId,
      words: KeyId,
      help: Timestamp && said.addedAt(Timestamp),
    }))
    return {
      title: said.editTitle(nameInArn(arn)),
      says: said.editSays,
      values: { AssertionEncryptionMode: found.AssertionEncryptionMode },
      controls: {
        RemovePrivateKey: async () => ({
          kind: 'radio',
          options: [{ value: '', words: said.keepKeys }, ...keys],
        }),
      },
      keep: { text: said.editKeep, href: providerAddress('saml', arn) },
    }
  },
  async save(call, { params: { arn = '' } }, changed) {
    await call('iam:UpdateSAMLProvider', { ...changed, SAMLProviderArn: arn })
    return { to: providerAddress('saml', arn), said: said.edited }
  },
})

import type { Action } from '../call.ts'
import { fieldOf } from '../fields.ts'
import { tagsField, tagsOf } from '../iam/entity-forms/tags.ts'
import { stepsPage } from '../page.ts'
import { providerAddress } from './addresses.ts'
import { identityProviders } from './list.ts'
import { encryptionField, keyFile, metadataFile, mostMetadata } from './saml-fields.ts'
import { words } from './words.ts'

const said = words.samlForm

/** `/console/identity-providers/saml/~create`. */
export const createSamlProvider = stepsPage<Action>({
  path: '/console/identity-providers/saml/~create',
  under: identityProviders,
  crumb: said.createCrumb,
  calls: ['iam:CreateSAMLProvider'],
  steps: [
    {
      title: '',
      fields: [
        fieldOf('iam:CreateSAMLProvider', 'Name', {
          ...{ label: said.name, help: said.nameHelp, control: { kind: 'line' } },
        }),
        fieldOf('iam:CreateSAMLProvider', 'SAMLMetadataDocument', {
          label: said.metadata,
          help: said.metadataHelp(mostMetadata),
          control: { kind: 'lines', rows: 10, code: true, file: metadataFile },
          limits: { max: mostMetadata },
        }),
        fieldOf('iam:CreateSAMLProvider', 'AssertionEncryptionMode', encryptionField),
        fieldOf('iam:CreateSAMLProvider', 'AddPrivateKey', {
          label: said.key,
          help: said.keyHelp,
          control: { kind: 'secret', rows: 4, file: keyFile },
        }),
        tagsField,
      ],
    },
  ],
  button: said.createButton,
  read: async () => ({
    title: said.createTitle,
    says: said.createSays,
    keep: { text: said.createKeep, href: '/console/identity-providers' },
  }),
  plan(values, { session }) {
    const { Name = '', SAMLMetadataDocument = '' } = values
    const Tags = tagsOf(values.Tags)
    const { account, partition } = session.claims
    return {
      tasks: [
        {
          words: said.task(Name),
          run: async (call) => {
            await call('iam:CreateSAMLProvider', {
              ...{ Name, SAMLMetadataDocument },
              AssertionEncryptionMode: modeOf(values.AssertionEncryptionMode),
              AddPrivateKey: values.AddPrivateKey || undefined,
              Tags: Tags.length > 0 ? Tags : undefined,
            })
          },
        },
      ],
      to: providerAddress('saml', `arn:${partition}:iam::${account}:saml-provider/${Name}`),
      said: said.created(Name),
      report: said.report(Name),
    }
  },
})

function modeOf(value = ''): 'Allowed' | 'Required' | undefined {
  return value === 'Allowed' || value === 'Required' ? value : undefined
}

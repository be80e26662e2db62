import type { Action } from '../call.ts'
import { fieldOf } from '../fields.ts'
import { tagsField, tagsOf } from '../iam/entity-forms/tags.ts'
import { stepsPage } from '../page.ts'
import { identityProviders } from './list.ts'
import { audiencesField, linesOf, thumbprintsField } from './oidc-fields.ts'
import { words } from './words.ts'

const said = words.oidcForm

/** `/console/identity-providers/oidc/~create`. */
export const createOidcProvider = stepsPage<Action>({
  path: '/console/identity-providers/oidc/~create',
  under: identityProviders,
  crumb: said.createCrumb,
  calls: ['iam:CreateOpenIDConnectProvider'],
  steps: [
    {
      title: '',
      fields: [
        fieldOf('iam:CreateOpenIDConnectProvider', 'Url', {
          ...{ label: said.url, help: said.urlHelp, control: { kind: 'line' } },
        }),
        audiencesField,
        thumbprintsField,
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
  plan(values) {
    const { Url = '' } = values
    const Tags = tagsOf(values.Tags)
    const name = Url.replace(/^https:\/\//, '')
    return {
      tasks: [
        {
          words: said.task(name),
          run: async (call) => {
            await call('iam:CreateOpenIDConnectProvider', {
              Url,
              ClientIDList: linesOf(values.ClientIDList),
              ThumbprintList: linesOf(values.ThumbprintList),
              Tags: Tags.length > 0 ? Tags : undefined,
            })
          },
        },
      ],
      to: '/console/identity-providers',
      said: said.created(name),
      report: said.report(name),
    }
  },
})

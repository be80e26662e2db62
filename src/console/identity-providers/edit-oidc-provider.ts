import type { Action } from '../call.ts'
import type { Values } from '../fields.ts'
import { nameInArn } from '../iam/parts.ts'
import { stepsPage } from '../page.ts'
import type { Task } from '../tasks.ts'
import { providerAddress } from './addresses.ts'
import { audiencesField, linesOf, thumbprintsField } from './oidc-fields.ts'
import { oidcProvider } from './oidc-provider.ts'
import { words } from './words.ts'

const said = words.oidcForm

/** `/console/identity-providers/oidc/ARN/edit`: as many calls as there are changes. */
export const editOidcProvider = stepsPage<Action>({
  path: '/console/identity-providers/oidc/:arn/edit',
  params: { arn: oidcProvider.params!.arn! },
  under: oidcProvider,
  crumb: said.editCrumb,
  calls: [
    'iam:GetOpenIDConnectProvider',
    'iam:AddClientIDToOpenIDConnectProvider',
    'iam:RemoveClientIDFromOpenIDConnectProvider',
    'iam:UpdateOpenIDConnectProviderThumbprint',
  ],
  steps: [{ title: '', fields: [audiencesField, thumbprintsField] }],
  button: said.editButton,
  edits: true,
  async read(call, { params: { arn = '' } }) {
    const found = await call('iam:GetOpenIDConnectProvider', { OpenIDConnectProviderArn: arn })
    const { ClientIDList = [], ThumbprintList = [] } = found
    return {
      title: said.editTitle(nameInArn(arn)),
      says: said.editSays,
      locked: ClientIDList.every((id) => linesOf(id)[0] === id) ? undefined : said.locked,
      values: { ClientIDList: ClientIDList.join('\n'), ThumbprintList: ThumbprintList.join('\n') },
      keep: { text: said.editKeep, href: providerAddress('oidc', arn) },
    }
  },
  plan: (values, { params: { arn = '' }, now }) => ({
    tasks: tasksOf(arn, now, values),
    to: providerAddress('oidc', arn),
    said: said.edited,
    report: said.editReport,
  }),
})

/** Takes new audiences before it takes others no longer, so that no client is shut out between. */
function tasksOf(arn: string, now: Values, wanted: Values): readonly Task<Action>[] {
  const [was, audiences] = [linesOf(now.ClientIDList), linesOf(wanted.ClientIDList)]
  const thumbprints = linesOf(wanted.ThumbprintList)
  const of = { OpenIDConnectProviderArn: arn }
  const added = audiences.filter((id) => !was.includes(id))
  const gone = was.filter((id) => !audiences.includes(id))
  return [
    ...added.map(
      (ClientID): Task<Action> => ({
        words: said.add(ClientID),
        run: async (call) => {
          await call('iam:AddClientIDToOpenIDConnectProvider', { ...of, ClientID })
        },
      }),
    ),
    ...gone.map(
      (ClientID): Task<Action> => ({
        words: said.remove(ClientID),
        run: async (call) => {
          await call('iam:RemoveClientIDFromOpenIDConnectProvider', { ...of, ClientID })
        },
      }),
    ),
    ...(thumbprints.join('\n') === linesOf(now.ThumbprintList).join('\n')
      ? []
      : [thumbprintTask(of, thumbprints)]),
  ]
}

function thumbprintTask(
  of: { readonly OpenIDConnectProviderArn: string },
  ThumbprintList: readonly string[],
): Task<Action> {
  return {
    words: said.setThumbprints,
    run: async (call) => {
      await call('iam:UpdateOpenIDConnectProviderThumbprint', { ...of, ThumbprintList })
    },
  }
}

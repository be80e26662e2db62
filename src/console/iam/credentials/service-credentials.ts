import type { ServiceSpecificCredential } from '../../../reference/aws/iam-shapes.gen.ts'
import { code, none, text, time } from '../../cells.ts'
import { limitsOf } from '../../limits.ts'
import { formPage, type Page } from '../../page.ts'
import type { Terms } from '../../shown.ts'
import { aUser } from '../entity-forms/subject.ts'
import { credentialsOf, type OwnedKind, ownedPages, shownOf } from './owned.ts'
import { userCredentials } from './user-credentials.ts'
import { words } from './words.ts'

const said = words.credential
const limits = limitsOf('iam:UpdateServiceSpecificCredential', 'ServiceSpecificCredentialId')

const credentials: OwnedKind = {
  ...{ at: 'services', param: 'credential', limits },
  lists: 'iam:ListServiceSpecificCredentials',
  updates: 'iam:UpdateServiceSpecificCredential',
  deletes: 'iam:DeleteServiceSpecificCredential',
  async find(call, UserName, id) {
    const { ServiceSpecificCredentials = [] } = await call('iam:ListServiceSpecificCredentials', {
      UserName,
    })
    const found = ServiceSpecificCredentials.find(
      ({ ServiceSpecificCredentialId }) => ServiceSpecificCredentialId === id,
    )
    return (
      found && [
        [said.id, code(id)],
        [said.service, text(found.ServiceName)],
        [said.head, text(found.ServiceUserName ?? found.ServiceCredentialAlias ?? '')],
        [words.common.status, text(found.Status)],
        [said.ends, found.ExpirationDate ? time(found.ExpirationDate) : none(said.never)],
      ]
    )
  },
  update: (call, { UserName, id: ServiceSpecificCredentialId }, Status) =>
    call('iam:UpdateServiceSpecificCredential', { UserName, ServiceSpecificCredentialId, Status }),
  remove: (call, { UserName, id: ServiceSpecificCredentialId }) =>
    call('iam:DeleteServiceSpecificCredential', { UserName, ServiceSpecificCredentialId }),
}

const create = formPage({
  path: '/console/users/:name/credentials/services/~create',
  params: { name: aUser.name },
  under: userCredentials,
  crumb: said.createCrumb,
  calls: ['iam:GetUser', 'iam:CreateServiceSpecificCredential'],
  operation: 'iam:CreateServiceSpecificCredential',
  button: said.button,
  fields: [
    {
      ...{ member: 'ServiceName', label: said.service },
      control: {
        kind: 'radio',
        options: Object.entries(words.services).map(([value, name]) => ({ value, words: name })),
      },
      limits: { required: true, values: Object.keys(words.services) },
    },
    {
      ...{ member: 'CredentialAgeDays', label: said.days, help: said.daysHelp },
      control: { kind: 'line' },
      limits: { type: 'string', pattern: /^\d{1,5}$/, min: undefined, max: undefined },
    },
  ],
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    return {
      ...{ title: said.createTitle(found.UserName), says: said.createSays, values: {} },
      keep: { text: said.keep, href: credentialsOf(found.UserName) },
    }
  },
  async save(call, { params: { name = '' } }, { ServiceName = '', CredentialAgeDays }) {
    const { ServiceSpecificCredential: made } = await call('iam:CreateServiceSpecificCredential', {
      UserName: name,
      ServiceName,
      CredentialAgeDays,
    })
    return { to: credentialsOf(name), said: said.said, terms: secretTerms(made) }
  },
})

const reset = formPage({
  path: '/console/users/:name/credentials/services/:credential/reset',
  params: { name: aUser.name, credential: limits },
  under: userCredentials,
  crumb: said.reset,
  calls: ['iam:ListServiceSpecificCredentials', 'iam:ResetServiceSpecificCredential'],
  operation: 'iam:ResetServiceSpecificCredential',
  button: said.reset,
  danger: true,
  fields: [],
  read: async (call, { params: { name = '', credential = '' } }) => ({
    ...{ title: said.resetTitle(credential), says: said.resetSays, values: {} },
    sections: await shownOf(credentials, call as never, name, credential),
    keep: { text: words.common.keep, href: credentialsOf(name) },
  }),
  async save(call, { params: { name = '', credential: ServiceSpecificCredentialId = '' } }) {
    const { ServiceSpecificCredential: made } = await call('iam:ResetServiceSpecificCredential', {
      UserName: name,
      ServiceSpecificCredentialId,
    })
    return { to: credentialsOf(name), said: said.resetSaid, terms: secretTerms(made) }
  },
})

/** A name and a password, or one secret, by the kind of service. */
function secretTerms(made: ServiceSpecificCredential | undefined): Terms {
  const { ServiceUserName, ServicePassword, ServiceCredentialAlias, ServiceCredentialSecret } =
    made ?? {}
  return [
    [said.user, ServiceUserName],
    [said.password, ServicePassword],
    [said.alias, ServiceCredentialAlias],
    [said.secret, ServiceCredentialSecret],
  ].flatMap(([label = '', value]) => (value === undefined ? [] : [[label, code(value)] as const]))
}

export const serviceCredentialPages: readonly Page[] = [create, reset, ...ownedPages(credentials)]

import { addressOf } from '../../address.ts'
import { code, none, text, time } from '../../cells.ts'
import { limitsOf } from '../../limits.ts'
import { detailPage, formPage, type Page } from '../../page.ts'
import { aUser } from '../entity-forms/subject.ts'
import { mostItems } from '../parts.ts'
import { credentialsOf, type OwnedKind, ownedPages } from './owned.ts'
import { userCredentials } from './user-credentials.ts'
import { words } from './words.ts'

const said = words.ssh
const limits = limitsOf('iam:UpdateSSHPublicKey', 'SSHPublicKeyId')

const sshKeys: OwnedKind = {
  ...{ at: 'ssh-keys', param: 'ssh', limits },
  lists: 'iam:ListSSHPublicKeys',
  updates: 'iam:UpdateSSHPublicKey',
  deletes: 'iam:DeleteSSHPublicKey',
  async find(call, UserName, id) {
    const { SSHPublicKeys = [] } = await call('iam:ListSSHPublicKeys', {
      ...{ UserName, MaxItems: mostItems },
    })
    const found = SSHPublicKeys.find(({ SSHPublicKeyId }) => SSHPublicKeyId === id)
    return (
      found && [
        [said.head, code(id)],
        [words.common.status, text(found.Status)],
        [words.common.uploaded, found.UploadDate ? time(found.UploadDate) : none()],
      ]
    )
  },
  update: (call, { UserName, id: SSHPublicKeyId }, Status) =>
    call('iam:UpdateSSHPublicKey', { UserName, SSHPublicKeyId, Status }),
  remove: (call, { UserName, id: SSHPublicKeyId }) =>
    call('iam:DeleteSSHPublicKey', { UserName, SSHPublicKeyId }),
}

const upload = formPage({
  path: '/console/users/:name/credentials/ssh-keys/~upload',
  params: { name: aUser.name },
  under: userCredentials,
  crumb: said.uploadCrumb,
  calls: ['iam:GetUser', 'iam:UploadSSHPublicKey'],
  operation: 'iam:UploadSSHPublicKey',
  button: said.button,
  fields: [
    {
      ...{ member: 'SSHPublicKeyBody', label: said.label },
      control: { kind: 'lines', rows: 8, code: true },
    },
  ],
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    return {
      ...{ title: said.uploadTitle(found.UserName), says: said.uploadSays, values: {} },
      keep: { text: said.keep, href: credentialsOf(found.UserName) },
    }
  },
  async save(call, { params: { name = '' } }, { SSHPublicKeyBody = '' }) {
    const { SSHPublicKey: made } = await call('iam:UploadSSHPublicKey', {
      ...{ UserName: name, SSHPublicKeyBody },
    })
    return { to: credentialsOf(name), said: said.said(made?.SSHPublicKeyId ?? '') }
  },
})

const path = '/console/users/:name/credentials/ssh-keys/:ssh'

/** One key, with what it is compared by. */
const sshKey = detailPage({
  path,
  params: { name: aUser.name, ssh: limits },
  under: userCredentials,
  crumb: ({ ssh = '' }) => ssh,
  calls: ['iam:GetSSHPublicKey'],
  async read(call, { params: { name = '', ssh = '' } }) {
    const { SSHPublicKey: found } = await call('iam:GetSSHPublicKey', {
      ...{ UserName: name, SSHPublicKeyId: ssh, Encoding: 'SSH' },
    })
    const { Status = '', Fingerprint = '', UploadDate, SSHPublicKeyBody = '' } = found ?? {}
    const verb = Status === 'Active' ? 'deactivate' : 'activate'
    const of = { name, ssh }
    return {
      title: ssh,
      actions: [
        { text: words.common[verb], href: addressOf(`${path}/${verb}`, of) },
        { text: words.common.delete, href: addressOf(`${path}/delete`, of) },
      ],
      main: [{ kind: 'document', title: said.body, text: SSHPublicKeyBody }],
      aside: [
        {
          ...{ kind: 'terms', title: words.common.section },
          terms: [
            [said.fingerprint, code(Fingerprint)],
            [words.common.status, text(Status)],
            [words.common.uploaded, UploadDate ? time(UploadDate) : none()],
          ],
        },
      ],
    }
  },
})

export const sshKeyPages: readonly Page[] = [upload, sshKey, ...ownedPages(sshKeys)]

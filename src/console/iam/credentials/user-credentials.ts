import type {
  ServiceSpecificCredentialMetadata,
  SigningCertificate,
  SSHPublicKeyMetadata,
} from '../../../reference/aws/iam-shapes.gen.ts'
import { addressOf, type Params } from '../../address.ts'
import { partOf } from '../../call.ts'
import { badge, type Cell, link, none, text, time } from '../../cells.ts'
import { detailPage } from '../../page.ts'
import type { Head } from '../../shown.ts'
import { aUser } from '../entity-forms/subject.ts'
import { mostItems, partSection } from '../parts.ts'
import { certificateFacts } from './certificate-facts.ts'
import { words } from './words.ts'

const path = '/console/users/:name/credentials'
const { common, ssh, certificate, credential } = words

/** `/console/users/NAME/credentials`: SSH keys, signing certificates, credentials for services. */
export const userCredentials = detailPage({
  path,
  params: { name: aUser.name },
  under: aUser.page,
  crumb: words.page.crumb,
  calls: [
    'iam:GetUser',
    'iam:ListSSHPublicKeys',
    'iam:ListSigningCertificates',
    'iam:ListServiceSpecificCredentials',
  ],
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    const { UserName } = found
    const asked = { UserName, MaxItems: mostItems }
    const [keys, certificates, credentials] = await Promise.all([
      partOf(call('iam:ListSSHPublicKeys', asked)),
      partOf(call('iam:ListSigningCertificates', asked)),
      partOf(call('iam:ListServiceSpecificCredentials', { UserName })),
    ])
    const here = addressOf(path, { name: UserName })
    return {
      title: words.page.title(UserName),
      says: words.page.says,
      actions: [],
      main: [
        partSection(ssh.title, keys, ({ SSHPublicKeys = [] }) => ({
          acts: [{ text: ssh.upload, href: `${here}/ssh-keys/~upload` }],
          heads: [{ head: ssh.head }, ...changeHeads],
          rows: SSHPublicKeys.map((one) => sshRow(one, { name: UserName })),
          empty: ssh.empty,
        })),
        partSection(certificate.title, certificates, ({ Certificates }) => ({
          acts: [{ text: certificate.upload, href: `${here}/certificates/~upload` }],
          heads: [{ head: certificate.head }, { head: certificate.until }, ...changeHeads],
          rows: Certificates.map((one) => certificateRow(one, { name: UserName })),
          empty: certificate.empty,
        })),
        partSection(credential.title, credentials, ({ ServiceSpecificCredentials = [] }) => ({
          acts: [{ text: credential.create, href: `${here}/services/~create` }],
          heads: credentialHeads,
          rows: ServiceSpecificCredentials.map((one) => credentialRow(one, { name: UserName })),
          empty: credential.empty,
        })),
      ],
      aside: [],
    }
  },
})

const changeHeads: readonly Head[] = [
  { head: common.status },
  { head: common.uploaded, width: 'desk' },
  { head: common.change, width: 'desk' },
  { head: common.delete, width: 'desk' },
]
const credentialHeads: readonly Head[] = [
  { head: credential.head },
  { head: credential.service },
  { head: credential.ends, width: 'desk' },
  { head: common.status },
  { head: common.change, width: 'desk' },
  { head: credential.reset, width: 'desk' },
  { head: common.delete, width: 'desk' },
]

const stateCell = (Status: string): Cell =>
  Status === 'Active' ? badge(Status) : badge(Status, 'warn')

function changeCell(at: string, Status: string, of: Params): Cell {
  return Status === 'Active'
    ? link(common.deactivate, addressOf(`${path}/${at}/deactivate`, of))
    : link(common.activate, addressOf(`${path}/${at}/activate`, of))
}

function sshRow({ SSHPublicKeyId, Status, UploadDate }: SSHPublicKeyMetadata, at: Params) {
  const of = { ...at, ssh: SSHPublicKeyId }
  return [
    link(SSHPublicKeyId, addressOf(`${path}/ssh-keys/:ssh`, of)),
    stateCell(Status),
    UploadDate ? time(UploadDate) : none(),
    changeCell('ssh-keys/:ssh', Status, of),
    link(common.delete, addressOf(`${path}/ssh-keys/:ssh/delete`, of)),
  ]
}

function certificateRow(
  { CertificateId, CertificateBody, Status, UploadDate }: SigningCertificate,
  at: Params,
) {
  const of = { ...at, certificate: CertificateId }
  const facts = certificateFacts(CertificateBody)
  return [
    text(CertificateId, facts?.subject),
    facts ? time(facts.until) : none(common.unreadable),
    stateCell(Status),
    UploadDate ? time(UploadDate) : none(),
    changeCell('certificates/:certificate', Status, of),
    link(common.delete, addressOf(`${path}/certificates/:certificate/delete`, of)),
  ]
}

function credentialRow(one: ServiceSpecificCredentialMetadata, at: Params) {
  const { ServiceSpecificCredentialId: id, ServiceName, Status, ExpirationDate } = one
  const of = { ...at, credential: id }
  return [
    text(one.ServiceUserName ?? one.ServiceCredentialAlias ?? id, id),
    text(ServiceName),
    ExpirationDate ? time(ExpirationDate) : none(credential.never),
    stateCell(Status),
    changeCell('services/:credential', Status, of),
    link(credential.reset, addressOf(`${path}/services/:credential/reset`, of)),
    link(common.delete, addressOf(`${path}/services/:credential/delete`, of)),
  ]
}

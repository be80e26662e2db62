import { code, none, text, time } from '../../cells.ts'
import { limitsOf } from '../../limits.ts'
import { formPage, type Page } from '../../page.ts'
import { aUser } from '../entity-forms/subject.ts'
import { mostItems } from '../parts.ts'
import { certificateFacts } from './certificate-facts.ts'
import { credentialsOf, type OwnedKind, ownedPages } from './owned.ts'
import { userCredentials } from './user-credentials.ts'
import { words } from './words.ts'

const said = words.certificate

const certificates: OwnedKind = {
  ...{ at: 'certificates', param: 'certificate' },
  limits: limitsOf('iam:UpdateSigningCertificate', 'CertificateId'),
  lists: 'iam:ListSigningCertificates',
  updates: 'iam:UpdateSigningCertificate',
  deletes: 'iam:DeleteSigningCertificate',
  async find(call, UserName, id) {
    const { Certificates } = await call('iam:ListSigningCertificates', {
      ...{ UserName, MaxItems: mostItems },
    })
    const found = Certificates.find(({ CertificateId }) => CertificateId === id)
    if (!found) return undefined
    const facts = certificateFacts(found.CertificateBody)
    return [
      [said.head, code(id)],
      [said.subject, facts ? text(facts.subject) : none(words.common.unreadable)],
      [said.until, facts ? time(facts.until) : none(words.common.unreadable)],
      [words.common.status, text(found.Status)],
    ]
  },
  update: (call, { UserName, id: CertificateId }, Status) =>
    call('iam:UpdateSigningCertificate', { UserName, CertificateId, Status }),
  remove: (call, { UserName, id: CertificateId }) =>
    call('iam:DeleteSigningCertificate', { UserName, CertificateId }),
}

const upload = formPage({
  path: '/console/users/:name/credentials/certificates/~upload',
  params: { name: aUser.name },
  under: userCredentials,
  crumb: said.uploadCrumb,
  calls: ['iam:GetUser', 'iam:UploadSigningCertificate'],
  operation: 'iam:UploadSigningCertificate',
  button: said.button,
  fields: [
    {
      ...{ member: 'CertificateBody', label: said.label },
      control: { kind: 'lines', rows: 12, code: true },
    },
  ],
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    return {
      ...{ title: said.uploadTitle(found.UserName), says: said.uploadSays, values: {} },
      keep: { text: said.keep, href: credentialsOf(found.UserName) },
    }
  },
  async save(call, { params: { name = '' } }, { CertificateBody = '' }) {
    const { Certificate: made } = await call('iam:UploadSigningCertificate', {
      ...{ UserName: name, CertificateBody },
    })
    return { to: credentialsOf(name), said: said.said(made.CertificateId) }
  },
})

export const signingCertificatePages: readonly Page[] = [upload, ...ownedPages(certificates)]

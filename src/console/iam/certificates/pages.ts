import { addressOf } from '../../address.ts'
import { code, link, none, text, time } from '../../cells.ts'
import { limitsOf } from '../../limits.ts'
import { detailPage, formPage, listPage, type Page } from '../../page.ts'
import { certificateFacts } from '../credentials/certificate-facts.ts'
import { tagsPage } from '../entity-forms/tags-page.ts'
import { pathFilter } from '../listing.ts'
import { tagsCell } from '../parts.ts'
import { words } from './words.ts'

const path = '/console/server-certificates'
const name = limitsOf('iam:GetServerCertificate', 'ServerCertificateName')
const rowsOnPage = 50

/** `/console/server-certificates`. */
const certificates = listPage({
  path,
  nav: { section: 'Account', label: words.title, glyph: 'policy' },
  crumb: words.title,
  calls: ['iam:ListServerCertificates'],
  title: words.title,
  says: words.says,
  actions: [{ text: words.upload, href: `${path}/~create` }],
  noun: words,
  empty: words.empty,
  marker: limitsOf('iam:ListServerCertificates', 'Marker'),
  filters: [pathFilter(limitsOf('iam:ListServerCertificates', 'PathPrefix'))],
  async read(call, { filters: { path: PathPrefix }, marker, isWhole }) {
    const { ServerCertificateMetadataList: rows, Marker } = await call(
      'iam:ListServerCertificates',
      { PathPrefix, Marker: marker, MaxItems: isWhole ? 1000 : rowsOnPage },
    )
    return { rows, marker: Marker }
  },
  columns: [
    {
      head: words.head,
      cell: ({ ServerCertificateName }) =>
        link(ServerCertificateName, addressOf(`${path}/:name`, { name: ServerCertificateName })),
    },
    { head: words.path, width: 'wide', cell: ({ Path }) => code(Path) },
    {
      ...{ head: words.uploaded, width: 'desk' },
      cell: ({ UploadDate }) => (UploadDate ? time(UploadDate) : none()),
    },
    { head: words.until, cell: ({ Expiration }) => (Expiration ? time(Expiration) : none()) },
  ],
})

/** `/console/server-certificates/NAME`. */
const certificate = detailPage({
  path: `${path}/:name`,
  params: { name },
  under: certificates,
  crumb: ({ name: one = '' }) => one,
  calls: ['iam:GetServerCertificate'],
  async read(call, { params }) {
    const { ServerCertificate: found } = await call('iam:GetServerCertificate', {
      ServerCertificateName: params.name ?? '',
    })
    const { ServerCertificateMetadata: about, CertificateBody, CertificateChain, Tags } = found
    const facts = certificateFacts(CertificateBody)
    const { ServerCertificateName, Expiration, UploadDate } = about
    const at = addressOf(`${path}/:name`, { name: ServerCertificateName })
    return {
      title: ServerCertificateName,
      actions: [
        { text: words.edit, href: `${at}/edit` },
        { text: words.tags, href: `${at}/tags` },
        { text: words.delete, href: `${at}/delete` },
      ],
      main: [
        { kind: 'document', title: words.body, text: CertificateBody },
        ...(CertificateChain === undefined
          ? []
          : [{ kind: 'document', title: words.chain, text: CertificateChain } as const]),
      ],
      aside: [
        {
          ...{ kind: 'terms', title: words.details },
          terms: [
            ['ARN', code(about.Arn)],
            [words.path, code(about.Path)],
            [words.id, code(about.ServerCertificateId)],
            [words.subject, facts ? text(facts.subject) : none(words.unreadable)],
            [words.until, Expiration ? time(Expiration) : none()],
            [words.uploaded, UploadDate ? time(UploadDate) : none()],
            [words.tags, tagsCell(Tags)],
          ],
        },
      ],
    }
  },
})

/** `/console/server-certificates/~create`. */
const uploadCertificate = formPage({
  path: `${path}/~create`,
  under: certificates,
  crumb: words.uploadCrumb,
  calls: ['iam:UploadServerCertificate'],
  operation: 'iam:UploadServerCertificate',
  button: words.uploadButton,
  fields: [
    {
      ...{ member: 'ServerCertificateName', label: words.name, help: words.nameHelp },
      control: { kind: 'line' },
    },
    {
      ...{ member: 'Path', label: words.path, help: words.pathHelp },
      control: { kind: 'line' },
    },
    {
      ...{ member: 'CertificateBody', label: words.body, help: words.bodyHelp },
      control: { kind: 'lines', rows: 8, code: true },
    },
    {
      ...{ member: 'CertificateChain', label: words.chain, help: words.chainHelp },
      control: { kind: 'lines', rows: 4, code: true },
    },
    {
      ...{ member: 'PrivateKey', label: words.key, help: words.keyHelp },
      control: { kind: 'secret', rows: 8 },
    },
  ],
  read: async () => ({
    ...{ title: words.uploadTitle, says: words.uploadSays, values: { Path: '/' } },
    keep: { text: words.uploadKeep, href: path },
  }),
  async save(call, _request, given) {
    const { ServerCertificateName = '', CertificateBody = '', PrivateKey = '' } = given
    await call('iam:UploadServerCertificate', {
      ...{ ServerCertificateName, CertificateBody, PrivateKey },
      Path: given.Path || undefined,
      CertificateChain: given.CertificateChain || undefined,
    })
    return {
      to: addressOf(`${path}/:name`, { name: ServerCertificateName }),
      said: words.uploaded1(ServerCertificateName),
    }
  },
})

/** `/console/server-certificates/NAME/edit`: another name or path. */
const editCertificate = formPage({
  path: `${path}/:name/edit`,
  params: { name },
  under: certificate,
  crumb: words.edit,
  calls: ['iam:GetServerCertificate', 'iam:UpdateServerCertificate'],
  operation: 'iam:UpdateServerCertificate',
  button: words.editButton,
  fields: [
    {
      ...{ member: 'NewServerCertificateName', label: words.name, help: words.nameHelp },
      ...{ control: { kind: 'line' }, limits: { required: true } },
    },
    {
      ...{ member: 'NewPath', label: words.path, help: words.pathHelp },
      ...{ control: { kind: 'line' }, limits: { required: true } },
    },
  ],
  async read(call, { params }) {
    const { ServerCertificate: found } = await call('iam:GetServerCertificate', {
      ServerCertificateName: params.name ?? '',
    })
    const { ServerCertificateName, Path } = found.ServerCertificateMetadata
    return {
      ...{ title: words.editTitle(ServerCertificateName), says: words.editSays },
      values: { NewServerCertificateName: ServerCertificateName, NewPath: Path },
      keep: {
        text: words.editKeep,
        href: addressOf(`${path}/:name`, { name: ServerCertificateName }),
      },
    }
  },
  async save(call, { params: { name: ServerCertificateName = '' } }, changed) {
    await call('iam:UpdateServerCertificate', { ...changed, ServerCertificateName })
    const to = changed.NewServerCertificateName ?? ServerCertificateName
    return { to: addressOf(`${path}/:name`, { name: to }), said: words.edited }
  },
})

const certificateTags = tagsPage({
  page: certificate,
  gets: 'iam:GetServerCertificate',
  async find(call, ServerCertificateName) {
    const { ServerCertificate: found } = await call('iam:GetServerCertificate', {
      ServerCertificateName,
    })
    return { name: found.ServerCertificateMetadata.ServerCertificateName, tags: found.Tags }
  },
  tag: {
    action: 'iam:TagServerCertificate',
    run: (call, ServerCertificateName, Tags) =>
      call('iam:TagServerCertificate', { ServerCertificateName, Tags }),
  },
  untag: {
    action: 'iam:UntagServerCertificate',
    run: (call, ServerCertificateName, TagKeys) =>
      call('iam:UntagServerCertificate', { ServerCertificateName, TagKeys }),
  },
})

/** `/console/server-certificates/NAME/delete`. */
const deleteCertificate = formPage({
  path: `${path}/:name/delete`,
  params: { name },
  under: certificate,
  crumb: words.delete,
  calls: ['iam:GetServerCertificate', 'iam:DeleteServerCertificate'],
  operation: 'iam:DeleteServerCertificate',
  button: words.delete,
  danger: true,
  fields: [],
  async read(call, { params }) {
    const { ServerCertificate: found } = await call('iam:GetServerCertificate', {
      ServerCertificateName: params.name ?? '',
    })
    const { ServerCertificateName } = found.ServerCertificateMetadata
    return {
      ...{ title: words.deleteTitle(ServerCertificateName), says: words.deleteSays, values: {} },
      keep: {
        text: words.deleteKeep,
        href: addressOf(`${path}/:name`, { name: ServerCertificateName }),
      },
    }
  },
  async save(call, { params: { name: ServerCertificateName = '' } }) {
    await call('iam:DeleteServerCertificate', { ServerCertificateName })
    return { to: path, said: words.deleted(ServerCertificateName) }
  },
})

export const serverCertificatePages: readonly Page[] = [
  certificates,
  uploadCertificate,
  certificate,
  editCertificate,
  certificateTags,
  deleteCertificate,
]

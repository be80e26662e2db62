import { AwsFault } from '../../../kernel/aws-fault.ts'
import { addressOf } from '../../address.ts'
import { type Call, CallRefusal, partOf } from '../../call.ts'
import { code, none, text, time } from '../../cells.ts'
import { limitsOf } from '../../limits.ts'
import { formPage, type Page } from '../../page.ts'
import type { Section } from '../../shown.ts'
import { aUser } from '../entity-forms/subject.ts'
import { newKey } from './new-key.ts'
import { words } from './words.ts'

const said = words.keys
const userOf = (name: string) => addressOf('/console/users/:name', { name })
const keyParams = {
  name: aUser.name,
  key: limitsOf('iam:UpdateAccessKey', 'AccessKeyId'),
}

/** `/console/users/NAME/keys/~create`: the secret is shown in the answer, and never again. */
export const createKey = formPage({
  path: '/console/users/:name/keys/~create',
  params: { name: aUser.name },
  under: aUser.page,
  crumb: said.createCrumb,
  calls: ['iam:GetUser', 'iam:CreateAccessKey'],
  operation: 'iam:CreateAccessKey',
  button: said.create,
  fields: [],
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    return {
      title: said.createTitle(found.UserName),
      says: said.createSays,
      values: {},
      keep: { text: said.createKeep, href: userOf(found.UserName) },
    }
  },
  async save(call, { params: { name = '' } }) {
    return { to: userOf(name), said: said.created, terms: await newKey(call, name) }
  },
})

type Reads = Call<'iam:ListAccessKeys' | 'iam:GetAccessKeyLastUsed'>

/** The key and its last use. Rejects when it is not the user's. */
async function keyOf(call: Reads, UserName: string, key: string): Promise<Section> {
  const { AccessKeyMetadata } = await call('iam:ListAccessKeys', { UserName })
  const found = AccessKeyMetadata.find(({ AccessKeyId }) => AccessKeyId === key)
  if (!found)
    throw new CallRefusal('iam:ListAccessKeys', new AwsFault('NoSuchEntity', 'No such key.'), '')
  const used = await partOf(call('iam:GetAccessKeyLastUsed', { AccessKeyId: key }))
  const last = 'value' in used ? used.value.AccessKeyLastUsed : undefined
  return {
    kind: 'terms',
    title: said.section,
    terms: [
      [said.id, code(key)],
      [said.status, text(found.Status ?? '')],
      [
        said.used,
        last?.LastUsedDate ? time(last.LastUsedDate, last.ServiceName) : none(said.unused),
      ],
    ],
  }
}

function statusPage(Status: 'Active' | 'Inactive'): Page {
  const isOn = Status === 'Active'
  const verb = isOn ? 'activate' : 'deactivate'
  return formPage({
    path: `/console/users/:name/keys/:key/${verb}`,
    params: keyParams,
    under: aUser.page,
    crumb: said[verb],
    calls: ['iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed', 'iam:UpdateAccessKey'],
    operation: 'iam:UpdateAccessKey',
    button: said[verb],
    fields: [],
    read: async (call, { params: { name = '', key = '' } }) => ({
      title: isOn ? said.activateTitle(key) : said.deactivateTitle(key),
      says: isOn ? said.activateSays : said.deactivateSays,
      sections: [await keyOf(call, name, key)],
      values: {},
      keep: { text: said.keepState, href: userOf(name) },
    }),
    async save(call, { params: { name = '', key = '' } }) {
      await call('iam:UpdateAccessKey', { UserName: name, AccessKeyId: key, Status })
      return { to: userOf(name), said: isOn ? said.activated(key) : said.deactivated(key) }
    },
  })
}

export const activateKey = statusPage('Active')
export const deactivateKey = statusPage('Inactive')

/** `/console/users/NAME/keys/ID/delete`. */
export const deleteKey = formPage({
  path: '/console/users/:name/keys/:key/delete',
  params: keyParams,
  under: aUser.page,
  crumb: said.delete,
  calls: ['iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed', 'iam:DeleteAccessKey'],
  operation: 'iam:DeleteAccessKey',
  button: said.delete,
  danger: true,
  fields: [],
  read: async (call, { params: { name = '', key = '' } }) => ({
    title: said.deleteTitle(key),
    says: said.deleteSays,
    sections: [await keyOf(call, name, key)],
    values: {},
    keep: { text: said.deleteKeep, href: userOf(name) },
  }),
  async save(call, { params: { name = '', key = '' } }) {
    await call('iam:DeleteAccessKey', { UserName: name, AccessKeyId: key })
    return { to: userOf(name), said: said.deleted(key) }
  },
})

import { AwsFault } from '../../../kernel/aws-fault.ts'
import { addressOf } from '../../address.ts'
import { type Action, type Call, CallRefusal } from '../../call.ts'
import type { Limits } from '../../limits.ts'
import { formPage, type Page } from '../../page.ts'
import type { Terms } from '../../shown.ts'
import { aUser } from '../entity-forms/subject.ts'
import { userCredentials } from './user-credentials.ts'
import { words } from './words.ts'

const said = words.common
type AnyCall = Call<Action>

/** What a user has several of, each active or not. */
export interface OwnedKind {
  /** Below the user's address: `ssh-keys`. */
  readonly at: string
  /** The parameter of the address. */
  readonly param: string
  readonly limits: Limits
  readonly lists: Action
  readonly updates: Action
  readonly deletes: Action
  /** What the page tells of one; undefined: the user has no such. */
  find(call: AnyCall, UserName: string, id: string): Promise<Terms | undefined>
  update(call: AnyCall, of: OwnedId, Status: 'Active' | 'Inactive'): Promise<unknown>
  remove(call: AnyCall, of: OwnedId): Promise<unknown>
}
interface OwnedId {
  readonly UserName: string
  readonly id: string
}

export const credentialsOf = (name: string) =>
  addressOf('/console/users/:name/credentials', { name })

/** What one of them is. Rejects when it is not the user's. */
export async function shownOf(kind: OwnedKind, call: AnyCall, UserName: string, id: string) {
  const terms = await kind.find(call, UserName, id)
  if (terms) return [{ kind: 'terms', title: said.section, terms } as const]
  throw new CallRefusal(kind.lists, new AwsFault('NoSuchEntity', 'There is no such thing.'), '')
}

/** The pages that switch one off and on, and that delete it. */
export function ownedPages(kind: OwnedKind): readonly Page[] {
  return [statusPage(kind, 'Active'), statusPage(kind, 'Inactive'), deletePage(kind)]
}

const place = ({ at, param, limits }: OwnedKind, verb: string) =>
  ({
    path: `/console/users/:name/credentials/${at}/:${param}/${verb}`,
    params: { name: aUser.name, [param]: limits },
    under: userCredentials,
  }) as const

function statusPage(kind: OwnedKind, Status: 'Active' | 'Inactive'): Page {
  const verb = Status === 'Active' ? 'activate' : 'deactivate'
  const told = {
    activate: [said.activateTitle, said.activateSays, said.activated],
    deactivate: [said.deactivateTitle, said.deactivateSays, said.deactivated],
  } as const
  const [title, says, done] = told[verb]
  return formPage<Action, Action>({
    ...place(kind, verb),
    crumb: said[verb],
    calls: [kind.lists, kind.updates],
    operation: kind.updates,
    button: said[verb],
    fields: [],
    read: async (call, { params: { name = '', ...params } }) => ({
      ...{ title: title(params[kind.param] ?? ''), says, values: {} },
      sections: await shownOf(kind, call, name, params[kind.param] ?? ''),
      keep: { text: said.keep, href: credentialsOf(name) },
    }),
    async save(call, { params: { name = '', ...params } }) {
      const id = params[kind.param] ?? ''
      await kind.update(call, { UserName: name, id }, Status)
      return { to: credentialsOf(name), said: done(id) }
    },
  })
}

function deletePage(kind: OwnedKind): Page {
  return formPage<Action, Action>({
    ...place(kind, 'delete'),
    crumb: said.delete,
    calls: [kind.lists, kind.deletes],
    operation: kind.deletes,
    button: said.delete,
    danger: true,
    fields: [],
    read: async (call, { params: { name = '', ...params } }) => ({
      ...{ title: said.deleteTitle(params[kind.param] ?? ''), says: said.deleteSays, values: {} },
      sections: await shownOf(kind, call, name, params[kind.param] ?? ''),
      keep: { text: said.kept, href: credentialsOf(name) },
    }),
    async save(call, { params: { name = '', ...params } }) {
      const id = params[kind.param] ?? ''
      await kind.remove(call, { UserName: name, id })
      return { to: credentialsOf(name), said: said.deleted(id) }
    },
  })
}

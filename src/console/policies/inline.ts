import type { PolicyHolder } from '../../policy/quotas.ts'
import { addressOf } from '../address.ts'
import type { Call } from '../call.ts'
import { link, text } from '../cells.ts'
import type { Limits } from '../limits.ts'
import { formPage, type Page } from '../page.ts'
import type { Section } from '../shown.ts'
import { editorPage } from './editor-page.ts'
import { usersByGroup } from './users-by-group.ts'
import { words } from './words.ts'

type Kind = 'User' | 'Group' | 'Role'
type InlineAction =
  | `iam:${'Get' | 'Put' | 'Delete'}${Kind}Policy`
  | `iam:List${Kind}Policies`
  | 'iam:GetRole'
  | 'iam:GetGroup'
export type InlineCall = Call<InlineAction>

/** The operations on inline policies of one kind of holder. */
export interface InlineOperations {
  readonly kind: Exclude<PolicyHolder, 'managed'>
  /** The page of the holder, whose parameter is `name`. */
  readonly ofHolder: Page
  /** The page of one inline policy, whose parameters are `name` and `policy`. */
  readonly ofPolicy: Page
  readonly params: { readonly name: Limits; readonly policy: Limits }
  readonly actions: {
    readonly list: `iam:List${Kind}Policies`
    readonly get: `iam:Get${Kind}Policy`
    readonly put: `iam:Put${Kind}Policy`
    readonly remove: `iam:Delete${Kind}Policy`
    /** What `locked` calls. */
    readonly locked?: 'iam:GetRole'
    /** Of a holder whose policies its users have. */
    readonly members?: 'iam:GetGroup'
  }
  list(call: InlineCall, name: string): Promise<readonly string[]>
  get(call: InlineCall, at: InlineAt): Promise<string>
  put(call: InlineCall, at: InlineAt, document: string): Promise<unknown>
  remove(call: InlineCall, at: InlineAt): Promise<unknown>
  /** Why this holder can't be changed here. */
  locked?(call: InlineCall, name: string): Promise<string | undefined>
}
export interface InlineAt {
  readonly name: string
  readonly policy: string
}

const said = words.inline

/** `/console/KIND/NAME/create-policy`. */
export function inlineCreatePage(of: InlineOperations): Page {
  const { list, put } = of.actions
  return editorPage<InlineAction, typeof put>({
    path: `${of.ofHolder.path}/create-policy`,
    params: { name: of.params.name },
    under: of.ofHolder,
    crumb: said.create,
    calls: [list, put, ...alsoCalled(of)],
    operation: put,
    holder: of.kind,
    button: said.button,
    fields: [
      { member: 'PolicyName', label: said.name, help: said.nameHelp, control: { kind: 'line' } },
    ],
    async read(call, { params: { name = '' } }) {
      const [names, why] = await Promise.all([of.list(call, name), of.locked?.(call, name)])
      const taken = new Set(names.map((one) => one.toLowerCase()))
      return {
        title: said.createFor(name),
        says: said.createSays(of.kind),
        locked: why,
        keep: { text: words.create.keep, href: addressOf(of.ofHolder.path, { name }) },
        aside: [holderSection(of, name)],
        unfit: ({ PolicyName = '' }) =>
          taken.has(PolicyName.toLowerCase()) ? { PolicyName: said.taken } : {},
      }
    },
    reached: (call, { params: { name = '' } }) => reached(of, call, name),
    async save(call, { params: { name = '' } }, { text: document, fields }) {
      const at = { name, policy: fields.PolicyName ?? '' }
      await of.put(call, at, document)
      return { to: addressOf(of.ofPolicy.path, { ...at }), said: said.said(at.policy) }
    },
  })
}

/** `/console/KIND/NAME/policies/NAME/edit`. */
export function inlineEditPage(of: InlineOperations): Page {
  const { get, put } = of.actions
  return editorPage<InlineAction, typeof put>({
    path: `${of.ofPolicy.path}/edit`,
    params: of.params,
    under: of.ofPolicy,
    crumb: said.edit,
    calls: [get, put, ...alsoCalled(of)],
    operation: put,
    holder: of.kind,
    button: said.button,
    fields: [],
    async read(call, { params: { name = '', policy = '' } }) {
      const [document, why] = await Promise.all([
        of.get(call, { name, policy }),
        of.locked?.(call, name),
      ])
      return {
        title: said.editTitle(policy),
        says: said.editSays(of.kind, name),
        locked: why,
        text: document,
        keep: { text: said.keep, href: addressOf(of.ofPolicy.path, { name, policy }) },
        tried: `${of.kind}/${name}/${policy}`,
        aside: [holderSection(of, name)],
      }
    },
    reached: (call, { params: { name = '' } }) => reached(of, call, name),
    async save(call, { params: { name = '', policy = '' } }, { text: document }) {
      await of.put(call, { name, policy }, document)
      return { to: addressOf(of.ofPolicy.path, { name, policy }), said: said.said(policy) }
    },
  })
}

/** `/console/KIND/NAME/policies/NAME/delete`. */
export function inlineDeletePage(of: InlineOperations): Page {
  const { get, remove } = of.actions
  return formPage<InlineAction, typeof remove>({
    path: `${of.ofPolicy.path}/delete`,
    params: of.params,
    under: of.ofPolicy,
    crumb: said.remove,
    calls: [get, remove],
    operation: remove,
    button: said.removeButton,
    fields: [],
    async read(call, { params: { name = '', policy = '' } }) {
      await of.get(call, { name, policy })
      return {
        title: said.removeTitle(policy, name),
        says: said.removeSays,
        values: {},
        keep: { text: said.removeKeep, href: addressOf(of.ofPolicy.path, { name, policy }) },
      }
    },
    async save(call, { params: { name = '', policy = '' } }) {
      await of.remove(call, { name, policy })
      return { to: addressOf(of.ofHolder.path, { name }), said: said.removed(policy) }
    },
  })
}

/** What the editor calls for some kinds of holders alone. */
function alsoCalled({ actions: { locked, members } }: InlineOperations): readonly InlineAction[] {
  return [...(locked ? [locked] : []), ...(members ? [members] : [])]
}

function reached({ actions: { members } }: InlineOperations, call: InlineCall, name: string) {
  return usersByGroup(call, members ? [name] : [])
}

function holderSection({ kind, ofHolder }: InlineOperations, name: string): Section {
  const [head, second] = words.holders.heads
  return {
    kind: 'rows',
    title: words.holders.belongs,
    heads: [{ head }, { head: second }],
    rows: [[link(name, addressOf(ofHolder.path, { name })), text(words.holders.kinds[kind])]],
    empty: '',
  }
}

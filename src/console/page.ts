import type { Params } from './address.ts'
import type { AskContent } from './ask-shown.ts'
import type { Action, AnyCall, Call } from './call.ts'
import type { Content } from './content.ts'
import { type FormRules, readForm, submitForm } from './form.ts'
import type { Control } from './form-shown.ts'
import type { Limits } from './limits.ts'
import { type ListRules, readList } from './list.ts'
import type { PageRequest } from './request.ts'
import type { DetailContent, FileContent, HomeContent } from './shown.ts'
import { openSteps, submitSteps } from './steps.ts'
import type { Saved, StepsRules, StepsState } from './steps-rules.ts'

export const navSections = ['Access', 'Sign-in', 'Explain', 'Account'] as const

export interface NavEntry {
  /** Absent: the page stands above the sections. */
  readonly section?: (typeof navSections)[number] | undefined
  readonly label: string
  readonly glyph:
    | 'home'
    | 'key'
    | 'user'
    | 'group'
    | 'role'
    | 'policy'
    | 'connector'
    | 'settings'
    | 'simulate'
    | 'who'
    | 'audit'
    | 'report'
    | 'directory'
}

/** What every page declares. Routes, navigation, breadcrumbs and tests derive from it. */
export interface PageBase<A extends Action> {
  /** The path below `/console`, with `:name` for parameters. */
  readonly path: `/console${string}`
  /** The limits of the parameters: a name outside them answers "there is no such page". */
  readonly params?: Readonly<Record<string, Limits>> | undefined
  readonly nav?: NavEntry | undefined
  /** The page above it, whose parameters it has. */
  readonly under?: Page | undefined
  /** The page's text in the breadcrumbs. */
  readonly crumb: string | ((params: Params) => string)
  /** The only operations that the page calls. */
  readonly calls: readonly A[]
  /** The actions that the calls are decided by, where those have other names. */
  readonly needs?: readonly string[] | undefined
  /** Names of fields that are kept nowhere, not even while a person signs in again. */
  readonly secrets?: readonly string[] | undefined
}

export interface Page extends PageBase<Action> {
  readonly kind: Content['kind']
  /** Rejects with CallRefusal. */
  readonly open: (call: AnyCall, request: PageRequest) => Promise<Content | FileContent>
  /**
   * Forms, and questions that are posted. Rejects with CallRefusal when the form itself may not be
   * seen.
   */
  readonly submit?: (call: AnyCall, request: PageRequest) => Promise<Content | FileContent | Saved>
}

/** A paged table of what an operation lists. */
export function listPage<A extends Action, Row>(page: PageBase<A> & ListRules<A, Row>): Page {
  return {
    ...page,
    kind: 'list',
    open: (call, request) => readList(page, call as unknown as Call<A>, request),
  }
}

interface DetailRules<A extends Action> {
  /** `status` 404: there is no such thing, and the page says why. */
  read(
    call: Call<A>,
    request: PageRequest,
  ): Promise<Omit<DetailContent, 'kind' | 'status'> & { readonly status?: 404 | undefined }>
}

/** One thing and its parts, each shown or withheld. Answers 403 when every part is withheld. */
export function detailPage<A extends Action>(page: PageBase<A> & DetailRules<A>): Page {
  return {
    ...page,
    kind: 'detail',
    async open(call, request) {
      const read = await page.read(call as unknown as Call<A>, request)
      const sections = [...read.main, ...read.aside]
      const nothing = sections.length > 0 && sections.every(({ kind }) => kind === 'withheld')
      return { kind: 'detail', ...read, ...(nothing && { status: 403 }) }
    },
  }
}

/** A form that changes one thing by one operation, whose model limits the fields. */
export function formPage<A extends Action, O extends A>(page: PageBase<A> & FormRules<A, O>): Page {
  return {
    ...page,
    kind: 'form',
    secrets: page.fields.flatMap(({ member, control }) => (isSecret(control) ? [member] : [])),
    open: (call, request) => readForm(page, call as unknown as Call<A>, request),
    submit: (call, request) => submitForm(page, call as unknown as Call<A>, request),
  }
}

interface AskRules<A extends Action> {
  readonly method: AskContent['method']
  read(
    call: Call<A>,
    request: PageRequest,
  ): Promise<Omit<AskContent, 'kind' | 'method'> | FileContent>
}

/** A question that nothing keeps, and its answer below or beside it. */
export function askPage<A extends Action>(page: PageBase<A> & AskRules<A>): Page {
  const { method } = page
  const read = async (call: AnyCall, request: PageRequest): Promise<AskContent | FileContent> => {
    const shown = await page.read(call as unknown as Call<A>, request)
    return 'kind' in shown ? shown : { kind: 'ask', method, ...shown }
  }
  return { ...page, kind: 'ask', open: read, ...(method === 'post' && { submit: read }) }
}

function isSecret(control: Control | ((value: never) => Control)): boolean {
  return typeof control !== 'function' && /^(secret|security-key)$/.test(control.kind)
}

/**
 * A form that does what several operations do, in one step or in several with a review before the
 * last.
 */
export function stepsPage<A extends Action, S extends StepsState = StepsState>(
  page: PageBase<A> & StepsRules<A, S>,
): Page {
  return {
    ...page,
    kind: 'form',
    secrets: [...page.steps.flatMap(({ fields }) => fields), ...(page.last ?? [])].flatMap(
      ({ name, control }) => (isSecret(control) ? [name] : []),
    ),
    open: (call, request) => openSteps(page, call as unknown as Call<A>, request),
    submit: (call, request) => submitSteps(page, call as unknown as Call<A>, request),
  }
}

/**
 * The session and its permissions. Calls no operation, because the session itself has the facts.
 */
export function homePage(
  page: PageBase<never> & { read(request: PageRequest): Omit<HomeContent, 'kind'> },
): Page {
  return {
    ...page,
    kind: 'home',
    open: async (_call, request) => ({ kind: 'home', ...page.read(request) }),
  }
}

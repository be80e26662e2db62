import { mended, refusedAtSave, validate } from '../../policy/index.ts'
import { type Action, type Call, CallRefusal, isDenial } from '../call.ts'
import type { EditorContent } from '../editor-shown.ts'
import { limitsOf, problemOf } from '../limits.ts'
import type { PageRequest } from '../request.ts'
import type { Section } from '../shown.ts'
import type { Saved } from '../steps-rules.ts'
import { words as all } from '../words.ts'
import { checkDocument, mostDocument } from './document-check.ts'
import { baseOf, contentOf, type Sent, type Trouble } from './editor-content.ts'
import type { EditorRules, EditorState } from './editor-rules.ts'
import { indented } from './indented.ts'
import { reviewSections } from './review.ts'
import { textDiff } from './text-diff.ts'
import { words } from './words.ts'

interface At<A extends Action, O extends A> {
  readonly page: EditorRules<A, O>
  readonly state: EditorState
  readonly request: PageRequest
}

/** What a new document begins with. */
const blank = JSON.stringify(
  { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: [], Resource: '*' }] },
  null,
  2,
)

export async function openEditor<A extends Action, O extends A>(
  page: EditorRules<A, O>,
  call: Call<A>,
  request: PageRequest,
): Promise<EditorContent> {
  const state = await page.read(call, request)
  const text = indented(state.text ?? blank)
  const untouched = state.text === undefined || state.locked !== undefined
  const check = untouched ? undefined : await checked(page, text, request)
  return { ...contentOf({ page, state, request }, { text, typed: {} }), check }
}

/**
 * Checks, mends, reviews or saves what was sent, as its button says. Nothing is saved when the
 * document in force is another than the one that it was begun with, and nothing that IAM would
 * refuse; the text comes back each time.
 */
export async function submitEditor<A extends Action, O extends A>(
  page: EditorRules<A, O>,
  call: Call<A>,
  request: PageRequest,
): Promise<EditorContent | Saved> {
  const state = await page.read(call, request)
  const at = { page, state, request }
  const sent = sentBy(page, state, request)
  // What was typed when the session had ended is shown again, whatever was meant to become of it.
  const wanted = request.body('_go') === 'kept' ? 'check' : (request.body('do') ?? 'check')
  if (request.body('mend') !== undefined)
    return written(at, { ...sent, text: await mendedText(page, sent, request) })
  if (wanted !== 'review' && wanted !== 'save') return written(at, sent)
  if (wanted === 'save') return saveOnce(at, call, sent)
  const trouble = troubleOf(page, state, sent, request)
  return trouble ? written(at, sent, trouble) : reviewed(at, call, sent)
}

/** A form that is sent twice is obeyed once; one that was refused may be sent again. */
async function saveOnce<A extends Action, O extends A>(
  at: At<A, O>,
  call: Call<A>,
  sent: Sent,
): Promise<EditorContent | Saved> {
  const { state, request } = at
  const id = request.body('_once') ?? ''
  if (id === '') return written(at, sent, { problem: all.unsigned, status: 400 })
  if (!(await request.once.claim(id)))
    return { kind: 'saved', to: state.keep.href, said: all.again.said }
  const answer = await save(at, call, sent)
  if (answer.kind !== 'saved') await request.once.release(id)
  return answer
}

async function save<A extends Action, O extends A>(
  at: At<A, O>,
  call: Call<A>,
  sent: Sent,
): Promise<EditorContent | Saved> {
  const { page, state, request } = at
  const trouble = troubleOf(page, state, sent, request)
  if (trouble) return written(at, sent, trouble)
  if (state.text !== undefined && sameText(state.text, sent.text))
    return { kind: 'saved', to: state.keep.href, said: words.document.same }
  try {
    const draft = { text: sent.text, fields: sent.typed, drop: sent.drop || undefined }
    return { kind: 'saved', ...(await page.save(call, request, draft)) }
  } catch (error) {
    if (!(error instanceof CallRefusal) || error.fault.status >= 500) throw error
    return written(at, sent, refusedBy(error))
  }
}

function sentBy<A extends Action, O extends A>(
  { fields }: EditorRules<A, O>,
  { text }: EditorState,
  { body }: PageRequest,
): Sent {
  return {
    text: unixLines(body('document') ?? indented(text ?? blank)),
    typed: Object.fromEntries(fields.map(({ member }) => [member, unixLines(body(member) ?? '')])),
    drop: body('drop'),
  }
}

/** Browsers send line breaks as CR LF. */
function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

function sameText(stored: string, typed: string): boolean {
  return stored === typed || indented(stored) === typed
}

/** Why what was sent can't be saved. */
function troubleOf<A extends Action, O extends A>(
  page: EditorRules<A, O>,
  state: EditorState,
  sent: Sent,
  { session, body }: PageRequest,
): Trouble | undefined {
  const { unsaved, unsavedNext, unfit, unfitNext, meanwhile, meanwhileNext, differs, limit } =
    words.document
  const fields = { ...state.unfit?.(sent.typed), ...fieldProblems(page, sent) }
  if (Object.keys(fields).length > 0)
    return { problem: { title: unfit, next: unfitNext }, status: 400, fields }
  if (sent.text.length > mostDocument)
    return { problem: { title: unsaved, next: limit }, status: 400 }
  const { partition } = session.claims
  if (refusedAtSave('identity', sent.text, { holder: page.holder, partition }).length > 0)
    return { problem: { title: unsaved, next: unsavedNext }, status: 400 }
  const was = body('_base')
  if (was !== undefined && was !== baseOf(state.text)) {
    const lines = textDiff(state.text ?? '', sent.text)
    const review: readonly Section[] = [
      { kind: 'diff', title: differs, lines, empty: words.review.unchanged },
    ]
    return { problem: { title: meanwhile, next: meanwhileNext }, status: 409, review }
  }
  if (dropProblem(state, sent.drop) === undefined || body('do') !== 'save') return undefined
  const drop = words.document.tooMany
  return { problem: { title: unfit, next: drop }, status: 400, drop }
}

function dropProblem({ versions }: EditorState, drop = ''): string | undefined {
  if (!versions || (drop === '' && !versions.must)) return undefined
  return versions.options.some(({ value }) => value === drop && value !== '')
    ? undefined
    : words.document.tooMany
}

function fieldProblems<A extends Action, O extends A>(
  { fields, operation }: EditorRules<A, O>,
  { typed }: Sent,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.flatMap(({ member }) => {
      const problem = problemOf(limitsOf(operation, member), typed[member] ?? '')
      return problem === undefined ? [] : [[member, problem] as const]
    }),
  )
}

function refusedBy(refusal: CallRefusal): Trouble {
  const { fault, reference } = refusal
  const title = isDenial(refusal) ? words.editor.thisChangeWasRefused : words.editor.nothingWasSaved
  return { problem: { title, next: fault.message, reference }, status: fault.status }
}

/** The text after the mend that a button names by the finding's code and path. */
async function mendedText<A extends Action, O extends A>(
  { holder }: EditorRules<A, O>,
  { text }: Sent,
  { body, reference, session }: PageRequest,
): Promise<string> {
  const { account, partition } = session.claims
  const circumstances = { reference: await reference(), holder, account, partition }
  const findings = text.length > mostDocument ? [] : validate('identity', text, circumstances)
  const chosen = findings.find((one) => one.mend && `${one.code}@${one.path}` === body('mend'))
  return chosen?.mend ? mended(text, chosen.mend) : text
}

async function checked<A extends Action, O extends A>(
  { holder }: EditorRules<A, O>,
  text: string,
  request: PageRequest,
): Promise<EditorContent['check']> {
  return text.length > mostDocument ? undefined : checkDocument(text, holder, request)
}

/** The text with what is known of it, to be written further. */
async function written<A extends Action, O extends A>(
  { page, state, request }: At<A, O>,
  sent: Sent,
  trouble?: Trouble,
): Promise<EditorContent> {
  return {
    ...contentOf({ page, state, request }, sent, trouble),
    check: await checked(page, sent.text, request),
  }
}

async function reviewed<A extends Action, O extends A>(
  { page, state, request }: At<A, O>,
  call: Call<A>,
  sent: Sent,
): Promise<EditorContent> {
  const reached = (await page.reached?.(call, request)) ?? []
  return {
    ...contentOf({ page, state, request }, sent),
    step: 'review',
    aside: [...state.aside, ...reached],
    title: words.review.title,
    says: words.review.scope,
    check: await checked(page, sent.text, request),
    review: reviewSections(state.text, sent.text, await request.reference()),
  }
}

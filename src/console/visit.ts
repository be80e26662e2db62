import { type Action, type AnyCall, CallRefusal, type Denial, denialOf, isDenial } from './call.ts'
import type { Content } from './content.ts'
import { holds } from './limits.ts'
import type { Page } from './page.ts'
import type { PageRequest } from './request.ts'
import type { FileContent } from './shown.ts'
import type { Saved } from './steps-rules.ts'
import { words } from './words.ts'

/** The session lacks the permission that the page needs. */
export interface Denied {
  readonly kind: 'denied'
  readonly denied: Denial
}
/** The address names something that does not exist; whether it ever did is not disclosed. */
export interface Missing {
  readonly kind: 'missing'
}
/** The service can't answer: a marker that it did not issue, or a rate limit. */
export interface Refused {
  readonly kind: 'refused'
  readonly message: string
  readonly reference: string
}
export type Shown = Content | Denied | Missing | Refused

export interface Visit {
  readonly status: number
  readonly shown: Shown
}

const absent: Visit = { status: 404, shown: { kind: 'missing' } }

/** Opens a page or submits its form. Returns every refusal as something to show; throws on bugs. */
export async function visitPage(
  page: Page,
  call: AnyCall,
  request: PageRequest,
  method: 'open' | 'submit' = 'open',
): Promise<Visit | Saved | FileContent> {
  const limits = Object.entries(page.params ?? {})
  if (!limits.every(([name, limit]) => holds(limit, request.params[name] ?? ''))) return absent
  const act = method === 'submit' ? page.submit : page.open
  if (!act) return absent
  try {
    const shown = await act(declaredOnly(page, call), request)
    if (shown.kind === 'saved' || shown.kind === 'file') return shown
    return { status: ('status' in shown ? shown.status : undefined) ?? 200, shown }
  } catch (error) {
    if (!(error instanceof CallRefusal) || error.fault.status >= 500) throw error
    const isGone = method === 'submit' && error.fault.code === 'NoSuchEntity'
    if (isGone && (await wasSent(request)))
      return { kind: 'saved', to: listOf(page), said: words.again.said }
    return refusedVisit(error)
  }
}

/** Whether the form was obeyed before: it may have taken away what it is about. */
async function wasSent({ body, once }: PageRequest): Promise<boolean> {
  const id = body('_once') ?? ''
  if (id === '') return false
  if (!(await once.claim(id))) return true
  await once.release(id)
  return false
}

/** The page of the navigation, which is there whatever was taken away. */
function listOf({ under, path }: Page): string {
  return under ? listOf(under) : path
}

function refusedVisit(refusal: CallRefusal): Visit {
  const { fault, reference } = refusal
  if (isDenial(refusal))
    return { status: 403, shown: { kind: 'denied', denied: denialOf(refusal) } }
  if (fault.code === 'NoSuchEntity') return absent
  return { status: fault.status, shown: { kind: 'refused', message: fault.message, reference } }
}

/**
 * Throws when a page calls an operation that it does not declare. Only a cast can get past the
 * types.
 */
function declaredOnly({ path, calls }: Page, call: AnyCall): AnyCall {
  return (action: Action, input) => {
    if (!calls.includes(action)) throw new Error(`\`${path}\` does not declare \`${action}\``)
    return call(action, input)
  }
}

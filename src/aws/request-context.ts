import type { Caller } from '../sessions/caller.ts'
import { LayeredContext } from './layered-context.ts'
import type { Target } from './operation.ts'

/** What a request brings to a decision besides its principal. */
export interface RequestFacts {
  readonly now: Date
  readonly sourceAddress: string
  readonly secure: boolean
  readonly userAgent: string
  readonly region: string
}
export interface QuestionContext {
  readonly context: ReadonlyMap<string, readonly string[]>
  readonly multivalued: ReadonlySet<string>
}

const mostUserAgentCharacters = 256
const yes: readonly string[] = ['true']
const no: readonly string[] = ['false']
const none: Readonly<Record<string, never>> = {}

/** Several calls fall into one millisecond: its texts are made once. */
let last = { at: Number.NaN, currentTime: [''] as readonly string[], epochTime: [''] as readonly string[] }
function timesOf(now: Date): typeof last {
  const at = now.getTime()
  if (at !== last.at) last = { at, currentTime: [now.toISOString()], epochTime: [String(Math.floor(at / 1000))] }
  return last
}

/**
 * The condition keys of one question: the caller's own, the global ones (IAM user guide, "Global condition context
 * keys") and the target's. The request's facts come last: nothing that a principal carries may replace them.
 */
export function questionContext(caller: Caller, facts: RequestFacts, target: Target): QuestionContext {
  const context = new LayeredContext(caller.context)
  let multivalued: Set<string> | undefined
  for (const [key, value] of Object.entries(target.conditions ?? {})) {
    if (value === undefined) continue
    const name = key.toLowerCase()
    if (typeof value === 'string') {
      context.set(name, [value])
    } else {
      context.set(name, value)
      multivalued ??= new Set(caller.multivalued)
      multivalued.add(name)
    }
  }
  const { currentTime, epochTime } = timesOf(facts.now)
  context.set('aws:currenttime', currentTime)
  context.set('aws:epochtime', epochTime)
  context.set('aws:securetransport', facts.secure ? yes : no)
  context.set('aws:sourceip', [facts.sourceAddress])
  context.set('aws:requestedregion', [facts.region])
  context.set('aws:viaawsservice', no)
  // The caller's to choose, and matched against patterns at every call: a short one costs little.
  if (facts.userAgent !== '') context.set('aws:useragent', [facts.userAgent.slice(0, mostUserAgentCharacters)])
  return { context, multivalued: multivalued ?? caller.multivalued }
}

/** `aws:RequestTag/…` and `aws:TagKeys` of a request that brings tags; nothing when it brings none. */
export function tagConditions(
  tags: readonly { readonly Key: string; readonly Value: string }[] | undefined,
): Readonly<Record<string, string | readonly string[]>> {
  if (!tags || tags.length === 0) return none
  return Object.fromEntries([
    ...tags.map(({ Key, Value }): [string, string] => [`aws:RequestTag/${Key}`, Value]),
    ['aws:TagKeys', tags.map(({ Key }) => Key)] as [string, readonly string[]],
  ])
}

/** `aws:ResourceTag/…` and IAM's own spelling of it, `iam:ResourceTag/…`. */
export function resourceTagConditions(
  tags: readonly { readonly Key: string; readonly Value: string }[] | undefined,
): Readonly<Record<string, string>> {
  if (!tags || tags.length === 0) return none
  return Object.fromEntries(tags.flatMap(({ Key, Value }): [string, string][] =>
    [[`aws:ResourceTag/${Key}`, Value], [`iam:ResourceTag/${Key}`, Value]]))
}

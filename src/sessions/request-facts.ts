/**
 * Where a request came from and over which transport. A caller chooses none of it, except the user
 * agent.
 */
export interface RequestOrigin {
  readonly sourceAddress: string
  readonly userAgent: string
  /** Over TLS, to us or to a configured proxy. */
  readonly secure: boolean
  /** The region of the call's scope; without one, the settings'. */
  readonly region: string
}
export interface RequestFacts extends RequestOrigin {
  readonly now: Date
}
interface Settable {
  set(key: string, values: readonly string[]): unknown
}

const mostUserAgentCharacters = 256
const yes: readonly string[] = ['true']
const no: readonly string[] = ['false']

/** Cached, because several calls happen in one millisecond. */
let last = {
  at: Number.NaN,
  currentTime: [''] as readonly string[],
  epochTime: [''] as readonly string[],
}
function timesOf(now: Date): typeof last {
  const at = now.getTime()
  if (at !== last.at)
    last = { at, currentTime: [now.toISOString()], epochTime: [String(Math.floor(at / 1000))] }
  return last
}

type Values = readonly string[]

type Reader = (facts: RequestFacts) => Values | undefined
const readers = new Map<string, Reader>([
  ['aws:currenttime', ({ now }) => timesOf(now).currentTime],
  ['aws:epochtime', ({ now }) => timesOf(now).epochTime],
  ['aws:securetransport', ({ secure }) => (secure ? yes : no)],
  ['aws:sourceip', ({ sourceAddress }) => [sourceAddress]],
  ['aws:requestedregion', ({ region }) => [region]],
  ['aws:viaawsservice', () => no],
  // Callers choose it, and it is matched against patterns at every call: limit its length.
  [
    'aws:useragent',
    ({ userAgent }) =>
      userAgent === '' ? undefined : [userAgent.slice(0, mostUserAgentCharacters)],
  ],
])

/** The value of a condition key of every request; undefined for all other keys. */
export function requestFact(key: string, facts: RequestFacts): Values | undefined {
  return readers.get(key)?.(facts)
}

/**
 * Sets the condition keys of every request, signed or not (IAM user guide, "Global condition
 * context keys"). Call it last: nothing from a principal or a proof may replace them.
 */
export function setRequestFacts(context: Settable, facts: RequestFacts): void {
  for (const [key, read] of readers) {
    const values = read(facts)
    if (values) context.set(key, values)
  }
}

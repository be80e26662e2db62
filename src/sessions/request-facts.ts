/** Where a request came from, and over what. Nobody who asks can choose it, but for the user agent. */
export interface RequestOrigin {
  readonly sourceAddress: string
  readonly userAgent: string
  /** Over TLS, ours or a configured proxy's. */
  readonly secure: boolean
  /** That of the call; where it is scoped to none, the settings'. */
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

/** Several calls fall into one millisecond: its texts are made once. */
let last = { at: Number.NaN, currentTime: [''] as readonly string[], epochTime: [''] as readonly string[] }
function timesOf(now: Date): typeof last {
  const at = now.getTime()
  if (at !== last.at) last = { at, currentTime: [now.toISOString()], epochTime: [String(Math.floor(at / 1000))] }
  return last
}

/**
 * The condition keys that every request brings, signed or not (IAM user guide, "Global condition context keys"). To be set
 * last: nothing that a principal or a proof carries may replace them.
 */
export function setRequestFacts(context: Settable, { now, sourceAddress, userAgent, secure, region }: RequestFacts): void {
  const { currentTime, epochTime } = timesOf(now)
  context.set('aws:currenttime', currentTime)
  context.set('aws:epochtime', epochTime)
  context.set('aws:securetransport', secure ? yes : no)
  context.set('aws:sourceip', [sourceAddress])
  context.set('aws:requestedregion', [region])
  context.set('aws:viaawsservice', no)
  // The caller's to choose, and matched against patterns at every call: a short one costs little.
  if (userAgent !== '') context.set('aws:useragent', [userAgent.slice(0, mostUserAgentCharacters)])
}

/** A socket that takes both families writes IPv4 addresses as IPv6 ones, which no IPv4 range of a policy would match. */
export function plainAddress(address: string): string {
  return /^::ffff:\d+\./i.test(address) ? address.slice(7) : address
}

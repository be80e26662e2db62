import type { PasswordEnd } from '../../kernel/password-end.ts'
import { SealedCache } from './cache.ts'
import { type Exchange, endpointUrl, exchangePassword } from './exchange.ts'
import { type Current, type Entry, keptOrNew } from './kept-credentials.ts'
import { type Proof, Refusals } from './refusals.ts'

/** Everything that decides which credentials the answer holds, but the password. */
export type CredentialsAsked = Omit<Exchange, 'username' | 'password'> & {
  readonly username?: string | undefined
}

export interface CurrentPorts {
  /** The folder of the sealed cache. */
  readonly folder: string
  /** The password that is at hand, in the environment. */
  readonly password?: string | undefined
  /** Asks the person for what is not at hand. */
  readonly ask: (asked: CredentialsAsked) => Promise<Proof>
  /** Tells the person what the directory said about the end of the password. */
  readonly passwordEnds: (end: PasswordEnd) => void
  /** Leaves the cache, and remembered refusals, unread. */
  readonly refresh?: boolean | undefined
  /** As `Kept` has it. */
  readonly checkLimitMs?: number | undefined
}

/** Credentials are renewed when less than this is left: it takes a person and their password. */
const leastLeftMs = 5 * 60_000
const exchangeLimitMs = 60_000

/**
 * Returns credentials that are neither expired nor known to be revoked: from the cache, or for a
 * password. Of many callers at once one asks, and the others take its answer, a refusal too.
 * Throws an Error with the reason when there are none.
 */
export async function currentCredentials(
  asked: CredentialsAsked,
  ports: CurrentPorts,
): Promise<Current> {
  const endpoint = endpointUrl(asked.endpoint).origin
  const cache = new SealedCache(ports.folder)
  const name = JSON.stringify([
    'credentials',
    endpoint,
    asked.username ?? '',
    asked.provider ?? '',
    asked.roleArn ?? '',
    asked.durationSeconds ?? 0,
  ])
  const person = JSON.stringify([endpoint, asked.username ?? '', asked.provider ?? ''])
  const refusals = new Refusals(cache, person)
  const kept = {
    ...{ name, lock: person, endpoint, refresh: ports.refresh },
    ...{ leastLeftMs, renewAheadMs: 0, checkLimitMs: ports.checkLimitMs },
  }
  return keptOrNew(cache, kept, async (startedAt) => {
    const entry = await fetched({ asked, name, startedAt }, refusals, ports)
    await refusals.forget()
    return entry
  })
}

interface Wanted {
  readonly asked: CredentialsAsked
  /** The name of the cache entry. */
  readonly name: string
  readonly startedAt: number
}

async function fetched(
  { asked, name, startedAt }: Wanted,
  refusals: Refusals,
  ports: CurrentPorts,
): Promise<Entry> {
  const { username } = asked
  const { password } = ports
  const atHand = username && password ? { username, password } : undefined
  const shared = await refusals.shared(name, startedAt, atHand)
  if (shared !== undefined) throw new Error(shared)
  const proof = await ports.ask(asked)
  const kept = ports.refresh ? undefined : await refusals.kept(name, proof)
  if (kept !== undefined) throw new Error(kept)
  try {
    const signal = AbortSignal.timeout(exchangeLimitMs)
    const exchanged = await exchangePassword({ ...asked, ...proof }, signal)
    const { credentials, arn, passwordEnd, upstream } = exchanged
    if (passwordEnd) ports.passwordEnds(passwordEnd)
    return { credentials, arn, upstream, obtainedAt: Date.now() }
  } catch (error) {
    await refusals.keep(name, proof, error)
    throw error
  }
}

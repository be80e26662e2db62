import type { AuditIndex } from '../../../audit/index/open-index.ts'
import type { EventSearch } from '../../../audit/index/search.ts'
import { issuedToken, type TrailEvent } from '../../../audit/index/terms.ts'
import { slices } from '../../../credentials/in-slices.ts'
import type { AnyOperation } from '../../operation.ts'
import { isDecidable } from '../../replay/judge.ts'
import type { RecordedCall } from '../../replay/recorded-call.ts'
import type { RecordedSessions } from '../../replay/recorded-sessions.ts'

export interface RecordedPorts {
  readonly index: Pick<AuditIndex, 'named' | 'search'>
  readonly operations: ReadonlyMap<string, AnyOperation>
}

/** Whose calls, and since when. */
export interface CallsOf {
  readonly account: string
  readonly since: Date
  /** The end of the period, so that the same calls are read each time. */
  readonly until: Date
  readonly terms: EventSearch['terms']
  readonly isWanted: (event: RecordedCall) => boolean
}

/** Calls read of one analysis; the latest count. */
export const mostCalls = 50_000
const readAtOnce = 200
/** Sessions of which is looked up what they were given. */
const mostSessions = 5000
/** How often a session may have been made by another. */
const mostSteps = 4

/**
 * The recorded calls of an account that can be decided again, the latest first, with what their
 * sessions were given noted in `sessions`. Ends after `mostCalls`; works in slices.
 */
export async function* recordedCalls(
  { index, operations }: RecordedPorts,
  { account, since, until, terms, isWanted }: CallsOf,
  sessions: RecordedSessions,
): AsyncGenerator<RecordedCall> {
  const known = new Set<string>()
  const pause = slices()
  let after: string | undefined
  let told = 0

  /** What the call said that gave a session: its policies and tags. */
  async function learn(key: string, steps = 0): Promise<void> {
    if (!key.startsWith('ASIA') || known.has(key)) return
    if (known.size >= mostSessions || steps >= mostSteps) return
    known.add(key)
    const { events } = await index.named(issuedToken(key))
    const given = events
      .map(callOf)
      .find(({ responseElements }) => responseElements?.credentials?.accessKeyId === key)
    if (!given) return
    await learn(given.userIdentity.accessKeyId ?? '', steps + 1)
    sessions.note(given)
  }

  do {
    const found = await index.search({
      ...{ owners: [account], terms, after, limit: readAtOnce },
      ...{ from: since.getTime(), to: until.getTime() },
    })
    for (const event of found.events.map(callOf)) {
      if (!event.userIdentity || !isDecidable(event, operations) || !isWanted(event)) continue
      await learn(event.userIdentity.accessKeyId ?? '')
      yield event
      if (++told >= mostCalls) return
      await pause()
    }
    after = found.next
  } while (after !== undefined)
}

/** A line of the trail, as a replay reads it. */
const callOf = (event: TrailEvent) => event as unknown as RecordedCall

/** How often is waited for half a second until the index has read the whole trail. */
const mostWaits = 120

/** Waits for the index to read what the trail has. False: it is not that far yet. */
export async function caughtUp(index: Pick<AuditIndex, 'search'>): Promise<boolean> {
  for (let waits = 0; waits < mostWaits; waits++) {
    const { behind } = await index.search({ owners: [], terms: {}, limit: 1 })
    if (behind === 0) return true
  }
  return false
}

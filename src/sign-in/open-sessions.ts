import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { dayOf, everyDay, linkTo } from '../store/links.ts'
import type { OpenSessionRecord } from '../store/records.ts'
import type { Store, Writes } from '../store/store.ts'
import {
  endListed,
  findListed,
  type ListAsked,
  type ListedSessions,
  listOpen,
  markOf,
  type OpenSession,
  type Seen,
} from './listed-sessions.ts'
import type { Origin } from './sign-in-event.ts'

export interface OpenSessionPorts {
  readonly store: Pick<Store, 'reads' | 'transact'>
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'remove'>
  readonly clock: Clock
  readonly log: Log
}

export type Begun = Omit<
  OpenSessionRecord,
  'account' | 'createdAt' | 'managedBy' | 'address' | 'program' | 'until'
> & { readonly until: Date; readonly origin: Pick<Origin, 'sourceAddress' | 'userAgent'> }

export interface OpenSessions extends AsyncDisposable {
  /** Puts a session on the list. Nobody waits for it, and no sign-in fails by it. */
  begun(session: Begun): void
  /** Notes that a session was used, once in a minute. */
  seen(id: string, from: Pick<Origin, 'sourceAddress'>): Promise<void>
  /** Takes a session off the list: somebody signed out. */
  gone(id: string): Promise<void>
  /** Whether it was ended by an administrator. */
  isEnded(id: string): Promise<boolean>
  /**
   * Ends it for whoever uses it, of a sign-in with its consoles and apps, and takes it off the list
   * by `tx`. Returns undefined when there is no such session of these owners.
   */
  end(tx: Writes, key: string, owners: readonly string[]): Promise<OpenSession | undefined>
  find(key: string, owners: readonly string[]): Promise<OpenSession | undefined>
  /** Of some owners, the newest first: those that are still open. */
  list(asked: ListAsked): Promise<ListedSessions>
}

const account = '*'
const kind = 'openSession'
const mostWaiting = 64
const seenEveryMs = 60_000
const mostSeen = 20_000
const mostProgram = 512
const removedAtOnce = 200
/** A session is kept so long beyond its end, so that clocks may differ. */
const spareMs = 3_600_000
const latest = 9_999_999_999_999

const keptUntil = (until: string | Date) => new Date(new Date(until).getTime() + spareMs)

/**
 * Who is signed in: one record a sign-in, console, terminal and app in the store, since short-lived
 * state can't be listed. That state says whether a session is still there and when it was used.
 * Disposing waits for the writes in hand.
 */
export function buildOpenSessions(ports: OpenSessionPorts): OpenSessions {
  const { store, ephemeral, clock, log } = ports
  const waiting = new Set<Promise<void>>()
  const noted = new Map<string, number>()
  const unlisted = (error: unknown) => log('open-session-unlisted', { error: `${error}` })
  const listed = async (id: string) =>
    (await store.reads.linked(kind, account, linkTo.id(id), { limit: 1 }))[0]
  return {
    begun(session) {
      if (waiting.size >= mostWaiting) return unlisted('too many wait to be listed')
      noted.set(session.id, clock.now().getTime())
      const work = add(ports, session)
        .catch(unlisted)
        .finally(() => waiting.delete(work))
      waiting.add(work)
    },
    async seen(id, { sourceAddress }) {
      const now = clock.now().getTime()
      if (now - (noted.get(id) ?? 0) < seenEveryMs) return
      if (noted.size >= mostSeen) noted.clear()
      noted.set(id, now)
      const found = await listed(id)
      if (!found || (await ephemeral.get('open-session', id)) === undefined) return
      await note(ports, id, sourceAddress, found.record.until)
    },
    async gone(id) {
      await ephemeral.remove('open-session', id)
      const found = await listed(id)
      if (!found) return
      await store.transact((tx) => tx.remove(kind, account, found.key), [account]).catch(unlisted)
    },
    isEnded: async (id) => (await ephemeral.get('signed-out', markOf(id))) !== undefined,
    find: (key, owners) => findListed(ports, store.reads, key, owners),
    end: (tx, key, owners) => endListed(ports, tx, key, owners),
    list: (asked) => listOpen(ports, asked),
    async [Symbol.asyncDispose]() {
      await Promise.all(waiting)
    },
  }
}

async function note(
  { ephemeral, clock }: OpenSessionPorts,
  id: string,
  address: string,
  until: string | Date,
): Promise<void> {
  const value: Seen = { at: clock.now().toISOString(), address }
  await ephemeral.put('open-session', id, JSON.stringify(value), keptUntil(until))
}

async function add(ports: OpenSessionPorts, { origin, until, ...session }: Begun): Promise<void> {
  const { store, clock } = ports
  const now = clock.now()
  await note(ports, session.id, origin.sourceAddress, until)
  const record: OpenSessionRecord = {
    ...session,
    ...{ account, managedBy: 'api', createdAt: now.toISOString(), until: until.toISOString() },
    address: origin.sourceAddress,
    program: origin.userAgent.slice(0, mostProgram),
  }
  const key = `${String(latest - now.getTime()).padStart(13, '0')}.${session.id}`
  const isFirstOfDay = await store.transact(
    async (tx) => {
      // An app that is signed in to again is the same session.
      const same = await tx.linked(kind, account, linkTo.id(session.id), { limit: 2 })
      for (const old of same) await tx.remove(kind, account, old.key)
      const today = linkTo.day(dayOf(until))
      const isFirst = (await tx.countLinked(kind, account, today)) === 0
      await tx.insert(kind, account, key, record)
      return isFirst
    },
    [account],
  )
  if (isFirstOfDay) await prune(ports, now)
}

/** Removes what ended before yesterday. */
async function prune({ store }: OpenSessionPorts, now: Date): Promise<void> {
  const oldest = linkTo.day(dayOf(now) - 1)
  const days = await store.reads.linkTargets(kind, account, { prefix: everyDay, limit: 1000 })
  for (const day of days) {
    if (day >= oldest) return
    for (let more = true; more; )
      more = await store.transact(
        async (tx) => {
          const rows = await tx.linked(kind, account, day, { limit: removedAtOnce })
          for (const { key } of rows) await tx.remove(kind, account, key)
          return rows.length === removedAtOnce
        },
        [account],
      )
  }
}

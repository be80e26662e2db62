import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { KeyRing } from '../credentials/key-ring.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Identity, withoutTouch } from '../kernel/identity.ts'
import type { Log } from '../kernel/log.ts'
import { dayOf, everyDay, everyDayOf, linkTo } from '../store/links.ts'
import type { RecentSignInRecord } from '../store/records.ts'
import type { Reads, Store } from '../store/store.ts'
import { identityOf, identityText } from './identity-text.ts'

/** What the last sign-in of a person proved. */
export interface RecentSignIn {
  readonly at: Date
  readonly identity: Identity
}

export interface RecentSignInPorts {
  readonly store: Pick<Store, 'reads' | 'transact'>
  readonly ring: Pick<KeyRing, 'seal' | 'unseal'>
  readonly clock: Clock
  readonly log: Log
  /** Seconds; 0: nothing is kept. */
  readonly keepPeopleForSeconds: number
}

/** Records of people belong to no account. */
const account = '*'
const kind = 'recentSignIn'
/** A person with more characters of attributes and groups is not kept. */
const mostCharacters = 262_144
/** Writes that wait at once; a sign-in beyond is not kept. */
const mostWaiting = 32
/** People who were looked at lately, so that a page that is opened again costs nothing. */
const mostSeen = 10_000
const removedAtOnce = 200

/**
 * Keeps what the last sign-in of each person proved, so that changed mappings can be tried on real
 * people. One write a person and day, and one where what was proved changed. Nothing waits for it,
 * and no sign-in fails by it. Disposing waits for the writes in hand.
 */
export function keepRecentSignIns(ports: RecentSignInPorts) {
  const waiting = new Set<Promise<void>>()
  const seen = new Map<string, number>()
  let prunedOn: number | undefined

  async function keep(key: string, identity: Identity): Promise<void> {
    const now = ports.clock.now()
    const text = identityText({ ...identity, recheckKey: undefined, signIn: undefined })
    if (text.length > mostCharacters) return
    const found = await ports.store.reads.find(kind, account, key)
    if (found && dayOf(new Date(found.at)) === dayOf(now) && tellsSame(ports, found, identity))
      return
    const sealed = ports.ring.seal(kindPurpose, Buffer.from(text))
    const at = now.toISOString()
    await ports.store.transact(async (tx) => {
      const old = await tx.find(kind, account, key)
      const createdAt = old?.createdAt ?? at
      const { connector } = identity
      const record = { account, createdAt, managedBy: 'api', connector, at, sealed } as const
      if (old) await tx.update(kind, account, key, record)
      else await tx.insert(kind, account, key, record)
    })
    if (prunedOn === dayOf(now)) return
    prunedOn = dayOf(now)
    await prune(ports, now)
  }

  return {
    /** Call for each identity that mappings judge. */
    note(identity: Identity): void {
      if (ports.keepPeopleForSeconds === 0 || waiting.size >= mostWaiting) return
      const key = keyOf(identity)
      const provedAt = identity.authenticatedAt.getTime()
      if (seen.get(key) === provedAt) return
      if (seen.size >= mostSeen) seen.clear()
      seen.set(key, provedAt)
      const work = keep(key, withoutTouch(identity))
        .catch((error: unknown) => {
          seen.delete(key)
          ports.log('recent-sign-in-unkept', { error: `${error}` })
        })
        .finally(() => waiting.delete(work))
      waiting.add(work)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(waiting)
    },
  }
}

/** Returns what the last sign-in of a person proved. */
export async function findRecentSignIn(
  reads: Pick<Reads, 'find'>,
  ring: Pick<KeyRing, 'unseal'>,
  person: Person,
): Promise<Identity | undefined> {
  const record = await reads.find(kind, account, keyOf(person))
  return record && identityIn({ ring }, record)
}

/**
 * Yields people in order of their last day, the latest first, from those who signed in since
 * `since`; of one connector, or of all. A record that the ring does not open is left out.
 */
export async function* recentSignIns(
  reads: Pick<Reads, 'linkTargets' | 'linked'>,
  ring: Pick<KeyRing, 'unseal'>,
  { since, connector }: { readonly since: Date; readonly connector?: string | undefined },
): AsyncGenerator<RecentSignIn> {
  const from = dayOf(since)
  const [prefix, first] =
    connector === undefined
      ? [everyDay, linkTo.day(from)]
      : [everyDayOf(connector), linkTo.connectorDay(connector, from)]
  const days = await daysOf(reads, prefix)
  for (const day of days.filter((target) => target >= first).toReversed())
    for (let after: string | undefined; ; ) {
      const page = await reads.linked(kind, account, day, { after, limit: removedAtOnce })
      for (const { record } of page) {
        const identity = identityIn({ ring }, record)
        const at = new Date(record.at)
        if (identity && at >= since) yield { at, identity }
      }
      if (page.length < removedAtOnce) break
      after = page.at(-1)!.key
    }
}

const kindPurpose = 'recent-sign-in'

type Person = Pick<Identity, 'connector' | 'account' | 'subject'>

function keyOf({ connector, account: of = '', subject }: Person): string {
  return hash('sha256', [connector, of, subject].join('\n'), 'base64url')
}

/** Whether what was proved is the same, apart from when. */
function tellsSame(
  ports: Pick<RecentSignInPorts, 'ring'>,
  record: RecentSignInRecord,
  identity: Identity,
): boolean {
  const old = identityIn(ports, record)
  return old !== undefined && isDeepStrictEqual(judged(old), judged(identity))
}

const judged = ({ attributes, groups, username, displayName, strength }: Identity) => ({
  ...{ attributes, groups, username, displayName, strength },
})

function identityIn(
  { ring }: { readonly ring: Pick<KeyRing, 'unseal'> },
  { sealed }: RecentSignInRecord,
): Identity | undefined {
  const text = ring.unseal(kindPurpose, sealed)?.toString()
  return text === undefined ? undefined : identityOf(text)
}

/** Days of which there is anybody: fewer than the longest time that people are kept. */
function daysOf(
  reads: Pick<Reads, 'linkTargets'>,
  prefix: string = everyDay,
): Promise<readonly string[]> {
  return reads.linkTargets(kind, account, { prefix, limit: 1000 })
}

async function prune({ store, keepPeopleForSeconds }: RecentSignInPorts, now: Date): Promise<void> {
  const oldest = linkTo.day(dayOf(new Date(now.getTime() - keepPeopleForSeconds * 1000)))
  for (const day of await daysOf(store.reads)) {
    if (day >= oldest) return
    for (let more = true; more; )
      more = await store.transact(async (tx) => {
        const rows = await tx.linked(kind, account, day, { limit: removedAtOnce })
        for (const { key } of rows) await tx.remove(kind, account, key)
        return rows.length === removedAtOnce
      })
  }
}

import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { linkTo } from '../store/links.ts'
import type { OpenSessionRecord } from '../store/records.ts'
import type { Listed, Reads, Store, Writes } from '../store/store.ts'

interface Ports {
  readonly store: Pick<Store, 'reads'>
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'remove'>
  readonly clock: Clock
}

/** When and from where a session was used last. */
export interface Seen {
  /** ISO 8601. */
  readonly at: string
  readonly address: string
}

/** An open session, as lists show it. */
export interface OpenSession {
  /** Names it in the list. */
  readonly key: string
  readonly record: OpenSessionRecord
  readonly seen: Seen
}

export interface ListAsked {
  readonly owners: readonly string[]
  /** Only those of this person. */
  readonly person?: string | undefined
  readonly kind?: OpenSessionRecord['kind'] | undefined
  /** `next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

export interface ListedSessions {
  readonly sessions: readonly OpenSession[]
  readonly next?: string | undefined
}

const account = '*'
const kind = 'openSession'
/** Records that one page looks at. */
const mostLooked = 1000
/** Consoles and apps that end with a sign-in. */
const mostOfSignIn = 200
/** An end is remembered so long beyond the session's own end. */
const spareMs = 3_600_000

/** Under what it is kept that a session was ended. */
export const markOf = (id: string): string => `session/${id}`

/** Undefined for a session of others, and for one that has ended, whatever ended it. */
export async function findListed(
  ports: Ports,
  reads: Pick<Reads, 'find'>,
  key: string,
  owners: readonly string[],
): Promise<OpenSession | undefined> {
  const record = await reads.find(kind, account, key)
  return record && owners.includes(record.owner) ? stillOpen(ports, { key, record }) : undefined
}

async function stillOpen(
  { ephemeral, clock }: Ports,
  { key, record }: Listed<OpenSessionRecord>,
): Promise<OpenSession | undefined> {
  if (Date.parse(record.until) <= clock.now().getTime()) return undefined
  const text = await ephemeral.get('open-session', record.id)
  return text === undefined ? undefined : { key, record, seen: JSON.parse(text) }
}

export async function endListed(
  ports: Ports,
  tx: Writes,
  key: string,
  owners: readonly string[],
): Promise<OpenSession | undefined> {
  const found = await findListed(ports, tx, key, owners)
  if (!found) return undefined
  await endOne(ports, tx, found)
  if (found.record.kind !== 'sign-in') return found
  const target = linkTo.sessionsOfSignIn(found.record.id)
  const others = await tx.linked(kind, account, target, { limit: mostOfSignIn })
  for (const other of others) await endOne(ports, tx, other)
  return found
}

async function endOne(
  { ephemeral, clock }: Ports,
  tx: Writes,
  { key, record }: Listed<OpenSessionRecord>,
): Promise<void> {
  const until = new Date(Date.parse(record.until) + spareMs)
  await ephemeral.put('signed-out', markOf(record.id), clock.now().toISOString(), until)
  await ephemeral.remove('open-session', record.id)
  await tx.remove(kind, account, key)
}

export async function listOpen(
  ports: Ports,
  { owners, person, kind: wanted, after, limit }: ListAsked,
): Promise<ListedSessions> {
  const targets = owners.map((owner) =>
    person === undefined ? linkTo.sessionsOf(owner) : linkTo.sessionsOfPerson(owner, person),
  )
  const sessions: OpenSession[] = []
  let next = after
  for (let looked = 0; looked < mostLooked; ) {
    const page = await merged(ports.store.reads, targets, { after: next, limit })
    for (const one of page) {
      if (sessions.length >= limit) return { sessions, next }
      looked++
      next = one.key
      const open = wanted === undefined || one.record.kind === wanted
      const found = open ? await stillOpen(ports, one) : undefined
      if (found) sessions.push(found)
    }
    if (page.length < limit) return { sessions }
  }
  return { sessions, next }
}

/** The first records of several lists that are each in order of their keys. */
async function merged(
  reads: Pick<Reads, 'linked'>,
  targets: readonly string[],
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly Listed<OpenSessionRecord>[]> {
  const page = { limit, ...(after !== undefined && { after }) }
  const lists = await Promise.all(
    targets.map((target) => reads.linked(kind, account, target, page)),
  )
  return lists
    .flat()
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .slice(0, limit)
}

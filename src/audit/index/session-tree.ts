import type { IndexReader } from './index-reader.ts'
import { eventsNamed, searchEvents } from './search.ts'
import { actionOf, givenKey, issuedToken, ownersOf, type TrailEvent } from './terms.ts'

/** What a tree begins with: an event of it, a sign-in, or one of its access keys. */
export interface TreeAsked {
  /** Whose events may be seen: accounts, and connectors of sign-ins. */
  readonly owners: readonly string[]
  /** An event id, a request id or a reference. */
  readonly token?: string | undefined
  readonly signIn?: string | undefined
  readonly key?: string | undefined
}

/** Everything that came from one sign-in, or from one key where no sign-in is known. */
export interface SessionTree {
  readonly signIn?: string | undefined
  /** The key that all others come from, where there is no sign-in. */
  readonly key?: string | undefined
  /** The first event of the sign-in, or of the key. */
  readonly began?: TrailEvent | undefined
  /** Parents stand before their children. */
  readonly sessions: readonly TreeSession[]
  /** Apps that the sign-in was used for. */
  readonly apps: readonly TreeApp[]
  /** There are more sessions. */
  readonly cut: boolean
}

export interface TreeSession {
  readonly key: string
  /** The key that it was made with; absent: it comes from the sign-in. */
  readonly parent?: string | undefined
  /** The event of the call that gave it; absent: it is not in the audit log. */
  readonly given?: TrailEvent | undefined
  /** Calls that were made with it. */
  readonly calls: number
  /** There are more calls than were counted. */
  readonly more: boolean
  /** Among those that were counted. */
  readonly denied: number
  readonly consoles: number
  readonly last?: TrailEvent | undefined
}

export interface TreeApp {
  readonly app: string
  readonly events: number
  readonly last: TrailEvent
}

const mostSessions = 100
const mostClimbed = 16
/** Events of a sign-in, and sessions that were made with one key. */
const mostChildren = 500
/** Events of one session that are counted. */
const mostCounted = 500

/** Undefined where nothing is found that may be seen. */
export function sessionTree(
  files: readonly IndexReader[],
  asked: TreeAsked,
): SessionTree | undefined {
  const { owners } = asked
  const root = rootOf(files, asked)
  if (!root) return undefined
  const found =
    root.signIn === undefined ? [] : search(files, owners, { signIn: [root.signIn] }, mostChildren)
  if (root.signIn !== undefined && found.length === 0) return undefined
  const sessions: TreeSession[] = []
  const wanted: Omit<Wanted, 'owners'>[] =
    root.signIn === undefined ? [{ key: root.key!, given: root.given }] : childrenIn(found)
  const known = new Set(wanted.map(({ key }) => key))
  for (let one = wanted.shift(); one && sessions.length < mostSessions; one = wanted.shift()) {
    sessions.push(sessionOf(files, { ...one, owners }))
    for (const child of childrenIn(
      search(files, owners, { maker: [one.key] }, mostChildren),
      one.key,
    ))
      if (!known.has(child.key)) {
        known.add(child.key)
        wanted.push(child)
      }
  }
  const [only] = sessions
  return {
    signIn: root.signIn,
    key: root.key,
    began: found.at(-1) ?? root.given ?? (only && firstOf(files, owners, only.key)),
    sessions,
    apps: appsIn(found),
    cut: wanted.length > 0 || found.length >= mostChildren,
  }
}

interface Root {
  readonly signIn?: string | undefined
  readonly key?: string | undefined
  readonly given?: TrailEvent | undefined
}

function rootOf(files: readonly IndexReader[], { owners, ...asked }: TreeAsked): Root | undefined {
  if (asked.signIn !== undefined) return { signIn: asked.signIn }
  if (asked.key !== undefined) return climbed(files, owners, asked.key)
  const event = asked.token === undefined ? undefined : seen(files, owners, asked.token)
  if (!event) return undefined
  const { signIn } = event.additionalEventData?.gatehouse ?? {}
  if (signIn !== undefined) return { signIn }
  const key = event.userIdentity?.accessKeyId ?? givenKey(event)
  return key === undefined ? undefined : climbed(files, owners, key)
}

/** Goes up from a key to the sign-in or the key that it came from. */
function climbed(files: readonly IndexReader[], owners: readonly string[], from: string): Root {
  let key = from
  for (let steps = 0; ; steps++) {
    const given = seen(files, owners, issuedToken(key))
    const { signIn } = given?.additionalEventData?.gatehouse ?? {}
    if (signIn !== undefined) return { signIn }
    const maker = given?.userIdentity?.accessKeyId
    if (maker === undefined || maker === key || steps >= mostClimbed) return { key, given }
    key = maker
  }
}

function seen(
  files: readonly IndexReader[],
  owners: readonly string[],
  token: string,
): TrailEvent | undefined {
  return eventsNamed(files, token).find((event) =>
    ownersOf(event).some((one) => owners.includes(one)),
  )
}

interface Wanted {
  readonly owners: readonly string[]
  readonly key: string
  readonly parent?: string | undefined
  readonly given?: TrailEvent | undefined
}

/** The sessions that events gave, the newest first. */
function childrenIn(events: readonly TrailEvent[], parent?: string): Omit<Wanted, 'owners'>[] {
  const found = new Map<string, Omit<Wanted, 'owners'>>()
  for (const event of events) {
    const key = givenKey(event)
    if (key !== undefined && key !== parent) found.set(key, { key, parent, given: event })
  }
  return [...found.values()]
}

function sessionOf(
  files: readonly IndexReader[],
  { owners, key, parent, given }: Wanted,
): TreeSession {
  const { events, facets, counted, next } = searchEvents(files, {
    ...{ owners, terms: { key: [key] }, limit: 1, facetsOf: mostCounted },
  })
  const count = (kind: string, text: string) =>
    facets.find((one) => one.kind === kind && one.text === text)?.count ?? 0
  const more = next !== undefined && counted >= mostCounted
  const consoles = count('action', 'signin:ConsoleLogin')
  return {
    ...{ key, parent, given, more },
    // The events that gave it, and that opened consoles, are no calls.
    calls: Math.max(0, counted - consoles - (given && !more ? 1 : 0)),
    denied: count('outcome', 'denied'),
    consoles,
    last: events[0],
  }
}

/** The oldest event of a key that is looked at. */
function firstOf(
  files: readonly IndexReader[],
  owners: readonly string[],
  key: string,
): TrailEvent | undefined {
  return search(files, owners, { key: [key] }, mostCounted).at(-1)
}

function appsIn(events: readonly TrailEvent[]): readonly TreeApp[] {
  const found = new Map<string, TreeApp>()
  for (const event of events) {
    const app = event.requestParameters?.app
    if (!/^signin:(?:App|Gate)/.test(actionOf(event)) || typeof app !== 'string') continue
    const known = found.get(app)
    found.set(app, { app, events: (known?.events ?? 0) + 1, last: known?.last ?? event })
  }
  return [...found.values()]
}

function search(
  files: readonly IndexReader[],
  owners: readonly string[],
  terms: Parameters<typeof searchEvents>[1]['terms'],
  limit: number,
): readonly TrailEvent[] {
  return searchEvents(files, { owners, terms, limit }).events
}

import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Changes, Store } from '../store.ts'
import { StoreFault } from '../store-fault.ts'
import type { ChangeLog } from './change-log.ts'
import type { Connections } from './connections.ts'
import { storeFault } from './failures.ts'
import { createHorizon } from './horizon.ts'
import { worksFromNow } from './schema-version.ts'
import { cut, identifier } from './server.ts'
import { createTrust, type Trust, type TrustPorts } from './trust.ts'

/** Learns what other nodes commit, and tells them what this one does. */
export interface Following extends AsyncDisposable {
  /** Call after a commit of this node, with the row that it wrote into `changes`. */
  committed(seq: string, keys: Changes['keys']): void
  /**
   * Throws StoreFault when commits of others may be unknown here for longer than is stated: what
   * is in memory, such as that nothing was revoked, must not be trusted then.
   */
  refuseCutOff(): void
  caughtUp(): ReturnType<NonNullable<Store['caughtUp']>>
  /** How long ago this node was up to date, in milliseconds. */
  behindMs(): number
  /** How often it asked for changes. */
  polls(): number
  /** How long a transaction of the server has been open that has written, in milliseconds. */
  heldMs(): number
}

export interface FollowingPorts extends TrustPorts {
  readonly connections: Pick<Connections, 'own' | 'suspect' | 'away' | 'onFound'>
  readonly changes: Pick<ChangeLog, 'add'>
  readonly schema: string
}

/** Notices are hints: what one of them should have told is found after this time. */
export const pollEveryMs = 500
/** What comes in a busy moment is one notice, and one poll. */
const gatherMs = 5
const pollTimeoutMs = 2000
/** So long calls wait until a node that stood still has asked what it missed. */
const patienceMs = 3000
const lookAgainMs = 10
const [shortestPauseMs, longestPauseMs] = [20, 1000]

const horizonNow = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
  ${worksFromNow} AS version`
const poll = {
  name: 'poll',
  // One snapshot for both: what commits later has a number from `horizon` on, also if its row got
  // a lower `seq` than one that is visible already.
  text: `SELECT s.horizon, s.xmax, ${worksFromNow} AS version, c.seq, c.keys
    FROM (SELECT pg_snapshot_xmin(now)::text AS horizon, pg_snapshot_xmax(now)::text AS xmax
      FROM pg_current_snapshot() now) s
    LEFT JOIN changes c ON c.xid >= $1::xid8 ORDER BY c.seq`,
}

/** Follows the other nodes. Resolves when this node is up to date. */
export async function follow(ports: FollowingPorts): Promise<Following> {
  const follower = new Follower(ports)
  await follower.begin()
  return follower
}

class Follower implements Following {
  readonly #ports: FollowingPorts
  readonly #channel: string
  readonly #trust: Trust
  readonly #seen = createSeen()
  readonly #bell = createBell()
  readonly #horizon = createHorizon()
  /** Whether others have to be told, and whether they told us something. */
  readonly #due = { told: false, heard: false }
  #client: Client | undefined
  #polls = 0
  #hasEnded = false
  #running: Promise<void> | undefined
  #catchingUp: Promise<void> | undefined

  constructor(ports: FollowingPorts) {
    this.#ports = ports
    this.#channel = identifier(`${ports.schema} changes`)
    this.#trust = createTrust(ports)
  }

  async begin(): Promise<void> {
    this.#running = this.#run(await this.#connect())
    this.#ports.connections.onFound(() => this.#bell.ring())
  }

  committed(seq: string, keys: Changes['keys']): void {
    if (this.#seen.isNew(seq)) this.#ports.changes.add(keys)
    this.#due.told = true
    this.#bell.ring()
  }
  refuseCutOff(): void {
    this.#trust.refuse()
  }
  caughtUp(): Promise<void> | undefined {
    if (!this.#trust.stoodStill()) return undefined
    this.#due.heard = true
    this.#bell.ring()
    this.#catchingUp ??= this.#catchUp().finally(() => {
      this.#catchingUp = undefined
    })
    return this.#catchingUp
  }
  behindMs(): number {
    return this.#trust.ageMs()
  }
  polls(): number {
    return this.#polls
  }
  heldMs(): number {
    return this.#horizon.heldMs()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasEnded = true
    this.#bell.ring()
    if (this.#client) cut(this.#client)
    await this.#running
  }

  async #catchUp(): Promise<void> {
    const end = performance.now() + patienceMs
    while (this.#trust.stoodStill() && performance.now() < end && !this.#hasEnded)
      await pause(lookAgainMs, undefined, { ref: false })
  }

  async #run(first: Connected): Promise<void> {
    let connected: Connected | undefined = first
    let pauseMs = shortestPauseMs
    while (!this.#hasEnded) {
      try {
        connected ??= await this.#connect()
        pauseMs = shortestPauseMs
        await this.#listen(connected)
      } catch (error) {
        if (storeFault(error) instanceof StoreFault) this.#ports.connections.suspect()
      }
      connected = undefined
      if (!this.#hasEnded) await this.#bell.wait(pauseMs)
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    }
  }

  async #connect(): Promise<Connected> {
    const from = await this.#ports.connections.own({ answerMs: pollTimeoutMs })
    try {
      this.#hear(from)
      await from.query(`LISTEN ${this.#channel}`)
      // A server that lost its last commits may give their numbers again: nothing known so far
      // counts.
      this.#seen.clear()
      const mark = this.#trust.mark()
      const { rows } = await from.query(horizonNow)
      this.#ports.changes.add('all')
      this.#trust.isUpToDate(mark, rows[0]!.version)
      return { from, horizon: rows[0]!.horizon }
    } catch (error) {
      cut(from)
      throw error
    }
  }

  #hear(from: Client): void {
    const own = (from as Client & { readonly processID: number }).processID
    const wake = () => {
      this.#due.heard = true
      this.#bell.ring()
    }
    from.on('notification', ({ processId }) => {
      if (processId !== own) wake()
    })
    from.on('end', wake)
  }

  /** Tells and asks until the connection breaks. */
  async #listen({ from, horizon: first }: Connected): Promise<void> {
    let horizon = first
    this.#client = from
    try {
      while (!this.#hasEnded) {
        await this.#bell.wait(pollEveryMs)
        if (this.#due.told) {
          this.#due.told = false
          await from.query(`NOTIFY ${this.#channel}`)
        }
        if (this.#due.heard || this.#trust.ageMs() >= pollEveryMs) {
          this.#due.heard = false
          horizon = await this.#ask(from, horizon)
        }
        await pause(gatherMs, undefined, { ref: false })
      }
    } finally {
      this.#client = undefined
      cut(from)
    }
  }

  async #ask(from: Client, horizon: string): Promise<string> {
    const mark = this.#trust.mark()
    this.#seen.next()
    const { rows } = await from.query({ ...poll, values: [horizon] })
    this.#polls++
    for (const { seq, keys } of rows)
      if (seq !== null && this.#seen.isNew(seq))
        this.#ports.changes.add(keys === null ? 'all' : JSON.parse(keys))
    const { horizon: xmin, xmax, version } = rows[0]!
    this.#trust.isUpToDate(mark, version)
    this.#horizon.see({ xmin, xmax })
    return xmin
  }
}

interface Connected {
  readonly from: Client
  readonly horizon: string
}

/** Rows that were seen since the poll before: the next poll may tell them again. */
function createSeen() {
  let [before, now] = [new Set<string>(), new Set<string>()]
  return {
    /** Call when a poll is sent. */
    next() {
      before = now
      now = new Set()
    },
    isNew(seq: string): boolean {
      const isOld = before.has(seq) || now.has(seq)
      now.add(seq)
      return !isOld
    },
    clear() {
      before = new Set()
      now = new Set()
    },
  }
}

/** Wakes who waits; who rings before somebody waits is not missed. */
function createBell() {
  let [rung, wake]: [boolean, (() => void) | undefined] = [false, undefined]
  return {
    ring() {
      rung = true
      wake?.()
    },
    async wait(atMostMs: number): Promise<void> {
      if (!rung) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const timer = setTimeout(resolve, atMostMs)
        wake = resolve
        await promise
        wake = undefined
        clearTimeout(timer)
      }
      rung = false
    },
  }
}

import { RedisStore } from 'connect-redis'
import type { Request } from 'express'
import { type Session, type SessionData, Store } from 'express-session'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

type Done<T = void> = (error?: unknown, value?: T) => void
type Kept = Pick<Ephemeral, 'put' | 'replace' | 'get' | 'remove'>
const dayMs = 86_400_000

/** Browser sessions in the short-lived state of the one node: they live through a restart, and end by the injected clock. */
export function browserSessionStore(ephemeral: Kept, clock: Clock): Store {
  return new EphemeralSessionStore(ephemeral, clock)
}

/** What of a Redis client the store asks besides the library's own calls. */
export interface RedisClient {
  set(key: string, value: string, options: { readonly condition: 'XX'; readonly expiration: { readonly type: 'EX'; readonly value: number } }): Promise<string | null>
}

/** Browser sessions in the Redis that nodes share. `client` is of the `redis` package, connected, and stays its opener's. */
export function redisSessionStore(client: RedisClient, prefix: string): Store {
  return new LivingRedisStore(client, `${prefix}browser-session:`)
}

/**
 * A request that began before its session was ended must not bring it back when it ends: what was read from the store is
 * written only where it still is.
 */
class EphemeralSessionStore extends Store {
  readonly #read = new WeakSet<SessionData>()
  readonly #ephemeral
  readonly #clock

  constructor(ephemeral: Kept, clock: Clock) {
    super()
    this.#ephemeral = ephemeral
    this.#clock = clock
  }

  override createSession(req: Request, data: SessionData): Session & SessionData {
    const session = super.createSession(req, data)
    this.#read.add(session)
    return session
  }

  override get(id: string, done: Done<SessionData | null>): void {
    answer(this.#ephemeral.get('browser-session', id).then((text) => (text === undefined ? null : JSON.parse(text) as SessionData)), done)
  }

  override set(id: string, session: SessionData, done: Done = () => undefined): void {
    const [text, expiresAt] = [JSON.stringify(session), new Date(this.#clock.now().getTime() + lifetimeMs(session))]
    const work = this.#read.has(session) ? this.#ephemeral.replace('browser-session', id, text, expiresAt) : this.#ephemeral.put('browser-session', id, text, expiresAt)
    answer(work.then(() => undefined), done)
  }

  override touch(id: string, session: SessionData, done: Done = () => undefined): void {
    const expiresAt = new Date(this.#clock.now().getTime() + lifetimeMs(session))
    answer(this.#ephemeral.replace('browser-session', id, JSON.stringify(session), expiresAt).then(() => undefined), done)
  }

  override destroy(id: string, done: Done = () => undefined): void {
    answer(this.#ephemeral.remove('browser-session', id), done)
  }
}

class LivingRedisStore extends RedisStore {
  readonly #read = new WeakSet<SessionData>()
  readonly #replace

  constructor(client: RedisClient, prefix: string) {
    super({ client, prefix, ttl: lifetimeSeconds })
    this.#replace = (id: string, session: SessionData) =>
      client.set(prefix + id, JSON.stringify(session), { condition: 'XX', expiration: { type: 'EX', value: lifetimeSeconds(session) } })
  }

  override createSession(req: Request, data: SessionData): Session & SessionData {
    const session = super.createSession(req, data)
    this.#read.add(session)
    return session
  }

  override async set(id: string, session: SessionData, done: Done = () => undefined): Promise<unknown> {
    if (!this.#read.has(session)) return super.set(id, session, done)
    return answer(this.#replace(id, session).then(() => undefined), done)
  }
}

/** From a promise to express-session's callbacks; what the callback throws is not the store's failure. */
function answer<T>(work: Promise<T>, done: Done<T>): void {
  work.then((value) => queueMicrotask(() => done(null, value)), (error) => queueMicrotask(() => done(error)))
}

/** Whole, as Redis takes them: a millisecond that passes while express-session computes leaves 46,799,999 of 46,800,000. */
function lifetimeSeconds(session: SessionData): number {
  return Math.ceil(lifetimeMs(session) / 1000)
}

function lifetimeMs({ cookie }: SessionData): number {
  return cookie.originalMaxAge ?? dayMs
}

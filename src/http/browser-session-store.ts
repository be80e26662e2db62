import { RedisStore } from 'connect-redis'
import type { Request } from 'express'
import { type Session, type SessionData, Store } from 'express-session'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

type Done<T = void> = (error?: unknown, value?: T) => void
type Kept = Pick<Ephemeral, 'put' | 'replace' | 'prolong' | 'get' | 'remove'>
const dayMs = 86_400_000
/** A session with more than this part of its lifetime left is not prolonged. */
const worthProlonging = 0.9

/**
 * Browser sessions in the short-lived state of a single node: they survive a restart and expire by
 * the injected clock.
 */
export function browserSessionStore(ephemeral: Kept, clock: Clock): Store {
  return new EphemeralSessionStore(ephemeral, clock)
}

/** The methods of a Redis client that the store calls besides the library. */
export interface RedisClient {
  set(
    key: string,
    value: string,
    options: {
      readonly condition: 'XX'
      readonly expiration: { readonly type: 'EX'; readonly value: number }
    },
  ): Promise<string | null>
}

/**
 * Browser sessions in the Redis that nodes share. `client` is a connected client of the `redis`
 * package; whoever opened it closes it.
 */
export function redisSessionStore(client: RedisClient, prefix: string): Store {
  return new LivingRedisStore(client, `${prefix}browser-session:`)
}

/**
 * Writes a session that was read only if it still exists, so that a request that began before the
 * session ended does not revive it.
 */
class EphemeralSessionStore extends Store {
  /** When what was read is good until, as it was written, in milliseconds since 1970. */
  readonly #read = new WeakMap<SessionData, number>()
  readonly #ephemeral
  readonly #clock

  constructor(ephemeral: Kept, clock: Clock) {
    super()
    this.#ephemeral = ephemeral
    this.#clock = clock
  }

  override createSession(req: Request, data: SessionData): Session & SessionData {
    const { expires } = data.cookie
    const session = super.createSession(req, data)
    this.#read.set(session, expires ? new Date(expires).getTime() : 0)
    return session
  }

  override get(id: string, done: Done<SessionData | null>): void {
    answer(
      this.#ephemeral
        .get('browser-session', id)
        .then((text) => (text === undefined ? null : (JSON.parse(text) as SessionData))),
      done,
    )
  }

  override set(id: string, session: SessionData, done: Done = () => undefined): void {
    const [text, expiresAt] = [
      JSON.stringify(session),
      new Date(this.#clock.now().getTime() + lifetimeMs(session)),
    ]
    const work = this.#read.has(session)
      ? this.#ephemeral.replace('browser-session', id, text, expiresAt)
      : this.#ephemeral.put('browser-session', id, text, expiresAt)
    answer(
      work.then(() => undefined),
      done,
    )
  }

  override touch(id: string, session: SessionData, done: Done = () => undefined): void {
    const now = this.#clock.now().getTime()
    const lifetime = lifetimeMs(session)
    // Most pages of a session that is young would gain a few seconds for a write each.
    if ((this.#read.get(session) ?? 0) - now > lifetime * worthProlonging) {
      done()
      return
    }
    const expiresAt = new Date(now + lifetime)
    answer(
      this.#ephemeral
        // Write nothing that this request read: another may have saved the session meanwhile.
        .prolong('browser-session', id, expiresAt)
        .then(() => undefined),
      done,
    )
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
      client.set(prefix + id, JSON.stringify(session), {
        condition: 'XX',
        expiration: { type: 'EX', value: lifetimeSeconds(session) },
      })
  }

  override createSession(req: Request, data: SessionData): Session & SessionData {
    const session = super.createSession(req, data)
    this.#read.add(session)
    return session
  }

  override async set(
    id: string,
    session: SessionData,
    done: Done = () => undefined,
  ): Promise<unknown> {
    if (!this.#read.has(session)) return super.set(id, session, done)
    return answer(
      this.#replace(id, session).then(() => undefined),
      done,
    )
  }
}

/**
 * Calls express-session's callback with the result of a promise. Errors that the callback throws
 * are not treated as errors of the store.
 */
function answer<T>(work: Promise<T>, done: Done<T>): void {
  work.then(
    (value) => queueMicrotask(() => done(null, value)),
    (error) => queueMicrotask(() => done(error)),
  )
}

/**
 * Returns the lifetime in whole seconds, as Redis needs; rounded, because a millisecond may pass
 * while express-session computes it.
 */
function lifetimeSeconds(session: SessionData): number {
  return Math.ceil(lifetimeMs(session) / 1000)
}

function lifetimeMs({ cookie }: SessionData): number {
  return cookie.originalMaxAge ?? dayMs
}

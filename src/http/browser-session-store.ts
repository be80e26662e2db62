import { RedisStore } from 'connect-redis'
import { type SessionData, Store } from 'express-session'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

type Done<T = void> = (error?: unknown, value?: T) => void
const dayMs = 86_400_000

/** Browser sessions in the short-lived state of the one node: they live through a restart, and end by the injected clock. */
export function browserSessionStore(ephemeral: Pick<Ephemeral, 'put' | 'get' | 'remove'>, clock: Clock): Store {
  return new EphemeralSessionStore(ephemeral, clock)
}

/** Browser sessions in the Redis that nodes share. `client` is of the `redis` package, connected, and stays its opener's. */
export function redisSessionStore(client: unknown, prefix: string): Store {
  return new RedisStore({ client, prefix: `${prefix}browser-session:`, ttl: (session) => lifetimeMs(session) / 1000 })
}

class EphemeralSessionStore extends Store {
  readonly #ephemeral
  readonly #clock

  constructor(ephemeral: Pick<Ephemeral, 'put' | 'get' | 'remove'>, clock: Clock) {
    super()
    this.#ephemeral = ephemeral
    this.#clock = clock
  }

  override get(id: string, done: Done<SessionData | null>): void {
    answer(this.#ephemeral.get('browser-session', id).then((text) => (text === undefined ? null : JSON.parse(text) as SessionData)), done)
  }

  override set(id: string, session: SessionData, done: Done = () => undefined): void {
    const expiresAt = new Date(this.#clock.now().getTime() + lifetimeMs(session))
    answer(this.#ephemeral.put('browser-session', id, JSON.stringify(session), expiresAt), done)
  }

  override touch(id: string, session: SessionData, done?: Done): void {
    this.set(id, session, done)
  }

  override destroy(id: string, done: Done = () => undefined): void {
    answer(this.#ephemeral.remove('browser-session', id), done)
  }
}

/** From a promise to express-session's callbacks; what the callback throws is not the store's failure. */
function answer<T>(work: Promise<T>, done: Done<T>): void {
  work.then((value) => queueMicrotask(() => done(null, value)), (error) => queueMicrotask(() => done(error)))
}

function lifetimeMs({ cookie }: SessionData): number {
  return cookie.originalMaxAge ?? dayMs
}

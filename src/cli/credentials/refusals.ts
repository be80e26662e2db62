import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import type { SealedCache } from './cache.ts'
import { ExchangeRefused } from './exchange.ts'

/**
 * How long a refused password is not tried again by itself: ten wrong tries in 15 minutes lock a
 * name (`signIn` in the settings), directories often lock after five.
 */
export const refusalKeptMs = 10 * 60_000

/** What a person typed, or a script gave. */
export interface Proof {
  readonly username: string
  readonly password: string
}

interface Refusal {
  readonly message: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** What was asked for; undefined: the password itself was refused, whatever was asked for. */
  readonly request?: string | undefined
  /** Whether the server judged the password: only then is it kept. */
  readonly judged: boolean
  readonly salt: string
  readonly tried: string
}

/** The refusals that say something of the role and nothing of the password. */
const ofRole = ['You are signed in, but have no role yet', 'That role does not let you in']

/** Remembers what one person was refused last, so that it is not asked again in vain. */
export class Refusals {
  readonly #cache: SealedCache
  readonly #name: string

  constructor(cache: SealedCache, person: string) {
    this.#cache = cache
    this.#name = `refusal ${person}`
  }

  /**
   * Returns why a call that began at `startedAt` fails without asking: another call, which ran
   * meanwhile, was refused the same. Pass the proof when it is at hand; a person who would have
   * been asked for it takes the other's answer.
   */
  async shared(
    request: string,
    startedAt: number,
    atHand: Proof | undefined,
  ): Promise<string | undefined> {
    const last = await this.#last(request)
    if (!last || last.at < startedAt) return undefined
    return atHand === undefined || isTried(last, atHand) ? last.message : undefined
  }

  /** Returns why `proof` is not tried again yet. Another password is tried at once. */
  async kept(request: string, proof: Proof): Promise<string | undefined> {
    const last = await this.#last(request)
    if (!last?.judged) return undefined
    const until = last.at + refusalKeptMs
    if (Math.abs(Date.now() - last.at) > refusalKeptMs || !isTried(last, proof)) return undefined
    return (
      `${last.message} (refused at ${clockTime(last.at)}: the same password is not tried again ` +
      `before ${clockTime(until)}, except with \`--refresh\`)`
    )
  }

  async keep(request: string, proof: Proof, why: unknown): Promise<void> {
    const message = why instanceof Error ? why.message : String(why)
    const judged =
      why instanceof ExchangeRefused && ['AccessDenied', 'Throttling'].includes(why.code)
    const all = judged && !ofRole.some((title) => message.includes(title))
    const salt = randomBytes(16).toString('hex')
    const refusal: Refusal = {
      message,
      at: Date.now(),
      request: all ? undefined : request,
      judged,
      salt,
      tried: hashed(proof, salt).toString('hex'),
    }
    await this.#cache.write(this.#name, refusal)
  }

  async forget(): Promise<void> {
    await this.#cache.remove(this.#name)
  }

  async #last(request: string): Promise<Refusal | undefined> {
    const last = await this.#cache.read<Refusal>(this.#name)
    return last && (last.request === undefined || last.request === request) ? last : undefined
  }
}

function isTried({ tried, salt }: Refusal, proof: Proof): boolean {
  return timingSafeEqual(Buffer.from(tried, 'hex'), hashed(proof, salt))
}

/** Slow by intent: who can open the file must not guess the password from it fast. */
function hashed({ username, password }: Proof, salt: string): Buffer {
  return scryptSync(`${username}\n${password}`, salt, 32)
}

function clockTime(at: number): string {
  return new Date(at).toTimeString().slice(0, 8)
}

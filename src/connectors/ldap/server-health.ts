import type { Clock } from '../../kernel/clock.ts'
import type { ServerState } from '../connector.ts'
import { DirectoryTrouble, type TroubleCode } from './directory-trouble.ts'

/** How long a server is left alone after trouble; doubled after each failure, up to `mostMs`. */
interface Rest {
  readonly firstMs: number
  readonly mostMs: number
}

const usualRest: Rest = { firstMs: 10_000, mostMs: 300_000 }
/**
 * Kinds of trouble that are the server's own fault: the next server is tried. A refused service
 * account is tried at growing intervals because each attempt may count towards its lockout.
 */
const rests: Readonly<Partial<Record<TroubleCode, Rest>>> = {
  unreachable: usualRest,
  'no-answer': usualRest,
  ended: usualRest,
  busy: usualRest,
  'not-ldap': usualRest,
  'service-refused': { firstMs: 60_000, mostMs: 3_600_000 },
}

export function isServersFault(error: unknown): error is DirectoryTrouble {
  return error instanceof DirectoryTrouble && rests[error.code] !== undefined
}

interface Health {
  failures: number
  restsUntilMs: number
  trouble: DirectoryTrouble | undefined
}

/** Decides which servers to use, and in which order, from the answers they gave. */
export class ServerHealth {
  readonly #urls: readonly string[]
  readonly #clock: Clock
  #healths: readonly Health[]

  constructor(urls: readonly string[], clock: Clock) {
    this.#urls = urls
    this.#clock = clock
    this.#healths = urls.map(fresh)
  }

  /**
   * Returns the indices of the servers to try: fit ones as configured, then resting ones, the one
   * whose rest ends first before the others. A server that refused the service account is not tried
   * before its rest ends.
   */
  order(): readonly number[] {
    const fit = this.#indices().filter((index) => this.isFit(index))
    const resting = this.#indices()
      .filter((index) => !this.isFit(index))
      .filter((index) => this.#of(index).trouble?.code !== 'service-refused')
      .sort((one, other) => this.#of(one).restsUntilMs - this.#of(other).restsUntilMs)
    return [...fit, ...resting]
  }

  isFit(index: number): boolean {
    return this.#of(index).restsUntilMs <= this.#now()
  }

  /** Returns whether a server listed before this one in the settings is fit. */
  hasBetter(index: number): boolean {
    return this.#indices().some((other) => other < index && this.isFit(other))
  }

  /** Lets one person try a server that had trouble; the others pass it over meanwhile. */
  begin(index: number): void {
    const health = this.#of(index)
    if (health.failures > 0)
      health.restsUntilMs = Math.max(health.restsUntilMs, this.#now() + usualRest.firstMs)
  }

  answered(index: number): void {
    Object.assign(this.#of(index), fresh())
  }

  failed(index: number, trouble: DirectoryTrouble): void {
    const health = this.#of(index)
    const { firstMs, mostMs } = rests[trouble.code] ?? usualRest
    const restMs = Math.min(firstMs * 2 ** Math.min(health.failures, 20), mostMs)
    health.failures += 1
    health.trouble = trouble
    health.restsUntilMs = this.#now() + restMs
  }

  /** Forgets all failures, because an operator may have repaired the servers. */
  reconsider(): void {
    this.#healths = this.#urls.map(fresh)
  }

  states(): readonly ServerState[] {
    return this.#indices().map((index) => {
      const { trouble, restsUntilMs } = this.#of(index)
      return {
        url: this.#urls[index]!,
        trouble: trouble && { reason: trouble.message, askedAgainAt: new Date(restsUntilMs) },
      }
    })
  }

  #indices(): number[] {
    return this.#urls.map((_, index) => index)
  }

  #of(index: number): Health {
    return this.#healths[index]!
  }

  #now(): number {
    return this.#clock.now().getTime()
  }
}

function fresh(): Health {
  return { failures: 0, restsUntilMs: Number.NEGATIVE_INFINITY, trouble: undefined }
}

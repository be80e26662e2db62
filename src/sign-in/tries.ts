import { hash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { foldName } from '../connectors/fold-name.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

export interface Window {
  readonly count: number
  readonly windowSeconds: number
}

export interface TryLimits {
  readonly perName: Window
  readonly perAddress: Window
}

/** How a try ended. `unjudged`: the directory gave no verdict, so it was no guess. */
export type TryEnd = 'right' | 'wrong' | 'unjudged'

/** A try that was counted and has not ended yet. */
export interface Try {
  /**
   * A wrong try stays counted. A right or unjudged one is subtracted again. A right password also
   * subtracts the wrong tries of its name as directories spell it (`foldName`). Tries of another
   * spelling, which may be another person's, and those of the address stay counted, because one
   * valid account must not allow guessing others.
   */
  end(how: TryEnd): Promise<void>
}

export interface Tries {
  /** Counts a try before the directory is called. Throws SignInFault `too-many-tries`. */
  begin(attempt: TryOf, signal: AbortSignal): Promise<Try>
  /**
   * Counts a try without a name (a SAML message), together with those of `begin`, by address only.
   * Throws SignInFault `too-many-tries`.
   */
  beginFrom(sourceAddress: string): Promise<void>
  /** Subtracts a try of `beginFrom` that authenticated a person. */
  rightFrom(sourceAddress: string): Promise<void>
  /**
   * Whether an address may try a one-time code: false after too many wrong ones. They are counted
   * apart from sign-ins, and correct ones are not counted, because many people and machines may
   * share an address.
   */
  mayTryCode(sourceAddress: string): Promise<boolean>
  wrongCode(sourceAddress: string): Promise<void>
}

export interface TryOf {
  readonly connector: string
  readonly username: string
  readonly sourceAddress: string
}

interface Count {
  readonly key: string
  /** For a name: the key under which the wrong tries of its own spelling are counted. */
  readonly spelling?: string | undefined
  readonly what: string
  readonly most: number
  readonly windowSeconds: number
}

interface Taken extends Count {
  /** The count, including this try. */
  readonly count: number
  readonly over: boolean
  /** The key of the spelling's wrong tries in this window. */
  readonly wrong: string | undefined
}

/**
 * A name has this many times the tries of one address from all addresses together, so that guessing
 * from one address does not lock out people at others.
 */
const elsewhereFactor = 10

export function limitTries(
  ephemeral: Pick<Ephemeral, 'count' | 'uncount' | 'get' | 'take'>,
  limits: TryLimits,
): Tries {
  const open = new OpenTries()
  const ofAddress = (sourceAddress: string): Count => {
    const { count: most, windowSeconds } = limits.perAddress
    return { key: addressKey(sourceAddress), what: 'address', most, windowSeconds }
  }
  const ofName = ({ connector, username, sourceAddress }: TryOf): readonly Count[] => {
    const { count, windowSeconds } = limits.perName
    const keys = (from?: string) => ({
      key: nameKey(connector, bareName(username), from),
      spelling: nameKey(connector, foldName(username), from),
    })
    return [
      { ...keys(sourceAddress), what: 'name from this address', most: count, windowSeconds },
      { ...keys(), what: 'name', most: count * elsewhereFactor, windowSeconds },
    ]
  }
  const giveBack = ({ key }: Count) => ephemeral.uncount('rate', key)
  /** Counts a try, and subtracts it again when it is over the limit. */
  const take = async (one: Count): Promise<Taken> => {
    const { count, resetsAt } = await ephemeral.count('rate', one.key, one.windowSeconds)
    const over = count > one.most
    if (over) await giveBack(one)
    return { ...one, count, over, wrong: wrongKey(one, resetsAt) }
  }
  const reserve = async (one: Count, signal: AbortSignal): Promise<Taken> => {
    for (;;) {
      const before = open.running(one.key)
      const taken = await take(one)
      if (!taken.over) {
        open.enter(one.key)
        return taken
      }
      const { count } = taken
      const judged = before === 0 && open.running(one.key) === 0
      if (judged || !(await open.oneEnds(one.key, signal))) {
        open.wake(one.key)
        throw tooMany(one.what, count)
      }
    }
  }
  const noteWrong = async ({ wrong, windowSeconds }: Taken) => {
    if (wrong !== undefined) await ephemeral.count('rate', wrong, windowSeconds)
  }
  const giveBackWrong = async (one: Taken) => {
    if (one.wrong === undefined) return
    let left = Number((await ephemeral.take('rate', one.wrong)) ?? 0)
    while (left-- > 0) await giveBack(one)
  }

  return {
    async beginFrom(sourceAddress) {
      const one = ofAddress(sourceAddress)
      const { over, count } = await take(one)
      if (over) throw tooMany(one.what, count)
    },
    rightFrom: (sourceAddress) => giveBack(ofAddress(sourceAddress)),
    async mayTryCode(sourceAddress) {
      return (
        Number((await ephemeral.get('rate', codesKey(sourceAddress))) ?? 0) <
        limits.perAddress.count
      )
    },
    async wrongCode(sourceAddress) {
      await ephemeral.count('rate', codesKey(sourceAddress), limits.perAddress.windowSeconds)
    },
    async begin(attempt, signal) {
      const counts = [ofAddress(attempt.sourceAddress), ...ofName(attempt)]
      const taken: Taken[] = []
      const leave = () => {
        for (const { key } of taken.splice(0)) open.leave(key)
      }
      try {
        for (const one of counts) {
          taken.push(await reserve(one, signal))
        }
      } catch (error) {
        await Promise.all(taken.map(giveBack)).finally(leave)
        throw error
      }
      return {
        async end(how) {
          try {
            await Promise.all(taken.map(how === 'wrong' ? noteWrong : giveBack))
            if (how === 'right') await Promise.all(taken.map(giveBackWrong))
          } finally {
            leave()
          }
        },
      }
    },
  }
}

/** The most tries that may wait for others of the same name or address to end. */
const mostWaiting = 1000

/** The tries of this process that have not ended, by key, and those that wait for one to end. */
class OpenTries {
  readonly #running = new Map<string, number>()
  readonly #waiting = new Map<string, Set<() => void>>()

  running(key: string): number {
    return this.#running.get(key) ?? 0
  }

  enter(key: string): void {
    this.#running.set(key, this.running(key) + 1)
  }

  leave(key: string): void {
    const left = this.running(key) - 1
    if (left > 0) this.#running.set(key, left)
    else this.#running.delete(key)
    this.wake(key)
  }

  /** Lets the first waiting try check again. */
  wake(key: string): void {
    const [first] = this.#waiting.get(key) ?? []
    first?.()
  }

  /** Returns false when too many wait, or when `signal` ended the wait. */
  async oneEnds(key: string, signal: AbortSignal): Promise<boolean> {
    if (this.running(key) === 0) return true
    const waiting = this.#waiting.get(key) ?? new Set()
    if (waiting.size >= mostWaiting || signal.aborted) return false
    this.#waiting.set(key, waiting)
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.add(resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    waiting.delete(resolve)
    if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key)
    return !signal.aborted
  }
}

/**
 * Returns a hashed key, because people type passwords into the name field and names may be long.
 */
function nameKey(connector: string, folded: string, sourceAddress?: string): string {
  const from = sourceAddress === undefined ? '' : `\n${addressKey(sourceAddress)}`
  return `sign-in/name/${hash('sha256', `${connector}\n${folded}${from}`, 'base64url')}`
}

/**
 * Returns a key for one window, so that tries of an earlier window are not subtracted from a later
 * one.
 */
function wrongKey({ spelling }: Count, resetsAt: Date): string | undefined {
  return spelling === undefined ? undefined : `${spelling}/wrong/${resetsAt.getTime()}`
}

/** Folds more than any directory does: accents and invisible characters do not give a new count. */
function bareName(username: string): string {
  return foldName(
    username.normalize('NFKD').replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, ''),
  )
}

function addressKey(address: string): string {
  return `sign-in/address/${networkOf(address)}`
}

function codesKey(sourceAddress: string): string {
  return `code/address/${networkOf(sourceAddress)}`
}

/** Returns the /64 of an IPv6 address, because one customer has all addresses of a /64. */
export function networkOf(address: string): string {
  return isIPv6(address) ? network64(address) : address
}

function network64(address: string): string {
  const plain = address.split('%')[0] ?? address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)
  if (mapped) return mapped[1]!
  const [head = '', tail = ''] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const groups = plain.includes('::')
    ? [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
    : left
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

function tooMany(what: string, count: number): SignInFault {
  return new SignInFault('too-many-tries', `try ${count} within the window of this ${what}`)
}

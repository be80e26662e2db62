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

export interface Tries {
  /** Counts a try before the directory hears of it. Throws SignInFault `too-many-tries`. */
  begin(connector: string, username: string, sourceAddress: string): Promise<void>
  /** Counts a try that names nobody yet (a SAML message): with those of `begin`, by address alone. Throws SignInFault `too-many-tries`. */
  beginFrom(sourceAddress: string): Promise<void>
  /**
   * Whether a one-time code may come from there: false after too many wrong ones. They count apart from sign-ins, and right ones not at
   * all: many people and machines stand behind one address.
   */
  mayTryCode(sourceAddress: string): Promise<boolean>
  wrongCode(sourceAddress: string): Promise<void>
  /** A right password clears the name's count, never the address's: one good account must not pay for guessing others. */
  succeeded(connector: string, username: string, sourceAddress: string): Promise<void>
}

/** From all addresses together a name has this many times the tries of one: who guesses from one address locks nobody else out. */
const elsewhereFactor = 10

export function limitTries(ephemeral: Pick<Ephemeral, 'count' | 'get' | 'remove'>, limits: TryLimits): Tries {
  async function beginFrom(sourceAddress: string): Promise<void> {
    const { count } = await ephemeral.count('rate', `sign-in/address/${networkOf(sourceAddress)}`, limits.perAddress.windowSeconds)
    if (count > limits.perAddress.count) throw tooMany('address', count)
  }
  return {
    beginFrom,
    async mayTryCode(sourceAddress) {
      return Number(await ephemeral.get('rate', codesKey(sourceAddress)) ?? 0) < limits.perAddress.count
    },
    async wrongCode(sourceAddress) {
      await ephemeral.count('rate', codesKey(sourceAddress), limits.perAddress.windowSeconds)
    },
    async begin(connector, username, sourceAddress) {
      await beginFrom(sourceAddress)
      const { count, windowSeconds } = limits.perName
      const here = await ephemeral.count('rate', nameKey(connector, username, sourceAddress), windowSeconds)
      if (here.count > count) throw tooMany('name from this address', here.count)
      const anywhere = await ephemeral.count('rate', nameKey(connector, username), windowSeconds)
      if (anywhere.count > count * elsewhereFactor) throw tooMany('name', anywhere.count)
    },
    async succeeded(connector, username, sourceAddress) {
      await ephemeral.remove('rate', nameKey(connector, username, sourceAddress))
      await ephemeral.remove('rate', nameKey(connector, username))
    },
  }
}

/** Hashed: people type passwords into the name field, and names may be long. */
function nameKey(connector: string, username: string, sourceAddress?: string): string {
  const from = sourceAddress === undefined ? '' : `\nsign-in/address/${networkOf(sourceAddress)}`
  return `sign-in/name/${hash('sha256', `${connector}\n${bareName(username)}${from}`, 'base64url')}`
}

/** Wider than any directory's own comparison: accents and characters that nobody sees make no new count. */
function bareName(username: string): string {
  return foldName(username.normalize('NFKD').replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, ''))
}

function codesKey(sourceAddress: string): string {
  return `code/address/${networkOf(sourceAddress)}`
}

/** One IPv6 customer owns a whole /64. */
function networkOf(address: string): string {
  return isIPv6(address) ? network64(address) : address
}

function network64(address: string): string {
  const plain = address.split('%')[0] ?? address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)
  if (mapped) return mapped[1]!
  const [head = '', tail = ''] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const groups = plain.includes('::') ? [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right] : left
  return groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')
}

function tooMany(what: string, count: number): SignInFault {
  return new SignInFault('too-many-tries', `try ${count} within the window of this ${what}`)
}

import type { CredentialLine, KeyLine } from './credential-lines.ts'
import type { words } from './words.ts'

const dayMs = 86_400_000
/** Keys older, and credentials unused for longer, are asked about. */
export const staleDays = 90

type Show = keyof typeof words.credentials.shows
type Order = keyof typeof words.credentials.orders

const isOlder = (at: number | undefined, now: Date) =>
  at === undefined || now.getTime() - at > staleDays * dayMs

export const activeKeys = ({ keys }: CredentialLine): readonly KeyLine[] =>
  keys.filter(({ active }) => active)

/** Nobody has used it since it was made either. */
export const isKeyUnused = ({ usedAt, rotatedAt }: KeyLine, now: Date) =>
  isOlder(usedAt, now) && isOlder(rotatedAt, now)
export const isKeyOld = ({ rotatedAt }: KeyLine, now: Date) => isOlder(rotatedAt, now)

/** Whether a line has a password that nobody used for long; a new one has time. */
export function isPasswordUnused(line: CredentialLine, now: Date): boolean {
  const { password, passwordUsedAt, passwordChangedAt } = line
  return password && isOlder(passwordUsedAt, now) && isOlder(passwordChangedAt, now)
}

export const hasNothing = (line: CredentialLine) =>
  !line.isRoot && !line.password && activeKeys(line).length === 0 && line.certificates === 0

const shows: Readonly<Record<Show, (line: CredentialLine, now: Date) => boolean>> = {
  all: () => true,
  'no-mfa': ({ password, mfa }) => password && !mfa,
  'password-unused': isPasswordUnused,
  'key-old': (line, now) => activeKeys(line).some((key) => isKeyOld(key, now)),
  'key-unused': (line, now) => activeKeys(line).some((key) => isKeyUnused(key, now)),
  none: hasNothing,
}

const last = Number.MAX_SAFE_INTEGER
const oldestKey = (line: CredentialLine) =>
  Math.min(last, ...activeKeys(line).map(({ rotatedAt = last }) => rotatedAt))
/** By what lines are ordered; lines without it come last. */
const orders: Readonly<Record<Exclude<Order, 'name'>, (line: CredentialLine) => number>> = {
  created: ({ createdAt = last }) => createdAt,
  password: ({ password, passwordChangedAt = 0 }) => (password ? passwordChangedAt : last),
  used: ({ password, passwordUsedAt = 0 }) => (password ? passwordUsedAt : last),
  key: oldestKey,
}

const sorted = new WeakMap<readonly CredentialLine[], Map<Order, readonly CredentialLine[]>>()

/** The lines in an order; each order of a report is made once. */
function inOrder(lines: readonly CredentialLine[], order: Order): readonly CredentialLine[] {
  if (order === 'name') return lines
  const made = sorted.get(lines) ?? new Map<Order, readonly CredentialLine[]>()
  sorted.set(lines, made)
  const found = made.get(order) ?? sortedBy(lines, orders[order])
  made.set(order, found)
  return found
}

/** More lines than an account has users. */
const mostLines = 2 ** 20
const latestMinute = 1e9

/** Sorts numbers of minute and place, which takes a tenth of the time of sorting lines. */
function sortedBy(
  lines: readonly CredentialLine[],
  by: (line: CredentialLine) => number,
): readonly CredentialLine[] {
  const keys = Float64Array.from(lines, (line, place) => {
    const minute = Math.min(Math.floor(by(line) / 60_000), latestMinute)
    return minute * mostLines + place
  })
  return Array.from(keys.sort(), (key) => lines[key % mostLines]!)
}

/** What a view of the report is asked for. */
export interface CredentialView {
  readonly name: string | undefined
  readonly show: Show
  readonly order: Order
  readonly now: Date
}

/** The lines of a view. */
export function viewOf(
  lines: readonly CredentialLine[],
  { name, show, order, now }: CredentialView,
): readonly CredentialLine[] {
  const wanted = name?.toLowerCase()
  const ordered = inOrder(lines, order)
  if (wanted === undefined && show === 'all') return ordered
  const isShown = shows[show]
  return ordered.filter(
    (line) =>
      isShown(line, now) && (wanted === undefined || line.name.toLowerCase().includes(wanted)),
  )
}

export interface Covered {
  readonly done: number
  readonly of: number
}

type Question = 'mfa' | 'passwordUsed' | 'keysRotated' | 'keysUsed' | 'anyUse'
export type Coverage = Readonly<Record<Question, Covered>>

const counted = new WeakMap<readonly CredentialLine[], { day: number; coverage: Coverage }>()

/** How many users are in order, of those that a question concerns; counted once a day. */
export function coverageOf(lines: readonly CredentialLine[], now: Date): Coverage {
  const day = Math.floor(now.getTime() / dayMs)
  const known = counted.get(lines)
  if (known?.day === day) return known.coverage
  const coverage = count(lines, now)
  counted.set(lines, { day, coverage })
  return coverage
}

function count(lines: readonly CredentialLine[], now: Date): Coverage {
  const none = () => ({ done: 0, of: 0 })
  const found: Record<Question, { done: number; of: number }> = {
    ...{ mfa: none(), passwordUsed: none(), keysRotated: none(), keysUsed: none() },
    anyUse: none(),
  }
  const add = (question: Question, isBad: boolean) => {
    found[question].of++
    if (!isBad) found[question].done++
  }
  for (const line of lines) {
    if (line.isRoot) continue
    if (line.password) {
      add('mfa', !line.mfa)
      add('passwordUsed', isPasswordUnused(line, now))
    }
    if (line.keys[0].active || line.keys[1].active) {
      add('keysRotated', shows['key-old'](line, now))
      add('keysUsed', shows['key-unused'](line, now))
    }
    add('anyUse', hasNothing(line))
  }
  return found
}

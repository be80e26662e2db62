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
  const by = orders[order]
  const found =
    made.get(order) ??
    lines
      .map((line) => [by(line), line] as const)
      .sort(([one], [other]) => one - other)
      .map(([, line]) => line)
  made.set(order, found)
  return found
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

/** How many users are in order, of those that a question concerns. */
export function coverageOf(lines: readonly CredentialLine[], now: Date) {
  const users = lines.filter(({ isRoot }) => !isRoot)
  const passwords = users.filter(({ password }) => password)
  const keyed = users.filter((line) => activeKeys(line).length > 0)
  const covered = (of: readonly CredentialLine[], isBad: (line: CredentialLine) => boolean) => {
    const bad = of.reduce((count, line) => count + (isBad(line) ? 1 : 0), 0)
    return { done: of.length - bad, of: of.length }
  }
  return {
    mfa: covered(passwords, ({ mfa }) => !mfa),
    passwordUsed: covered(passwords, (line) => isPasswordUnused(line, now)),
    keysRotated: covered(keyed, (line) => shows['key-old'](line, now)),
    keysUsed: covered(keyed, (line) => shows['key-unused'](line, now)),
    anyUse: covered(users, hasNothing),
  } satisfies Record<string, Covered>
}

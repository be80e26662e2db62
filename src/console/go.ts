import { consolePages } from './pages.ts'

/** Somewhere to go, by a name that is searched. */
export interface Destination {
  readonly text: string
  readonly href: string
  /** What kind of place it is. */
  readonly kind: string
}

/** The pages of the console that an address alone opens, in the order of the navigation. */
export const consoleDestinations: readonly Destination[] = consolePages.flatMap((page) => {
  const text = page.nav?.label ?? (typeof page.crumb === 'string' ? page.crumb : undefined)
  return page.path.includes(':') || text === undefined
    ? []
    : [{ text, href: page.path, kind: page.nav?.section ?? 'Console' }]
})

export interface Jump {
  readonly kind: string
  /** The address before the name. */
  readonly base: string
}

/** What is opened by its name. Nobody is asked whether there is such a thing. */
export const jumps: readonly Jump[] = [
  { kind: 'User', base: '/console/users/' },
  { kind: 'Group', base: '/console/groups/' },
  { kind: 'Role', base: '/console/roles/' },
]

/** Whether a text may be such a name. */
export function isName(text: string): boolean {
  return /^[\w+=,.@-]{1,128}$/.test(text)
}

/** The destinations that have every word, in their order. */
export function foundBy(
  query: string,
  destinations: readonly Destination[],
): readonly Destination[] {
  const words = query.toLowerCase().split(/\s+/)
  return destinations.filter((one) => words.every((word) => wordsOf(one).includes(word)))
}

/** What is searched; the page's script searches the same. */
export function wordsOf({ text, kind }: Pick<Destination, 'text' | 'kind'>): string {
  return `${text} ${kind}`.toLowerCase()
}

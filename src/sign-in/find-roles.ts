import type { Choice } from './choices.ts'

/** What the portal looks for: words, or the one role that a link names. */
export interface Sought {
  readonly words: string
  /** The exact name, from a link. */
  readonly role?: string | undefined
  /** 12 digits or an alias, from a link. */
  readonly account?: string | undefined
}

/** Returns the roles that hold every word and that the link names, in their order. */
export function findRoles(
  choices: readonly Choice[],
  { words, role, account }: Sought,
): readonly Choice[] {
  const wanted = words.toLowerCase().split(/\s+/)
  return choices.filter((choice) => {
    if (role !== undefined && choice.roleName !== role) return false
    if (account !== undefined && ![choice.account, choice.accountName].includes(account))
      return false
    const text = searchText(choice)
    return wanted.every((word) => text.includes(word))
  })
}

/** The text that words are looked for in; the page's script searches the same. */
export function searchText({ roleName, accountName, account, description, grant }: Choice): string {
  return [roleName, accountName ?? '', account, grant.sessionName, description ?? '']
    .join(' ')
    .toLowerCase()
}

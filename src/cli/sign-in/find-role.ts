import type { OpenRole } from './terminal-calls.ts'

/** A role on the command line: ACCOUNT/NAME, the account by its alias if it has one. */
export function roleName({ account, accountName, name }: OpenRole): string {
  return `${accountName ?? account}/${name}`
}

/**
 * Returns the role that a person means by an ARN, a name, or ACCOUNT/NAME with the account's number
 * or alias. Throws an Error that lists the candidates when it is none or several.
 */
export function findRole(roles: readonly OpenRole[], text: string): OpenRole {
  const names = (role: OpenRole) => [
    role.arn,
    role.name,
    `${role.account}/${role.name}`,
    `${role.accountName ?? role.account}/${role.name}`,
  ]
  const exact = roles.filter((role) => names(role).includes(text))
  const lower = text.toLowerCase()
  const found =
    exact.length > 0
      ? exact
      : roles.filter((role) => names(role).some((name) => name.toLowerCase() === lower))
  const [only, ...others] = found
  if (only && others.length === 0) return only
  if (only) throw new Error(`\`${text}\` is the name of several roles: ${listed(found)}`)
  if (roles.length === 0) throw new Error('you have no role yet: ask your team lead for one')
  const like = roles.filter((role) => hasLetters(roleName(role).toLowerCase(), lower))
  const near = listed(like.length > 0 ? like : roles)
  throw new Error(`no role \`${text}\` is open to you: there is ${near}`)
}

/** The sentence for a call that names none of several roles where nobody can be asked. */
export function whichOf(roles: readonly OpenRole[]): string {
  return `say which role: there is ${listed(roles)}`
}

/**
 * Whether each word stands in the role's account or description, or its letters in this order in
 * the role's name.
 */
export function isLike(role: OpenRole, words: string): boolean {
  const text = `${role.account} ${role.description ?? ''}`.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word) || hasLetters(roleName(role).toLowerCase(), word))
}

function hasLetters(text: string, word: string): boolean {
  let at = 0
  return [...word].every((letter) => {
    at = text.indexOf(letter, at) + 1
    return at > 0
  })
}

const mostListed = 12

function listed(roles: readonly OpenRole[]): string {
  const shown = roles.slice(0, mostListed)
  const names = shown.map((role) => roleName(role))
  const rest = roles.length - shown.length
  return names.join(', ') + (rest > 0 ? `, and ${rest} more (\`gatehouse roles\`)` : '')
}

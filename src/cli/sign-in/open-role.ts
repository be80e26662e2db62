import { visibleText } from '../../kernel/visible-text.ts'
import { openTerminal } from '../terminal.ts'
import { withAccess } from './access.ts'
import { findRole, isLike, roleName, whichOf } from './find-role.ts'
import type { KeptSignIns } from './kept-sign-ins.ts'
import { describeSignIn, type OpenRole } from './terminal-calls.ts'

/**
 * Returns the role that `text` names among those that are open to the person now. Without a text,
 * the only one there is, or the one that the person chooses in the terminal. Throws an Error that
 * lists the candidates.
 */
export async function openRole(
  signIns: KeptSignIns,
  endpoint: string,
  text: string | undefined,
): Promise<OpenRole> {
  const { roles } = await withAccess(signIns, endpoint, (token) => describeSignIn(endpoint, token))
  if (text !== undefined) return findRole(roles, text)
  const [only, ...others] = roles
  if (!only) throw new Error('you have no role yet: ask your team lead for one')
  return others.length === 0 ? only : chosen(roles)
}

async function chosen(roles: readonly OpenRole[]): Promise<OpenRole> {
  using terminal = await openTerminal(whichOf(roles))
  const arn = await terminal.choose(
    'Which role?',
    roles.map((role) => ({ value: role.arn, label: roleName(role), hint: hintOf(role) })),
    (value, words) => isLike(roles.find((role) => role.arn === value)!, words),
  )
  return roles.find((role) => role.arn === arn)!
}

const mostHintCharacters = 60

function hintOf({ description }: OpenRole): string | undefined {
  return description && visibleText(description).slice(0, mostHintCharacters)
}

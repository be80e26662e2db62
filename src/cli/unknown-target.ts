import type { Configuration } from '../config/load.ts'
import { roleAttributeRule } from '../sign-in/saml/role-grants.ts'
import type { Reads } from '../store/store.ts'

export interface Sought {
  readonly scope: string
  readonly target: string
  readonly account: string | undefined
}
type Known = Pick<Configuration, 'settings' | 'mappings'> & {
  readonly reads: Reads
}

/**
 * Returns a sentence about a revocation's target that does not exist, because a misspelt target
 * ends no session, and whoever revokes should know at once. Returns undefined where the target
 * exists, or where that is unknown: sessions and people are not stored.
 */
export async function unknownTarget(
  { scope, target, account }: Sought,
  known: Known,
): Promise<string | undefined> {
  const { reads, mappings } = known
  if (account !== undefined && !(await reads.find('account', account, 'account')))
    return `there is no account \`${account}\` in the store`
  const accounts = account === undefined ? await reads.accounts() : [account]
  const where = account === undefined ? 'any account' : `account \`${account}\``
  if (scope === 'role') {
    const found = await Promise.all(
      accounts.map((one) => reads.find('role', one, target.toLowerCase())),
    )
    return found.some(Boolean) ? undefined : `there is no role \`${target}\` in ${where}`
  }
  if (scope === 'rule') {
    const there = target === roleAttributeRule || mappings.rules.some(({ name }) => name === target)
    return there ? undefined : `there is no mapping rule \`${target}\` in the settings`
  }
  if (scope !== 'connector' && scope !== 'person' && scope !== 'username') return undefined
  const ids = await connectorIds(accounts, known)
  // Connector ids are compared case-sensitively only for the scope `person`.
  const [told, names] =
    scope === 'person' ? [target, ids] : [target.toLowerCase(), ids.map((id) => id.toLowerCase())]
  if (names.some((name) => (scope === 'connector' ? told === name : told.startsWith(`${name}/`))))
    return undefined
  const name = scope === 'connector' ? target : target.slice(0, target.indexOf('/'))
  return (
    `there is no connector \`${name}\` in the settings, ` +
    `and no provider of that name in ${where}`
  )
}

/**
 * Returns the connectors of the settings, and the providers that accounts trust, because sessions
 * of a provider carry its name.
 */
async function connectorIds(
  accounts: readonly string[],
  { settings, reads }: Known,
): Promise<readonly string[]> {
  const kinds = ['oidcProvider', 'samlProvider'] as const
  const lists = await Promise.all(
    accounts.flatMap((account) => kinds.map((kind) => reads.list(kind, account, { limit: 1000 }))),
  )
  return [...Object.keys(settings.connectors), ...lists.flat().map(({ record }) => record.name)]
}

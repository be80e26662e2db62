import type { LoadedSettings } from '../config/load.ts'
import { roleAttributeRule } from '../sign-in/saml/role-grants.ts'
import type { Reads } from '../store/store.ts'

export interface Sought {
  readonly scope: string
  readonly target: string
  readonly account: string | undefined
}
type Known = Pick<Extract<LoadedSettings, { ok: true }>, 'settings' | 'mappings'> & { readonly reads: Reads }

/**
 * What a revocation names that is not there, as a sentence: a slip of the pen ends nobody's session, and whoever revokes should know
 * at once. undefined where it is there, or where nobody can tell: sessions and people are not kept.
 */
export async function unknownTarget({ scope, target, account }: Sought, known: Known): Promise<string | undefined> {
  const { reads, mappings } = known
  if (account !== undefined && !(await reads.find('account', account, 'account'))) return `there is no account \`${account}\` in the store`
  const accounts = account === undefined ? await reads.accounts() : [account]
  if (scope === 'role') {
    const found = await Promise.all(accounts.map((one) => reads.find('role', one, target.toLowerCase())))
    return found.some(Boolean) ? undefined : `there is no role \`${target}\` in ${account === undefined ? 'any account' : `account \`${account}\``}`
  }
  if (scope === 'rule') {
    const there = target === roleAttributeRule || mappings.rules.some(({ name }) => name === target)
    return there ? undefined : `there is no mapping rule \`${target}\` in the settings`
  }
  if (scope !== 'connector' && scope !== 'person' && scope !== 'username') return undefined
  const ids = await connectorIds(accounts, known)
  // Only a person's connector is compared with its case.
  const [told, names] = scope === 'person' ? [target, ids] : [target.toLowerCase(), ids.map((id) => id.toLowerCase())]
  if (names.some((name) => scope === 'connector' ? told === name : told.startsWith(`${name}/`))) return undefined
  return `there is no connector \`${scope === 'connector' ? target : target.slice(0, target.indexOf('/'))}\` in the settings, and no provider of that name in ${account === undefined ? 'any account' : `account \`${account}\``}`
}

/** Those of the settings, and the providers that accounts trust: their sessions bear the provider's name. */
async function connectorIds(accounts: readonly string[], { settings, reads }: Known): Promise<readonly string[]> {
  const kinds = ['oidcProvider', 'samlProvider'] as const
  const lists = await Promise.all(accounts.flatMap((account) => kinds.map((kind) => reads.list(kind, account, { limit: 1000 }))))
  return [...Object.keys(settings.connectors), ...lists.flat().map(({ record }) => record.name)]
}

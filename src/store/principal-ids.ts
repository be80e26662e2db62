import { parseArn } from '../kernel/arn.ts'
import type { Reads } from './store.ts'

/** The principal that a text refers to; without `id` if this store has no id for it. */
export interface NamedPrincipal {
  /** The unique id of the user or role, or of the role of a session. */
  readonly id?: string | undefined
}

/**
 * Finds the entity that an AWS principal of a policy names. Accounts, federated users (whose names
 * are arbitrary) and principals of unknown accounts have no id here. Returns undefined when no
 * entity has exactly this ARN, including path and partition.
 */
export async function findPrincipal(
  reads: Pick<Reads, 'find'>,
  text: string,
): Promise<NamedPrincipal | undefined> {
  const arn = parseArn(text)
  const account = arn && (await reads.find('account', arn.account, 'account'))
  if (!account) return {}
  if (arn.partition !== account.partition) return undefined
  if (arn.service === 'sts') {
    // A session's ARN contains the name of its role without the path.
    const [, name] = /^assumed-role\/([^/]+)\//.exec(arn.resource) ?? []
    if (name === undefined) return {}
    const role = await reads.find('role', arn.account, name.toLowerCase())
    return role?.name === name ? { id: role.id } : undefined
  }
  if (arn.resource === 'root') return {}
  const [, kind, path, name] = /^(user|role)(\/(?:.*\/)?)([^/]+)$/.exec(arn.resource) ?? []
  if (name === undefined) return undefined
  const found = await reads.find(kind as 'user' | 'role', arn.account, name.toLowerCase())
  return found?.name === name && found.path === path ? { id: found.id } : undefined
}

/** Returns the ids of the principals that have one, by text. */
export async function principalIds(
  reads: Pick<Reads, 'find'>,
  texts: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const found = [...new Set(texts)].map(async (text): Promise<readonly [string, string][]> => {
    const id = (await findPrincipal(reads, text))?.id
    return id === undefined ? [] : [[text, id]]
  })
  const ids = (await Promise.all(found)).flat()
  return Object.fromEntries(ids.sort(([a], [b]) => (a < b ? -1 : 1)))
}

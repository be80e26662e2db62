import { parseArn } from '../kernel/arn.ts'
import { parsePolicy, type Policy } from '../policy/index.ts'
import type { RoleRecord } from '../store/records.ts'
import type { Reads } from '../store/store.ts'

export interface RoleName {
  readonly partition: string
  readonly account: string
  readonly path: string
  readonly name: string
}

/** A role's ARN in its parts; undefined when the text is none. */
export function parseRoleArn(text: string): RoleName | undefined {
  const arn = parseArn(text)
  if (arn?.service !== 'iam' || arn.region !== '' || !/^\d{12}$/.test(arn.account)) return undefined
  const parts = /^role(\/(?:[\x21-\x7e]*\/)?)([\w+=,.@-]{1,64})$/.exec(arn.resource)
  return parts ? { partition: arn.partition, account: arn.account, path: parts[1]!, name: parts[2]! } : undefined
}

/**
 * The role of exactly that ARN: case, path and partition have to fit, and its account has to be there. In another spelling it would
 * slip past a Deny that names it.
 */
export async function findRole(reads: Reads, { partition, account, path, name }: RoleName): Promise<RoleRecord | undefined> {
  const role = await reads.find('role', account, name.toLowerCase())
  if (role?.name !== name || role.path !== path) return undefined
  return (await reads.find('account', account, 'account'))?.partition === partition ? role : undefined
}

const parsedTrust = new Map<string, readonly Policy[]>()
const mostParsed = 2000

/**
 * A role's trust policy, parsed once a text. No role, or a document that does not parse: an empty layer, which
 * allows nothing, so that the three are told alike.
 */
export function trustOf(role: RoleRecord | undefined): readonly Policy[] {
  if (!role) return []
  const known = parsedTrust.get(role.trustPolicy)
  if (known) return known
  const result = parsePolicy('trust', `${role.name} trust policy`, role.trustPolicy)
  const trust = result.ok ? [result.policy] : []
  if (parsedTrust.size >= mostParsed) parsedTrust.clear()
  parsedTrust.set(role.trustPolicy, trust)
  return trust
}

import { parseArn } from '../kernel/arn.ts'
import { type Policy, parsePolicy } from '../policy/index.ts'
import type { RoleRecord } from '../store/records.ts'
import type { Reads } from '../store/store.ts'

export interface RoleName {
  readonly partition: string
  readonly account: string
  readonly path: string
  readonly name: string
}

/** The parts of a role's ARN; undefined when the text is not one. */
export function parseRoleArn(text: string): RoleName | undefined {
  const arn = parseArn(text)
  if (arn?.service !== 'iam' || arn.region !== '' || !/^\d{12}$/.test(arn.account)) return undefined
  const parts = /^role(\/(?:[\x21-\x7e]*\/)?)([\w+=,.@-]{1,64})$/.exec(arn.resource)
  return parts
    ? { partition: arn.partition, account: arn.account, path: parts[1]!, name: parts[2]! }
    : undefined
}

/**
 * Finds the role with exactly this ARN: case, path and partition must match, and its account must
 * exist. With another spelling a Deny on the ARN would not apply.
 */
export async function findRole(
  reads: Reads,
  { partition, account, path, name }: RoleName,
): Promise<RoleRecord | undefined> {
  const role = await reads.find('role', account, name.toLowerCase())
  if (role?.name !== name || role.path !== path) return undefined
  return (await reads.find('account', account, 'account'))?.partition === partition
    ? role
    : undefined
}

/** Cached by record, which is the same object while the store caches it, and by content. */
const trustOfRecord = new WeakMap<RoleRecord, readonly Policy[]>()
const parsedTrust = new Map<string, readonly Policy[]>()
const mostParsed = 2000

/**
 * Returns a role's trust policy, parsed once for each text and the ids that it names. A missing
 * role, or a document that does not parse, gives an empty layer, which allows nothing: callers
 * can't tell the cases apart.
 */
export function trustOf(role: RoleRecord | undefined): readonly Policy[] {
  if (!role) return []
  const known = trustOfRecord.get(role)
  if (known) return known
  const trust = parsedTrustOf(role)
  trustOfRecord.set(role, trust)
  return trust
}

function parsedTrustOf({ name, trustPolicy, trustedIds }: RoleRecord): readonly Policy[] {
  const says = trustedIds ? `${JSON.stringify(trustedIds)}\n${trustPolicy}` : trustPolicy
  const known = parsedTrust.get(says)
  if (known) return known
  const result = parsePolicy('trust', `${name} trust policy`, trustPolicy)
  const trust = result.ok ? [trustedIds ? result.policy.meaning(trustedIds) : result.policy] : []
  if (parsedTrust.size >= mostParsed) parsedTrust.clear()
  parsedTrust.set(says, trust)
  return trust
}

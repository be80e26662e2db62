import type { AwsFault } from '../../../kernel/aws-fault.ts'
import { type Arn, parseArn } from '../../../kernel/arn.ts'
import { actionOutsideSts } from '../../../policy/trust-actions.ts'
import { findRole, parseRoleArn } from '../../../sessions/role-trust.ts'
import type { Reads } from '../../../store/store.ts'
import { documentCharacters } from '../document-characters.ts'
import { policyOf } from '../parsed-document.ts'
import { quotas } from '../quotas.ts'

interface Refusing { fault(code: 'LimitExceeded' | 'MalformedPolicyDocument', message: string): AwsFault }

/**
 * A trust policy that a role may have. Users and roles that it names have to be there, where their account is one of this house: a name that
 * nobody has yet would trust whoever gets it. Throws LimitExceeded and MalformedPolicyDocument.
 */
export async function trustDocument(text: string, { fault }: Refusing, reads: Reads): Promise<string> {
  const { trustPolicyCharacters: most } = quotas
  if (documentCharacters(text) > most) throw fault('LimitExceeded', `Cannot exceed quota for ACLSizePerRole: ${most}`)
  const policy = policyOf('trust', text, { fault })
  if (actionOutsideSts(policy) !== undefined) throw fault('MalformedPolicyDocument', 'AssumeRole policy may only specify STS AssumeRole actions.')
  for (const { kind, text: principal } of policy.statements.flatMap(({ principals }) => principals?.values ?? [])) {
    if (kind === 'AWS' && !(await mayBeNamed(principal, reads))) throw fault('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${principal}"`)
  }
  return text
}

/** Accounts may, federated users, whose names are free, and what is of an account elsewhere. */
async function mayBeNamed(principal: string, reads: Reads): Promise<boolean> {
  const arn = parseArn(principal)
  const account = arn && await reads.find('account', arn.account, 'account')
  if (!account) return true
  if (arn.partition !== account.partition) return false
  if (arn.service === 'sts') return sessionMayBeNamed(arn, reads)
  if (arn.resource === 'root') return true
  const role = parseRoleArn(principal)
  if (role) return await findRole(reads, role) !== undefined
  const [, path, name] = /^user(\/(?:.*\/)?)([^/]+)$/.exec(arn.resource) ?? []
  const user = name === undefined ? undefined : await reads.find('user', arn.account, name.toLowerCase())
  return user !== undefined && user.name === name && user.path === path
}

/** A session's ARN tells its role without the path. */
async function sessionMayBeNamed({ account, resource }: Arn, reads: Reads): Promise<boolean> {
  const [, name] = /^assumed-role\/([^/]+)\//.exec(resource) ?? []
  return name === undefined || (await reads.find('role', account, name.toLowerCase()))?.name === name
}

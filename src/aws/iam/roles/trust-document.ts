import type { AwsFault } from '../../../kernel/aws-fault.ts'
import { documentCharacters } from '../../../policy/quotas.ts'
import { actionOutsideSts } from '../../../policy/trust-actions.ts'
import { findPrincipal } from '../../../store/principal-ids.ts'
import type { RoleRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { policyOf } from '../parsed-document.ts'
import { quotas } from '../quotas.ts'

interface Refusing {
  readonly caller: { readonly partition: string }
  fault(code: 'LimitExceeded' | 'MalformedPolicyDocument', message: string): AwsFault
}

/**
 * Checks the trust policy of a role and returns it with the unique ids of the principals that it
 * names. Refuses a user or role that does not exist in an account of Gatehouse, because whoever got
 * that name later would be trusted. Throws LimitExceeded and MalformedPolicyDocument.
 */
export async function trustDocument(
  text: string,
  { caller, fault }: Refusing,
  reads: Pick<Reads, 'find'>,
): Promise<Pick<RoleRecord, 'trustPolicy' | 'trustedIds'>> {
  const { trustPolicyCharacters: most } = quotas
  if (documentCharacters(text) > most)
    throw fault('LimitExceeded', `Cannot exceed quota for ACLSizePerRole: ${most}`)
  const policy = policyOf('trust', text, { caller, fault })
  if (actionOutsideSts(policy) !== undefined)
    throw fault(
      'MalformedPolicyDocument',
      'AssumeRole policy may only specify STS AssumeRole actions.',
    )
  const trustedIds: Record<string, string> = {}
  for (const principal of policy.awsPrincipals()) {
    const found = await findPrincipal(reads, principal)
    if (!found)
      throw fault('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${principal}"`)
    if (found.id !== undefined) trustedIds[principal] = found.id
  }
  return { trustPolicy: text, trustedIds }
}

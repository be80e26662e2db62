import { readSignature, type SignedRequest, verifySignature } from '../credentials/sigv4.ts'
import { commonFault } from '../kernel/aws-fault.ts'
import type { Caller, Callers } from '../sessions/caller.ts'
import type { KeyUses } from '../sessions/key-uses.ts'
import type { Store } from '../store/store.ts'
import type { Trace } from './call-audit.ts'
import { isRegion, refusedRegion } from './regions.ts'

export interface AuthenticatePorts {
  readonly callers: Callers
  readonly keyUses: Pick<KeyUses, 'note'>
  readonly store: Pick<Store, 'reads'>
  /** The configured region: calls may be scoped to it, even if AWS does not have it. */
  readonly region: string
  /** Further ones that are configured. */
  readonly ownRegions?: readonly string[] | undefined
}

/**
 * Authenticates the signer of a request, for the operation in the trace. Throws the common faults
 * of a signature that is missing, wrong or misplaced. Notes the claimed access key before the
 * signature is verified, and the region after.
 */
export type Authenticate = (request: SignedRequest, trace: Trace) => Promise<Caller>

export function createAuthenticate({
  callers,
  keyUses,
  store,
  region,
  ownRegions = [],
}: AuthenticatePorts): Authenticate {
  const own = [region, ...ownRegions]
  return async (request, trace) => {
    const signature = readSignature(request)
    if (!signature)
      throw commonFault('MissingAuthenticationToken', 'Request is missing Authentication Token')
    trace.accessKeyId = signature.accessKeyId.slice(0, 128)
    const { model } = trace.operation!
    const { service } = model
    if (signature.service !== service) {
      throw commonFault(
        'SignatureDoesNotMatch',
        `Credential should be scoped to correct service: '${service}'. `,
      )
    }
    if (!isRegion(signature.region, own))
      throw commonFault(
        'SignatureDoesNotMatch',
        `Credential should be scoped to a valid region, not '${signature.region}'. `,
      )
    const claimant = await callers.claimant(signature.accessKeyId, signature.sessionToken)
    verifySignature(signature, request, claimant.secret, trace.now)
    trace.region = signature.region
    const caller = await claimant.caller()
    if (caller.credentials === 'long-term')
      keyUses.note(caller.accessKeyId, service, signature.region)
    const refused = await refusedRegion(signature.region, caller, model, store.reads)
    if (refused) throw refused
    return caller
  }
}

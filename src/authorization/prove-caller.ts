import { readSignature, type Signature, verifyReceived } from '../credentials/sigv4.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Caller, Callers, Claimant } from '../sessions/caller.ts'
import type { KeyUses } from '../sessions/key-uses.ts'
import type { Service } from './declared-service.ts'
import { Unproved } from './outcome.ts'
import { payloadHashes, type ReceivedRequest, readReceived } from './received-request.ts'

export interface ProvePorts {
  readonly callers: Pick<Callers, 'claimant'>
  readonly keyUses: Pick<KeyUses, 'note'>
  /** Whether calls may be scoped to the region. */
  readonly isRegion: (region: string) => boolean
}

export interface ProvedCaller {
  readonly caller: Caller
  readonly signature: Signature
  readonly secret: Claimant['secret']
  /** What was signed of the body: its SHA-256, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string
}

/** Proves who sent a request that a service received. Throws Unproved. */
export type ProveCaller = (
  request: ReceivedRequest,
  service: Service,
  now: Date,
) => Promise<ProvedCaller>

export function createProveCaller({ callers, keyUses, isRegion }: ProvePorts): ProveCaller {
  return async (request, service, now) => {
    const received = readReceived(request, service)
    try {
      const signature = readSignature(received, { unsignedPayload: service.payload === 'unsigned' })
      if (!signature) throw new Unproved('NotSigned', 'no Authorization header, no X-Amz-Signature')
      refuseOtherScope(signature, service, isRegion)
      const hashes = payloadHashes(request, signature, service)
      const { accessKeyId, sessionToken } = signature
      const claimant = await callers.claimant(accessKeyId, sessionToken)
      const payloadHash = verifyReceived(signature, received, claimant.secret, {
        now,
        presignedForSeconds: service.presignedForSeconds,
        payloadHashes: hashes,
      })
      const caller = await claimant.caller()
      if (caller.credentials === 'long-term')
        keyUses.note(accessKeyId, service.prefix, signature.region)
      return { caller, signature, secret: claimant.secret, payloadHash }
    } catch (error) {
      throw unproved(error)
    }
  }
}

function refuseOtherScope(
  { service: scope, region, presigned }: Signature,
  { prefix, regions, presignedForSeconds }: Service,
  isRegion: ProvePorts['isRegion'],
): void {
  if (scope !== prefix)
    throw new Unproved('WrongService', `signed for the service \`${scope.slice(0, 64)}\``)
  if (!(regions?.includes(region) ?? isRegion(region)))
    throw new Unproved('WrongRegion', `signed for the region \`${region}\``)
  if (presigned && presignedForSeconds === 0)
    throw new Unproved('NotPresigned', 'the settings take no presigned requests')
}

/** A refusal in AWS's terms tells the caller's service what is wrong; a failure stays one. */
function unproved(error: unknown): unknown {
  if (!(error instanceof AwsFault) || error.status >= 500) return error
  const { code, message } = error
  if (code === 'ExpiredToken' || code === 'InvalidClientTokenId') return new Unproved(code, message)
  return new Unproved('SignatureDoesNotMatch', message)
}

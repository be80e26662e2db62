import { AwsFault } from '../kernel/aws-fault.ts'
import { readSignature, type SignedRequest } from '../credentials/sigv4.ts'
import type { Callers } from '../sessions/caller.ts'

/**
 * What the body of a few operations may hold: metadata of 10,000,000 characters (IAM API reference, "SAMLMetadataDocument"), each as long as a
 * URL-encoded one gets, and the rest of the call.
 */
export const largeBodyBytes = 3 * 10_000_000 + 64 * 1024
/** So many at once in a process: each is held whole. */
export const mostLargeBodies = 2

/** How much of a body has to be there to tell. */
export const tellingBytes = 64
const operations = new Set(['CreateSAMLProvider', 'UpdateSAMLProvider'])

/** Whether a body that begins so may be larger than others: it has to name its operation first, as AWS's clients do. */
export function mayBeLarge(beginning: Buffer): boolean {
  const named = /^Action=(\w{1,40})&/.exec(beginning.subarray(0, tellingBytes).toString('latin1'))?.[1]
  return named !== undefined && operations.has(named)
}

/** Whether a request's head is signed in the name of a key that is known. It proves nothing: the signature is of the body too. */
export type KnowsCaller = (head: Omit<SignedRequest, 'body'>) => Promise<boolean>

export function knowsCaller(callers: Pick<Callers, 'claimant'>): KnowsCaller {
  return async (head) => {
    try {
      const signature = readSignature({ ...head, body: Buffer.alloc(0) })
      if (!signature || signature.presigned) return false
      await callers.claimant(signature.accessKeyId, signature.sessionToken)
      return true
    } catch (error) {
      if (error instanceof AwsFault && error.status < 500) return false
      throw error
    }
  }
}

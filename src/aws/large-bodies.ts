import { readSignature, type SignedRequest } from '../credentials/sigv4.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Callers } from '../sessions/caller.ts'

/**
 * The largest body of a few operations: metadata of 1,000,000 characters, URL-encoded, and
 * the rest of the call; and of a batch that writes.
 */
export const largeBodyBytes = 3 * 1_000_000 + 64 * 1024
/** How many are read at once, because each is held in memory as a whole. */
export const mostLargeBodies = 2

/** Where every body may be large: changes of many entities. */
export const largeBodyPath = '/batch/write'

/** How many bytes of a body are needed to tell. */
export const tellingBytes = 64
const operations = new Set(['CreateSAMLProvider', 'UpdateSAMLProvider'])

/**
 * The operation of a body with this start, if it may be large: the body must name it first, as
 * AWS's clients do.
 */
export function largeOperation(beginning: Buffer): string | undefined {
  const named = /^Action=(\w{1,40})&/.exec(
    beginning.subarray(0, tellingBytes).toString('latin1'),
  )?.[1]
  return named !== undefined && operations.has(named) ? named : undefined
}

/**
 * The access key id in the head of a request; undefined where it names no known one. This proves
 * nothing: the signature covers the body too.
 */
export type KnowsCaller = (head: Omit<SignedRequest, 'body'>) => Promise<string | undefined>

export function knowsCaller(callers: Pick<Callers, 'claimant'>): KnowsCaller {
  return async (head) => {
    try {
      const signature = readSignature({ ...head, body: Buffer.alloc(0) })
      if (!signature || signature.presigned) return undefined
      await callers.claimant(signature.accessKeyId, signature.sessionToken)
      return signature.accessKeyId
    } catch (error) {
      if (error instanceof AwsFault && error.status < 500) return undefined
      throw error
    }
  }
}

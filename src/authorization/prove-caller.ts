import { readSignature, type Signature, verifyReceived } from '../credentials/sigv4.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Caller, Callers, Claimant } from '../sessions/caller.ts'
import type { KeyUses } from '../sessions/key-uses.ts'
import type { AnsweredCaller, SigningKeyOfDay } from './asked.ts'
import type { Service, ServiceAction } from './declared-service.ts'
import { Unproved } from './outcome.ts'
import { payloadHashes, type ReceivedRequest, readReceived } from './received-request.ts'

export interface ProvePorts {
  readonly callers: Pick<Callers, 'claimant'>
  readonly keyUses: Pick<KeyUses, 'note'>
  /** Whether calls may be scoped to the region. */
  readonly isRegion: (region: string) => boolean
}

interface Use {
  readonly id: string
  readonly until: Date
  /** The earliest time at which it may have been used: clocks of clients may be ahead. */
  readonly madeAt: Date
}

export interface ProvedCaller {
  readonly caller: Caller
  /** What of the request is proved. */
  readonly told: Pick<AnsweredCaller, 'Region' | 'SignedHeaders' | 'PayloadHash' | 'Token'>
  /** When the proof ends, or the session if that is sooner; absent: never. */
  readonly endsAt?: Date | undefined
  /** By what the proof is known again, and until when; absent: it serves often. */
  readonly use?: Use | undefined
  /** The key that the caller signs with, where the service may have it. */
  readonly key?: (() => SigningKeyOfDay | undefined) | undefined
  /** Whether the proof was given for the action; absent: for all. */
  readonly covers?: ((action: ServiceAction) => boolean) | undefined
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
      const { region: Region, signedHeaders: SignedHeaders } = signature
      return {
        caller,
        told: { Region, SignedHeaders, PayloadHash: payloadHash },
        endsAt: caller.claims?.expiresAt,
        use: useOf(signature, service),
        key: () => keyOfDay({ caller, signature, secret: claimant.secret }, service),
      }
    } catch (error) {
      throw unproved(error)
    }
  }
}

/** Longer than any request may be signed before now, by the clocks of all nodes. */
const mostAgeMs = 16 * 60 * 1000

function useOf(
  { bytes, signedAt, expiresSeconds = 0 }: Signature,
  { prefix }: Service,
): ProvedCaller['use'] {
  const livesMs = Math.max(mostAgeMs, expiresSeconds * 1000)
  return {
    id: `received/${prefix}/${Buffer.from(bytes).toString('base64url')}`,
    until: new Date(signedAt.getTime() + livesMs),
    madeAt: new Date(signedAt.getTime() - mostAgeMs),
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

/**
 * The key that this caller signs with for this service, day and region; undefined where the
 * settings do not trust the service with it, for long-term keys, and for presigned requests, which
 * others may hold.
 */
function keyOfDay(
  {
    caller,
    signature,
    secret,
  }: {
    readonly caller: Caller
    readonly signature: Signature
    readonly secret: Claimant['secret']
  },
  { localVerification, hosts, signedHeaders, payload }: Service,
): SigningKeyOfDay | undefined {
  if (!localVerification || caller.credentials !== 'temporary' || signature.presigned)
    return undefined
  return {
    AccessKeyId: caller.accessKeyId,
    Date: signature.date,
    Region: signature.region,
    SigningKey: secret.keyFor(signature).export().toString('base64'),
    Hosts: hosts,
    SignedHeaders: signedHeaders,
    Payload: payload,
  }
}

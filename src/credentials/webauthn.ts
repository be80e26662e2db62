import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { z } from 'zod'

/** The site that keys are registered with (WebAuthn, "relying party"). */
export interface RelyingParty {
  /** The domain that keys are bound to. */
  readonly id: string
  /** What browsers call this place. */
  readonly name: string
  /** The one origin whose pages may ask for a key. */
  readonly origin: string
}

/** How pages ask for keys (WebAuthn, sections 5.4.4 and 5.8.6). */
export interface KeyWishes {
  readonly userVerification: 'required' | 'preferred' | 'discouraged'
  readonly residentKey: 'required' | 'preferred' | 'discouraged'
  /** Whether a new key has to say what it is. */
  readonly attestation: 'direct' | 'none'
}

/** What is kept of a registered key. It holds no secret. */
export interface KeyCredential {
  /** Base64url. */
  readonly credentialId: string
  /** The COSE key, in base64url. */
  readonly publicKey: string
  /** Signatures that the key has made, as far as it counts them. */
  readonly counter: number
  readonly transports: readonly string[]
}

/** A new key, as its response tells once it has been verified. */
export interface NewKey extends KeyCredential {
  /** Whether the key made sure of its holder, by PIN or fingerprint. */
  readonly userVerified: boolean
  /** The model of the key as it says itself: worth something with an attestation only. */
  readonly aaguid: string
  readonly attestation: {
    readonly format: string
    /** The certificates of the attestation statement in DER, the key's first. */
    readonly certificates: readonly Uint8Array[]
  }
}

export interface UsedKey {
  readonly userVerified: boolean
  readonly counter: number
  /**
   * Whether the counter did not advance: somebody may have a copy of the key (WebAuthn, section
   * 6.1.1).
   */
  readonly copied: boolean
}

/** The user that a new key is for. */
export interface KeyUser {
  /** At most 64 bytes that say nothing of the person; a discoverable key tells them. */
  readonly handle: string
  readonly name: string
}

const timeoutMs = 5 * 60_000
/** ES256, EdDSA and RS256: what keys, phones and computers have. */
const algorithms = [-7, -8, -257]

/** The longest response that is read, in characters. Attestations carry certificates. */
export const longestResponse = 16_384
const base64url = z
  .string()
  .max(longestResponse)
  .regex(/^[\w-]*$/)
const extensions = z.record(z.string(), z.unknown())
const common = {
  id: base64url.min(1),
  rawId: base64url.min(1),
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(32).nullish(),
  clientExtensionResults: extensions,
}
const registrationResponse = z.object({
  ...common,
  response: z.object({
    clientDataJSON: base64url.min(1),
    attestationObject: base64url.min(1),
    transports: z.array(z.string().max(32)).max(8).optional(),
  }),
})
const authenticationResponse = z.object({
  ...common,
  response: z.object({
    clientDataJSON: base64url.min(1),
    authenticatorData: base64url.min(1),
    signature: base64url.min(1),
    userHandle: base64url.max(128).nullish(),
  }),
})

/** The response of a browser, read but not verified. */
export interface Assertion {
  readonly credentialId: string
  readonly challenge: string
  /** What a discoverable key tells of its user. */
  readonly userHandle?: string | undefined
  readonly response: AuthenticationResponseJSON
}

/** The options for `navigator.credentials.create`. */
export async function creationOptions(
  party: RelyingParty,
  wishes: KeyWishes,
  asked: {
    readonly challenge: string
    readonly user: KeyUser
    readonly has: readonly KeyCredential[]
  },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await library()
  const { residentKey, userVerification, attestation } = wishes
  return generateRegistrationOptions({
    rpID: party.id,
    rpName: party.name,
    userID: new Uint8Array(Buffer.from(asked.user.handle)),
    userName: asked.user.name,
    userDisplayName: asked.user.name,
    challenge: new Uint8Array(Buffer.from(asked.challenge)),
    timeout: timeoutMs,
    attestationType: attestation,
    excludeCredentials: asked.has.map(descriptorOf),
    authenticatorSelection: { residentKey, userVerification },
    supportedAlgorithmIDs: algorithms,
  })
}

/** The options for `navigator.credentials.get`. Without keys any discoverable one may answer. */
export async function requestOptions(
  party: RelyingParty,
  { userVerification }: Pick<KeyWishes, 'userVerification'>,
  asked: { readonly challenge: string; readonly keys: readonly KeyCredential[] },
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await library()
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: new Uint8Array(Buffer.from(asked.challenge)),
    timeout: timeoutMs,
    userVerification,
    allowCredentials: asked.keys.map(descriptorOf),
  })
}

/** Reads a response to `creationOptions`; undefined for anything else. Proves nothing. */
export function readNewKey(text: string): { readonly challenge: string } | undefined {
  const read = parsed(registrationResponse, text)
  const data = read && clientDataOf(read.response.clientDataJSON)
  return data && { challenge: plain(data.challenge) }
}

/**
 * Returns the new key of a browser's response, or undefined for a response that is not one, is of
 * another origin or site, or does not verify. `isOurs` judges the challenge, which was given to
 * `creationOptions`.
 */
export async function verifyNewKey(
  party: RelyingParty,
  text: string,
  { isOurs, userVerification }: Judged,
): Promise<NewKey | undefined> {
  const read = parsed(registrationResponse, text)
  if (!read || isFramed(read.response.clientDataJSON)) return undefined
  const { verifyRegistrationResponse } = await library()
  const verified = await verifyRegistrationResponse({
    response: read as RegistrationResponseJSON,
    expectedChallenge: (challenge) => isOurs(plain(challenge)),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: userVerification === 'required',
    supportedAlgorithmIDs: algorithms,
  }).catch(() => undefined)
  if (!verified?.verified) return undefined
  const { credential, userVerified, aaguid, fmt, attestationObject } = verified.registrationInfo
  const { decodeAttestationObject } = await helpers()
  const statement = decodeAttestationObject(attestationObject).get('attStmt')
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: read.response.transports ?? [],
    userVerified,
    aaguid,
    attestation: { format: fmt, certificates: statement.get('x5c') ?? [] },
  }
}

/** Reads a browser's response; undefined for anything else. Proves nothing. */
export function readAssertion(text: string): Assertion | undefined {
  const read = parsed(authenticationResponse, text)
  const data = read && clientDataOf(read.response.clientDataJSON)
  if (!read || !data || isFramed(read.response.clientDataJSON)) return undefined
  const { userHandle } = read.response
  return {
    credentialId: read.id,
    challenge: plain(data.challenge),
    ...(userHandle && { userHandle: plain(userHandle) }),
    response: read as AuthenticationResponseJSON,
  }
}

/** Verifies the response with the key that it names; undefined where it does not verify. */
export async function verifyAssertion(
  party: RelyingParty,
  { response }: Assertion,
  key: KeyCredential,
  { isOurs, userVerification }: Judged,
): Promise<UsedKey | undefined> {
  const { verifyAuthenticationResponse } = await library()
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge: (challenge) => isOurs(plain(challenge)),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    // The library compares counters before it knows who signed: that would prove nothing.
    credential: {
      id: key.credentialId,
      publicKey: new Uint8Array(Buffer.from(key.publicKey, 'base64url')),
      counter: 0,
    },
    requireUserVerification: userVerification === 'required',
  }).catch(() => undefined)
  if (!verified?.verified) return undefined
  const { newCounter: counter, userVerified } = verified.authenticationInfo
  const copied = (counter > 0 || key.counter > 0) && counter <= key.counter
  return { counter, userVerified, copied }
}

interface Judged {
  readonly isOurs: (challenge: string) => boolean
  readonly userVerification: KeyWishes['userVerification']
}

function descriptorOf({ credentialId, transports }: KeyCredential) {
  return { id: credentialId, transports: [...transports] }
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  if (text.length > longestResponse) return undefined
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const clientData = z.object({
  challenge: base64url,
  crossOrigin: z.boolean().optional(),
  topOrigin: z.string().optional(),
})

function clientDataOf(text: string): z.infer<typeof clientData> | undefined {
  return parsed(clientData, plain(text))
}

/** Whether a page within another site's page asked. None of ours is ever framed. */
function isFramed(text: string): boolean {
  const data = clientDataOf(text)
  return data === undefined || data.crossOrigin === true || data.topOrigin !== undefined
}

function plain(text: string): string {
  return Buffer.from(text, 'base64url').toString()
}

/** Loaded at the first key, so that the parsers of certificates do not delay the start. */
function library() {
  return import('@simplewebauthn/server')
}

function helpers() {
  return import('@simplewebauthn/server/helpers')
}

import { X509Certificate } from 'node:crypto'
import type { NewKey } from './webauthn.ts'

/** A model of security keys that the operator knows, and what it is certified for. */
export interface KeyModel {
  /** In lower case, with hyphens. */
  readonly aaguid: string
  /** The maker's root certificates: who vouches that a key is of this model. */
  readonly roots: readonly X509Certificate[]
  /** Certified levels by scheme. */
  readonly certifications: Readonly<Record<string, string>>
}

/** Nobody needs more to get from a key's certificate to its maker's root. */
const longestChain = 5

/**
 * Returns what the key's model is certified for: nothing unless its attestation leads to a root of
 * the model, because everything else that a key says of itself may be made up.
 */
export function certificationsOf(
  { aaguid, attestation }: NewKey,
  models: readonly KeyModel[],
  now: Date,
): Readonly<Record<string, string>> {
  const model = models.find((one) => one.aaguid === aaguid.toLowerCase())
  // Of the other formats some name no model, and some are made by a computer in place of a key.
  if (!model || attestation.format !== 'packed') return {}
  const chain = attestation.certificates.slice(0, longestChain).flatMap(certificateOf)
  const complete = chain.length === attestation.certificates.length && chain.length > 0
  return complete && leadsToRoot(chain, model.roots, now) ? model.certifications : {}
}

function leadsToRoot(
  chain: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  now: Date,
): boolean {
  if (!chain.every((one) => isValid(one, now))) return false
  // Each but the first issued the one before it.
  const joined = chain.every((one, i) => i === 0 || (one.ca && isIssued(chain[i - 1]!, one)))
  const last = chain.at(-1)!
  return joined && roots.some((root) => root.raw.equals(last.raw) || isIssued(last, root))
}

function isIssued(one: X509Certificate, issuer: X509Certificate): boolean {
  return one.checkIssued(issuer) && one.verify(issuer.publicKey)
}

function isValid({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate <= now && now <= validToDate
}

function certificateOf(der: Uint8Array): readonly X509Certificate[] {
  try {
    return [new X509Certificate(der)]
  } catch {
    return []
  }
}

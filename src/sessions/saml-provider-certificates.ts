import { hash, type KeyObject } from 'node:crypto'
import { selfSigned } from '../credentials/self-signed.ts'
import type { SamlProviderRecord } from '../store/records.ts'

type PrivateKeys = SamlProviderRecord['privateKeys']

export interface CertificatePorts {
  readonly publicUrl: URL
  /** Opens a private key of an entity, which is sealed under the key ring. */
  readonly openKey: (sealed: string) => KeyObject | undefined
}

const years = 10
const mostKept = 1000

/**
 * Returns certificates for the keys that decrypt a provider's assertions, DER in base64, the newest
 * key first: identity providers that take the first one leave an old key before it is removed. A
 * key always gets the same certificate. Caches them, because anybody may request metadata, and an
 * RSA signature blocks all other requests.
 */
export function certificateCache({
  publicUrl,
  openKey,
}: CertificatePorts): (keys: PrivateKeys) => readonly string[] {
  const known = new Map<string, string | undefined>()
  const certificateOf = (one: PrivateKeys[number]) => {
    if (!known.has(one.sealed)) {
      if (known.size >= mostKept) known.clear()
      known.set(one.sealed, certificateFor(one, openKey(one.sealed), publicUrl.hostname))
    }
    return known.get(one.sealed)
  }
  return (keys) =>
    keys
      .toReversed()
      .map(certificateOf)
      .filter((one) => one !== undefined)
}

function certificateFor(
  { id, createdAt }: PrivateKeys[number],
  key: KeyObject | undefined,
  host: string,
): string | undefined {
  if (!key) return undefined
  const from = new Date(createdAt)
  const until = new Date(from)
  until.setUTCFullYear(from.getUTCFullYear() + years)
  const serial = hash('sha256', id, 'buffer').subarray(0, 8)
  return selfSigned(key, { commonName: host.slice(0, 64), from, until, serial }).raw.toString(
    'base64',
  )
}

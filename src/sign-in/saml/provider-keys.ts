import { createPrivateKey, type KeyObject } from 'node:crypto'
import { entityMetadataLimits, readIdpMetadata } from '../../connectors/saml/metadata.ts'
import { SamlFault } from '../../connectors/saml/saml-fault.ts'
import type { KeyRing } from '../../credentials/key-ring.ts'

const purpose = 'saml-keys'

/** What the SAML provider entities of IAM need: metadata read by the one reader, private keys sealed under the key ring. */
export function samlProviderKeys(ring: KeyRing) {
  return {
    readMetadata(text: string, now: Date): { readonly ok: true; readonly validUntil?: Date } | { readonly ok: false; readonly message: string } {
      try {
        const { validUntil } = readIdpMetadata(text, { now, limits: entityMetadataLimits })
        return { ok: true, ...(validUntil && { validUntil }) }
      } catch (error) {
        if (error instanceof SamlFault) return { ok: false, message: error.message }
        throw error
      }
    },
    sealKey(pem: string): string | undefined {
      const key = privateKey(pem)
      return key?.asymmetricKeyType === 'rsa' ? ring.seal(purpose, key.export({ type: 'pkcs8', format: 'der' })) : undefined
    },
    openKey(sealed: string): KeyObject | undefined {
      const key = ring.open(purpose, sealed)
      return key && createPrivateKey({ key, type: 'pkcs8', format: 'der' })
    },
  }
}

function privateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

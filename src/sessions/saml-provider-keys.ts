import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readEntityMetadata } from '../connectors/saml/entity-metadata.ts'
import { SamlFault } from '../connectors/saml/saml-fault.ts'
import type { KeyRing } from '../credentials/key-ring.ts'

const purpose = 'saml-keys'

type ReadMetadata =
  | { readonly ok: true; readonly validUntil?: Date | undefined }
  | { readonly ok: false; readonly message: string }

/**
 * Metadata and keys for the SAML provider entities of IAM: reads metadata with the parser that
 * connectors use, and seals private keys under the key ring.
 */
export function samlProviderKeys(ring: KeyRing) {
  return {
    /**
     * `sent`: with the call; else it is stored, and may have passed its end. Rejects with NoPlace
     * when too many documents wait.
     */
    async readMetadata(text: string, from: 'sent' | 'stored'): Promise<ReadMetadata> {
      try {
        const { validUntil } = await readEntityMetadata(text, from)
        return { ok: true, validUntil }
      } catch (error) {
        if (error instanceof SamlFault) return { ok: false, message: error.message }
        throw error
      }
    },
    sealKey(pem: string): string | undefined {
      const key = privateKey(pem)
      return key && isFit(key)
        ? ring.seal(purpose, key.export({ type: 'pkcs8', format: 'der' }))
        : undefined
    },
    openKey(sealed: string): KeyObject | undefined {
      const key = ring.unseal(purpose, sealed)
      return key && createPrivateKey({ key, type: 'pkcs8', format: 'der' })
    },
  }
}

/** Longer keys would hold everything up: anybody may post what they have to decrypt. */
const mostRsaBits = 4096
const leastRsaBits = 2048

function isFit({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const bits = asymmetricKeyDetails?.modulusLength ?? 0
  return asymmetricKeyType === 'rsa' && bits >= leastRsaBits && bits <= mostRsaBits
}

function privateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

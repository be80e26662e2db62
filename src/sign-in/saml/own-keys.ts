import { createPrivateKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { selfSigned } from '../../connectors/saml/self-signed.ts'
import type { OwnKey } from '../../connectors/saml/sign.ts'
import type { KeyRing } from '../../credentials/key-ring.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { Documents } from '../../store/store.ts'

const documentName = 'saml-keys'
const purpose = 'saml-keys'
const years = 10
const generate = promisify(generateKeyPair)

interface Kept { readonly keys: readonly { readonly pkcs8: string; readonly certificate: string }[] }

export interface OwnKeysPorts {
  readonly documents: Documents
  readonly ring: KeyRing
  readonly clock: Clock
  readonly ids: Ids
  readonly commonName: string
}

/**
 * Our keys towards identity providers, sealed under the key ring: the current one, which signs, and the next. Both are in our metadata
 * from the start and both open assertions, so that a change needs no appointment. Made when first asked for; one pair for all nodes.
 */
export function ownSamlKeys(ports: OwnKeysPorts): () => Promise<readonly OwnKey[]> {
  let known: Promise<readonly OwnKey[]> | undefined
  return () => {
    known ??= readOrMake(ports)
    known.catch(() => {
      known = undefined
    })
    return known
  }
}

async function readOrMake({ documents, ring, clock, ids, commonName }: OwnKeysPorts): Promise<readonly OwnKey[]> {
  // Two first starts at once: the one that comes second reads what the first wrote.
  for (let tries = 0; tries < 3; tries++) {
    const found = await documents.read(documentName)
    const text = found && ring.open(purpose, found.text)
    if (text) return (JSON.parse(text.toString()) as Kept).keys.map(({ pkcs8, certificate }) => ({ key: createPrivateKey(pkcs8), certificate }))
    const fresh = await Promise.all([0, 1].map(async () => {
      const { privateKey } = await generate('rsa', { modulusLength: 2048 })
      const from = clock.now()
      const until = new Date(Date.UTC(from.getUTCFullYear() + years, from.getUTCMonth(), from.getUTCDate()))
      const certificate = selfSigned(privateKey, commonName.slice(0, 64), from, until, ids.random(8)).raw.toString('base64')
      return { pkcs8: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate }
    }))
    await documents.write(documentName, ring.seal(purpose, Buffer.from(JSON.stringify({ keys: fresh } satisfies Kept))), found?.revision ?? 0)
  }
  throw new Error('the SAML keys change too often: start again')
}

import type { ServiceProofs } from '../authorization/declared-service.ts'
import type { ProveServicePorts } from '../authorization/prove-service.ts'
import type { Clock } from '../kernel/clock.ts'
import { buildProveAssertion, type TrustedAssertions } from '../sign-in/wire/prove-assertion.ts'
import { algorithms } from '../web-identity/algorithms.ts'
import type { IssuerKeys } from '../web-identity/issuer-keys.ts'

export interface ServiceAssertionPorts {
  readonly publicUrl: URL
  readonly issuerKeys: IssuerKeys
  readonly clock: Clock
}

type Own = Pick<IssuerKeys, 'find'>

/**
 * Verifies assertions by which services prove themselves: of an issuer in the settings, or of the
 * service itself, whose `iss` and `sub` are its prefix. Each is for `POST /authorize` alone.
 */
export function serviceAssertions({
  publicUrl,
  issuerKeys,
  clock,
}: ServiceAssertionPorts): ProveServicePorts['proveAssertion'] {
  const audiences = [new URL('/authorize', publicUrl).href]
  const ownKeys = new WeakMap<ServiceProofs, Promise<Own>>()
  const ownKeysOf = (proofs: ServiceProofs) => {
    const known = ownKeys.get(proofs) ?? readKeys(proofs)
    ownKeys.set(proofs, known)
    return known
  }
  return async (text, { prefix, proofs }) => {
    const own = await ownKeysOf(proofs)
    // An issuer is an https address, which no prefix is.
    const keys: IssuerKeys = {
      find: (question) => (question.issuer === prefix ? own : issuerKeys).find(question),
    }
    const itself: TrustedAssertions = {
      issuer: prefix,
      algorithms: Object.keys(algorithms),
      subjects: [prefix],
    }
    return buildProveAssertion({ keys, clock })(
      text,
      proofs.keys.length > 0 ? [itself, ...proofs.assertions] : proofs.assertions,
      audiences,
    )
  }
}

async function readKeys({ keys }: ServiceProofs): Promise<Own> {
  // Loaded for the first assertion: its library takes time and memory.
  const { parseKeySet } = await import('../web-identity/key-set.ts')
  const set = await parseKeySet(JSON.stringify({ keys }))
  return {
    find: async ({ keyId, algorithm }) => (await set?.find(keyId, algorithm)) ?? [],
  }
}

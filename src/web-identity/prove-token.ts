import type { Clock } from '../kernel/clock.ts'
import { identityOf, issuerOf, type WebIdentity } from './identity.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import { issuerUrl, type Provider } from './provider.ts'
import { invalidToken } from './web-identity-fault.ts'

/**
 * Verifies a web identity token against the provider that `findProvider` returns for its issuer.
 * Throws WebIdentityFault. The issuer's keys are fetched only when the account has it as a
 * provider. Claims are checked after the signature, so that a forged token reveals nothing about a
 * provider.
 */
export type ProveToken = (
  text: string,
  findProvider: (name: string) => Promise<Provider | undefined>,
) => Promise<WebIdentity>

export function buildProveToken({
  keys,
  clock,
}: {
  readonly keys: IssuerKeys
  readonly clock: Clock
}): ProveToken {
  let loaded: Promise<typeof import('./token.ts')> | undefined
  return async (text, findProvider) => {
    // Loaded for the first token: its library takes time and memory.
    loaded ??= import('./token.ts')
    const { parseToken, isSigned } = await loaded
    const token = parseToken(text)
    const { algorithm, keyId, claims } = token
    const name = issuerOf(claims)
    const provider = await findProvider(name)
    if (!provider)
      throw invalidToken(`No OpenIDConnect provider found in your account for ${issuerUrl(name)}`)
    const found = await keys.find({
      issuer: issuerUrl(provider.name),
      thumbprints: provider.thumbprints,
      keyId,
      algorithm,
    })
    if (!(await isSigned(token, found)))
      throw invalidToken('The signature of the token is not valid')
    return identityOf(claims, provider, clock.now())
  }
}

import type { Clock } from '../kernel/clock.ts'
import { isSigned } from './algorithms.ts'
import { identityOf, issuerOf, type WebIdentity } from './identity.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import { issuerUrl, type Provider } from './provider.ts'
import { parseToken } from './token.ts'
import { invalidToken } from './web-identity-fault.ts'

/**
 * Who a web identity token speaks of, by the provider of that name that `findProvider` knows. Throws WebIdentityFault.
 * The issuer is asked only when the account has it as a provider; claims are judged after the signature, so that nothing is
 * told of a provider to whom it signed nothing.
 */
export type ProveToken = (text: string, findProvider: (name: string) => Promise<Provider | undefined>) => Promise<WebIdentity>

export function buildProveToken({ keys, clock }: { readonly keys: IssuerKeys; readonly clock: Clock }): ProveToken {
  return async (text, findProvider) => {
    const { algorithm, keyId, claims, signed, signature } = parseToken(text)
    const name = issuerOf(claims)
    const provider = await findProvider(name)
    if (!provider) throw invalidToken(`No OpenIDConnect provider found in your account for ${issuerUrl(name)}`)
    const found = await keys.find({ issuer: issuerUrl(provider.name), thumbprints: provider.thumbprints, keyId, algorithm })
    if (!found.some((key) => isSigned(algorithm, key, signed, signature))) throw invalidToken('The signature of the token is not valid')
    return identityOf(claims, provider, clock.now())
  }
}

import { createPrivateKey, type KeyObject } from 'node:crypto'
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  type CryptoKey,
  clockSkew,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  modifyAssertion,
  None,
  type PrivateKey,
  PrivateKeyJwt,
  TlsClientAuth,
} from 'openid-client'
import type { Clock } from '../../kernel/clock.ts'
import { appleSecret } from './apple-secret.ts'
import { authenticationMethod, type OidcSettings } from './settings.ts'
import type { ProviderSource } from './transport.ts'

/** An open connector: our side, and the provider. */
export interface Party {
  readonly id: string
  readonly settings: OidcSettings
  /** Where the provider sends the browser back to. */
  readonly redirectUri: string
  /** Where the provider may send the browser after it signed the person out. */
  readonly signedOutUri: string
  readonly source: ProviderSource
  /** For `private_key_jwt` and for signed requests. */
  readonly key: SigningKey | undefined
  readonly clock: Clock
}

export interface SigningKey {
  readonly algorithm: 'RS256' | 'ES256' | 'ES384'
  readonly key: PrivateKey
}

/**
 * The library's configuration for one use: with the metadata at hand, our clock and our door. A new
 * one each time costs microseconds, and holds nothing that could be stale. `heard` gets each answer
 * before the library reads it. Throws OidcFault.
 */
export async function configurationOf(
  party: Party,
  signal: AbortSignal,
  heard: (url: string, answer: Response) => Promise<void> = async () => {},
): Promise<Configuration> {
  const { settings, source, clock } = party
  const metadata = await source.metadata()
  const door = source.door(signal)
  let discovered = false
  const configuration = await discovery(
    new URL(settings.issuer),
    settings.clientId,
    {
      // Rounded down: what is issued a moment ahead is refused elsewhere.
      [clockSkew]: Math.floor((clock.now().getTime() - Date.now()) / 1000),
      [clockTolerance]: settings.clockSkewSeconds,
      use_mtls_endpoint_aliases: authenticationMethod(settings) === 'tls_client_auth',
    },
    clientAuth(party, metadata.token_endpoint, await secretOf(party)),
    {
      // The first request is for the discovery document, which is at hand.
      [customFetch]: async (url, options) => {
        if (discovered) {
          const answer = await door(url, options)
          await heard(url, answer.clone())
          return answer
        }
        discovered = true
        return Response.json(metadata)
      },
      execute: [enableNonRepudiationChecks],
    },
  )
  return configuration
}

/** Apple takes a signed statement in place of a secret: a new one each time never runs out. */
async function secretOf({ settings, key, clock }: Party): Promise<string | undefined> {
  const { appleTeam, clientId, clientSecret } = settings
  if (appleTeam === undefined || !key) return clientSecret
  return appleSecret({ team: appleTeam, clientId, key }, clock.now())
}

function clientAuth(
  { settings, key }: Party,
  tokenEndpoint: string | undefined,
  secret: string | undefined,
): ClientAuth {
  const audience = settings.assertionAudience === 'token-endpoint' ? tokenEndpoint : undefined
  const methods: Readonly<Record<ReturnType<typeof authenticationMethod>, () => ClientAuth>> = {
    client_secret_basic: () => ClientSecretBasic(secret),
    client_secret_post: () => ClientSecretPost(secret),
    private_key_jwt: () =>
      PrivateKeyJwt(key!.key, {
        [modifyAssertion]: (_header, payload) => {
          if (audience !== undefined) payload.aud = audience
        },
      }),
    tls_client_auth: TlsClientAuth,
    none: None,
  }
  return methods[authenticationMethod(settings)]()
}

/** Throws for a key that none of the three algorithms takes. */
export async function signingKeyOf(pem: string, kid: string | undefined): Promise<SigningKey> {
  const parsed = createPrivateKey(pem)
  const [algorithm, parameters] = algorithmOf(parsed)
  // Node's type has key usages that the library's does not know.
  const key = parsed.toCryptoKey(parameters, false, ['sign']) as CryptoKey
  return { algorithm, key: kid === undefined ? { key } : { key, kid } }
}

function algorithmOf({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): readonly [SigningKey['algorithm'], Parameters<KeyObject['toCryptoKey']>[0]] {
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048)
    return ['RS256', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }]
  const curve = details?.namedCurve
  if (curve === 'prime256v1') return ['ES256', { name: 'ECDSA', namedCurve: 'P-256' }]
  if (curve === 'secp384r1') return ['ES384', { name: 'ECDSA', namedCurve: 'P-384' }]
  throw new Error('the key is neither RSA of 2048 bits, nor on P-256 or P-384')
}

import { hash } from 'node:crypto'
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  randomPKCECodeVerifier,
} from 'openid-client'
import type { Clock } from '../../kernel/clock.ts'
import type { Identity } from '../../kernel/identity.ts'
import { providerName } from '../../web-identity/provider.ts'
import type { ConnectorType } from '../connector.ts'
import { counted, describe, type OidcPorts } from '../oidc/connector.ts'
import { fromLibrary } from '../oidc/library-faults.ts'
import { OidcFault, refusing } from '../oidc/oidc-fault.ts'
import type { Answer, Proving, RedirectProof, RedirectUpstream } from '../redirect-upstream.ts'
import { amazon } from './amazon.ts'
import { apiOf } from './api.ts'
import { facebook } from './facebook.ts'
import { github } from './github.ts'
import type { OAuth2Provider, Person } from './provider.ts'
import type { OAuth2Settings } from './settings.ts'
import { openDoor } from './transport.ts'

/** Until when an answer could come again: an attempt is open for less. */
const replayableMs = 3_600_000

const providers: Readonly<
  Record<OAuth2Settings['provider'], (settings: OAuth2Settings) => OAuth2Provider>
> = { github, amazon, facebook }

interface Party {
  readonly id: string
  readonly settings: OAuth2Settings
  readonly provider: OAuth2Provider
  readonly redirectUri: string
  readonly clock: Clock
  configuration(signal: AbortSignal): Configuration
}

/**
 * Signs people in at a provider that speaks OAuth 2.0 without OpenID Connect. The road of the
 * browser, the trust of roles and the identity are those of `oidc`; what is proved comes from the
 * provider's API, asked with an access token that came straight from its token endpoint.
 */
export const oauth2: ConnectorType<OAuth2Settings, RedirectUpstream, OidcPorts> = {
  protocol: 'oidc',
  async open(id, settings, { clock, outbound, publicUrl, countAnswer = () => {} }) {
    const provider = providers[settings.provider](settings)
    const party: Party = {
      id,
      settings,
      provider,
      redirectUri: `${publicUrl.origin}/oidc/${id}/callback`,
      clock,
      configuration: (signal) => configurationOf(settings, provider, openDoor(outbound, signal)),
    }
    return {
      flow: 'redirect',
      acceptsUnsolicited: false,
      forcesReauthentication: false,
      begin: (attemptId, signal) => refusing(() => begin(party, attemptId, signal)),
      prove: (answer, proving) =>
        refusing(() => counted(party, countAnswer, () => prove(party, answer, proving))),
      describe,
      // Nothing has to be read ahead, and nothing is asked for readiness.
      async probe() {},
      async [Symbol.asyncDispose]() {},
    }
  },
}

function configurationOf(
  { clientId, clientSecret }: OAuth2Settings,
  { issuer, authorizationEndpoint, tokenEndpoint }: OAuth2Provider,
  door: CustomFetch,
): Configuration {
  const configuration = new Configuration(
    {
      issuer,
      authorization_endpoint: authorizationEndpoint,
      token_endpoint: tokenEndpoint,
    },
    clientId,
    undefined,
    ClientSecretPost(clientSecret),
  )
  configuration[customFetch] = door
  return configuration
}

async function begin(party: Party, state: string, signal: AbortSignal) {
  const verifier = randomPKCECodeVerifier()
  const { provider, redirectUri } = party
  const url = buildAuthorizationUrl(party.configuration(signal), {
    redirect_uri: redirectUri,
    scope: provider.scopes.join(' '),
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  return { send: { by: 'redirect', url: url.href }, memo: verifier } as const
}

async function prove(
  party: Party,
  { parameters }: Answer,
  { recall, signal }: Proving,
): Promise<RedirectProof> {
  const state = parameters.get('state')
  if (!state) throw new OidcFault('state', 'the answer states no attempt')
  const { memo: verifier } = await recall(state)
  if (verifier === undefined) throw new OidcFault('state', 'the attempt has no memo')
  const person = await fromLibrary(async () => {
    const configuration = party.configuration(signal)
    // The library takes the redirect URI from this address; ours may not be the one called.
    const address = new URL(`${party.redirectUri}?${new URLSearchParams([...parameters])}`)
    const { access_token: accessToken } = await authorizationCodeGrant(configuration, address, {
      expectedState: state,
      pkceCodeVerifier: verifier,
      idTokenExpected: false,
    })
    return party.provider.person(apiOf(configuration, accessToken))
  })
  return proofOf(party, person, state)
}

function proofOf({ id, settings, provider, clock }: Party, person: Person, state: string) {
  const now = clock.now()
  const identity: Identity = {
    connector: id,
    protocol: 'oidc',
    ...person,
    authenticatedAt: now,
    provedAt: now,
    strength: 'password',
    oidc: {
      provider: providerName(provider.issuer) ?? provider.issuer,
      audience: settings.clientId,
      subject: person.subject,
      methods: [],
    },
  }
  const attempt = hash('sha256', state, 'base64url')
  return {
    identity,
    authenticatedAt: now,
    issuedAt: now,
    id: attempt,
    replayKey: hash(
      'sha256',
      JSON.stringify([provider.issuer, settings.clientId, state]),
      'base64url',
    ),
    replayableUntil: new Date(now.getTime() + replayableMs),
  }
}

import { hash } from 'node:crypto'
import type { Identity } from '../../kernel/identity.ts'
import { providerName } from '../../web-identity/provider.ts'
import type { ConnectorType } from '../connector.ts'
import { counted, describe, type OidcPorts } from '../oidc/connector.ts'
import { fromLibrary } from '../oidc/library-faults.ts'
import { OidcFault, refusing } from '../oidc/oidc-fault.ts'
import type { Answer, Proving, RedirectProof, RedirectUpstream } from '../redirect-upstream.ts'
import { apiOf } from './api.ts'
import { authorizationRequest, openParty, type Party, redeem } from './client.ts'
import type { Person } from './provider.ts'
import { keptTokens, recheckByToken } from './recheck.ts'
import type { OAuth2Settings } from './settings.ts'

/** Until when an answer could come again: an attempt is open for less. */
const replayableMs = 3_600_000

/**
 * Signs people in at a provider that speaks OAuth 2.0 without OpenID Connect. The road of the
 * browser, the trust of roles and the identity are those of `oidc`; what is proved comes from the
 * provider's API, asked with an access token that came straight from its token endpoint.
 */
export const oauth2: ConnectorType<OAuth2Settings, RedirectUpstream, OidcPorts> = {
  protocol: 'oidc',
  async open(id, settings, ports) {
    const party = openParty(id, settings, ports)
    const count = ports.countAnswer ?? (() => {})
    return {
      flow: 'redirect',
      acceptsUnsolicited: false,
      forcesReauthentication: false,
      begin: (attemptId, signal) => refusing(() => authorizationRequest(party, attemptId, signal)),
      prove: (answer, proving) =>
        refusing(() => counted(party, count, () => prove(party, answer, proving))),
      describe,
      recheck: recheckByToken(party),
      // Nothing has to be read ahead, and nothing is asked for readiness.
      async probe() {},
      async [Symbol.asyncDispose]() {},
    }
  },
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
  const configuration = party.configuration(signal)
  return fromLibrary(async () => {
    const tokens = await redeem(party, configuration, parameters, { state, verifier })
    const person = await party.provider.person(apiOf(configuration, tokens.accessToken))
    const proof = proofOf(party, person, state)
    return party.settings.recheck ? { ...proof, secret: keptTokens(tokens) } : proof
  })
}

export function identityOf({ id, settings, provider, clock }: Party, person: Person): Identity {
  const now = clock.now()
  return {
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
}

function proofOf(party: Party, person: Person, state: string): RedirectProof {
  const { settings, provider } = party
  const identity = identityOf(party, person)
  const { authenticatedAt: now } = identity
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

import { readFile } from 'node:fs/promises'
import type { Identity } from '../../kernel/identity.ts'
import type { ConnectorPorts, ConnectorType } from '../connector.ts'
import type { Answer, RedirectUpstream, Send } from '../redirect-upstream.ts'
import { forcesReauthentication, proveAnswer } from './answer.ts'
import { type Party, signingKeyOf } from './client.ts'
import type { CountAnswer } from './figures.ts'
import { readLogoutToken } from './logout-token.ts'
import { OidcFault, refusing } from './oidc-fault.ts'
import { recheckByRefresh } from './recheck.ts'
import { authorizationRequest } from './request.ts'
import { authenticationMethod, type OidcSettings } from './settings.ts'
import { openProviderSource, type TransportPorts } from './transport.ts'

export interface OidcPorts extends ConnectorPorts, TransportPorts {
  readonly publicUrl: URL
  /** Absent: nobody counts. */
  readonly countAnswer?: CountAnswer | undefined
}

export const oidc: ConnectorType<OidcSettings, RedirectUpstream, OidcPorts> = {
  protocol: 'oidc',
  open: async (id, settings, ports) =>
    upstreamOf(await openParty(id, settings, ports), ports.countAnswer),
}

/** Our side and the provider. Throws for a key or a certificate that cannot be read or used. */
export async function openParty(
  id: string,
  settings: OidcSettings,
  ports: OidcPorts,
): Promise<Party> {
  const { clock, publicUrl, outbound } = ports
  const log: ConnectorPorts['log'] = (event, detail) =>
    ports.log(event, { connector: id, ...detail })
  const { keyFile, keyId, certificateFile, issuer } = settings
  const [keyText, certificate] = await Promise.all(
    [keyFile, certificateFile].map(async (file) => file && readFile(file, 'utf8')),
  )
  const clientCertificate =
    authenticationMethod(settings) === 'tls_client_auth' && certificate && keyText
      ? { certificate, key: keyText }
      : undefined
  return {
    id,
    settings,
    redirectUri: `${publicUrl.origin}/oidc/${id}/callback`,
    signedOutUri: `${publicUrl.origin}/signout`,
    source: openProviderSource({ issuer, clientCertificate }, { clock, outbound, log }),
    key: keyText ? await signingKeyOf(keyText, keyId) : undefined,
    clock,
  }
}

function upstreamOf(party: Party, count: CountAnswer = () => {}): RedirectUpstream {
  return {
    flow: 'redirect',
    acceptsUnsolicited: false,
    forcesReauthentication: forcesReauthentication(party),
    begin: (attemptId, signal) => refusing(() => authorizationRequest(party, attemptId, signal)),
    prove: (answer, proving) =>
      refusing(() => counted(party, count, () => proveAnswer(party, answer, proving))),
    describe,
    signOut: (_requestId, identity) => endSession(party, identity),
    recheck: recheckByRefresh(party),
    readBackChannelLogout: (message) => refusing(() => readLogoutToken(party, message)),
    async probe() {
      party.source.probe()
    },
    async [Symbol.asyncDispose]() {},
  }
}

/** Runs `work` and tells how it ended: `proved`, or the check that refused. */
export async function counted<T>(
  { id }: Pick<Party, 'id'>,
  count: CountAnswer,
  work: () => Promise<T>,
): Promise<T> {
  const begun = performance.now()
  const told = (outcome: string) => count(id, outcome, (performance.now() - begun) / 1000)
  try {
    const proof = await work()
    told('proved')
    return proof
  } catch (error) {
    // Others are of attempts that are not open, or bugs.
    told(error instanceof OidcFault ? error.check : 'unasked')
    throw error
  }
}

const describable = /^[\w:./-]{1,200}$/

/** The audit trail's words for an answer. */
export function describe({ by, parameters }: Answer): Readonly<Record<string, string>> {
  const told = ['iss', 'error'].flatMap((name) => {
    const value = parameters.get(name)
    return value !== undefined && describable.test(value) ? [[name, value] as const] : []
  })
  return { by, code: parameters.has('code') ? 'yes' : 'no', ...Object.fromEntries(told) }
}

/**
 * OpenID Connect RP-Initiated Logout 1.0, section 2. The ID token is not kept, so the client id and
 * a hint say who asks; a provider may ask the person to confirm.
 */
function endSession(
  { settings, source, signedOutUri }: Party,
  { oidc: proved, username }: Identity,
): Send | undefined {
  const endpoint = source.known()?.end_session_endpoint
  if (endpoint === undefined || !proved) return undefined
  const url = new URL(endpoint)
  url.searchParams.set('client_id', settings.clientId)
  url.searchParams.set('post_logout_redirect_uri', signedOutUri)
  url.searchParams.set('logout_hint', proved.sessionId ?? username)
  return { by: 'redirect', url: url.href }
}

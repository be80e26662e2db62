import type { Clock } from '../kernel/clock.ts'
import type { Identity, Protocol } from '../kernel/identity.ts'
import type { RelevantCertificate } from './saml/certificate-ends.ts'
import type { LogoutMessage, LogoutSent } from './saml/logout.ts'
import type { Send } from './saml/requests.ts'
import type { Proof } from './saml/response.ts'

/**
 * Connectors: one folder a protocol, the same shape each. `settings.ts` says what may be configured, `identity.ts` is
 * pure (answers of the directory → identity), `transport.ts` is the only I/O, `connector.ts` joins the three.
 * Plain data in, plain data out: a connector never sees an Express request.
 */
export interface PasswordUpstream extends AsyncDisposable {
  readonly flow: 'password'
  /**
   * Proves the person, or throws a SignInFault. Empty, NUL-bearing and oversized passwords are refused
   * before anything is sent. `signal` ends the work early; the connector's own time limits hold anyway.
   */
  check(username: string, password: string, signal: AbortSignal): Promise<Identity>
  /** Whether somebody who was proved before could be now; absent where that takes asking a directory. A sign-in that goes on asks it at every step. */
  knows?(identity: Identity): boolean
  /** For readiness: resolves when the directory can be reached, else rejects with the reason. */
  probe(signal: AbortSignal): Promise<void>
}

/** The browser leaves for the identity provider and comes back with an assertion. */
export interface SamlUpstream extends AsyncDisposable {
  readonly flow: 'saml'
  /** Whether assertions count that nobody asked for. */
  readonly idpInitiated: boolean
  /** Whether the person has to be proved anew each time. */
  readonly forceAuthn: boolean
  /** The identity provider's entity id. Throws SamlFault while it is not known. */
  issuer(): string
  /** A signed request with this id, and where to send it. Throws SamlFault. */
  begin(requestId: string): Send
  /**
   * Every check of a response but replay and the request that it answers. `aws`: shown to the address that all identity providers
   * share, or on the wire. Throws SamlFault.
   */
  prove(text: string, road: 'own' | 'aws'): Proof
  /** Throws SamlFault where an attribute that the settings need is missing. */
  identity(proof: Proof): Identity
  /** Ours, for the identity provider; signed on demand. */
  metadata(signed: boolean): string
  /** A request to sign the person out there too; undefined where the identity provider has no address for it. */
  signOut(requestId: string, identity: Identity): Send | undefined
  /** A message of the identity provider's about signing out, as it was redirected or posted. Throws SamlFault. */
  readLogout(sent: LogoutSent): LogoutMessage
  /** Tells the identity provider that its request was heeded. */
  loggedOut(answerId: string, requestId: string, relayState: string | undefined): Send
  /** Those that it signs with and ours, as far as they are known now. */
  certificates(): readonly RelevantCertificate[]
  /** For readiness: rejects when the identity provider is not known, or no longer. */
  probe(signal: AbortSignal): Promise<void>
}

export type Upstream = PasswordUpstream | SamlUpstream

export interface ConnectorPorts {
  readonly clock: Clock
  /** The operator's log: one line a notable thing, never a secret. */
  readonly log: (event: string, detail: Readonly<Record<string, unknown>>) => void
}

export interface ConnectorType<Settings, Opened extends Upstream = PasswordUpstream> {
  readonly protocol: Protocol
  /** Fails at start-up on settings that can never work; a directory that is down now may come back. */
  open(id: string, settings: Settings, ports: ConnectorPorts): Promise<Opened>
}

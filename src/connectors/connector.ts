import type { Clock } from '../kernel/clock.ts'
import type { Identity, Protocol } from '../kernel/identity.ts'

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
  /** For readiness: resolves when the directory can be reached, else rejects with the reason. */
  probe(signal: AbortSignal): Promise<void>
}

/** A sum type as soon as browser protocols join: SAML and OIDC leave and come back. */
export type Upstream = PasswordUpstream

export interface ConnectorPorts {
  readonly clock: Clock
  /** The operator's log: one line a notable thing, never a secret. */
  readonly log: (event: string, detail: Readonly<Record<string, unknown>>) => void
}

export interface ConnectorType<Settings> {
  readonly protocol: Protocol
  /** Fails at start-up on settings that can never work; a directory that is down now may come back. */
  open(id: string, settings: Settings, ports: ConnectorPorts): Promise<Upstream>
}

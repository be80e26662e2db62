import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Log } from '../kernel/log.ts'
import type { Protocol } from '../kernel/protocol.ts'
import type { Recheck } from './recheck.ts'
import type { RedirectUpstream } from './redirect-upstream.ts'

/**
 * Connectors: one folder per protocol, all of the same shape. `settings.ts` defines what may be
 * configured, `identity.ts` is pure (the directory's answers → identity), `transport.ts` is the
 * only I/O, and `connector.ts` joins the three. Plain data in, plain data out: a connector never
 * sees an Express request.
 */
export interface PasswordUpstream extends AsyncDisposable {
  readonly flow: 'password'
  /**
   * Authenticates the person, or throws a SignInFault. Empty, NUL-bearing and oversized passwords
   * are refused before anything is sent. `signal` ends the work early; the connector's own time
   * limits apply as well.
   */
  check(username: string, password: string, signal: AbortSignal): Promise<Identity>
  /**
   * Returns the name under which sign-in attempts are counted: the same one for all typed forms
   * that lead to the same search, such as `alice` and `CORP\alice`. Absent where names have only
   * one form.
   */
  countedName?(username: string): string
  /**
   * Returns whether a person authenticated earlier could still be authenticated now; absent where
   * finding out takes a request to a directory. A sign-in in progress checks it at every step.
   */
  knows?(identity: Identity): boolean
  /** Looks people up again who are signed in; absent where the settings or the protocol do not. */
  readonly recheck?: Recheck | undefined
  /** For readiness: resolves when the directory can be reached, else rejects with the reason. */
  probe(signal: AbortSignal): Promise<void>
  /**
   * The servers of the directory, for readiness and metrics; absent where the connector has none.
   */
  servers?(): readonly ServerState[]
  /** Called at a reload: makes servers that rest after trouble available again at once. */
  reconsider?(): void
}

export interface ServerState {
  readonly url: string
  /** Why the server is passed over, and until when; undefined while it is in use. */
  readonly trouble: { readonly reason: string; readonly askedAgainAt: Date } | undefined
}

export type Upstream = PasswordUpstream | RedirectUpstream

/**
 * One configured way to authenticate people: an opened upstream, with the label that people choose
 * it by.
 */
export interface Connector {
  /** Its id in the configuration; also the NAME of its provider ARN. */
  readonly id: string
  readonly protocol: Protocol
  readonly label: string
  /** Accounts whose roles the connector may lead to. */
  readonly accounts: readonly string[]
  /** Where people change their password. */
  readonly passwordUrl?: string | undefined
  readonly upstream: Upstream
}

/** A connector that takes names and passwords. */
export type PasswordConnector = Connector & { readonly upstream: PasswordUpstream }
/** A connector that sends the browser to an identity provider and takes the answer back. */
export type RedirectConnector = Connector & { readonly upstream: RedirectUpstream }

export const takesPasswords = (one: Connector): one is PasswordConnector =>
  one.upstream.flow === 'password'
export const redirects = (one: Connector): one is RedirectConnector =>
  one.upstream.flow === 'redirect'

export interface ConnectorPorts {
  readonly clock: Clock
  /** The operator's log: one line per notable event, never a secret. */
  readonly log: Log
}

/**
 * What a protocol's folder exports to open its connectors. `Ports` is the part of the ports that it
 * needs.
 */
export interface ConnectorType<
  Settings,
  Opened extends Upstream = PasswordUpstream,
  Ports extends ConnectorPorts = ConnectorPorts,
> {
  readonly protocol: Protocol
  /**
   * Fails at start-up on settings that can never work. A directory that is down does not fail it,
   * because it may come back.
   */
  open(id: string, settings: Settings, ports: Ports): Promise<Opened>
}

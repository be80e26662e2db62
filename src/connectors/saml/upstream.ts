import type { Identity } from '../../kernel/identity.ts'
import type { Connector } from '../connector.ts'
import type {
  Proving,
  RedirectProof,
  RedirectUpstream,
  RelevantCertificate,
  Send,
} from '../redirect-upstream.ts'
import type { SamlRoad } from './addresses.ts'
import type { LogoutMessage, LogoutSent } from './logout.ts'
import type { ProvedAssertion } from './response.ts'

/** What SAML adds to signing in: both addresses for assertions, metadata, and single logout. */
export interface SamlUpstream extends RedirectUpstream {
  /** Return the identity provider's entity id. Throws SamlFault while it is not known. */
  issuer(): string
  /**
   * Return the SHA-256 fingerprints, 64 hexadecimal digits, of the identity provider's certificates
   * and keys. Returns none while they are not known.
   */
  fingerprints(): readonly string[]
  /**
   * Verify a response with both readers, except for replay and the request that it answers. Throws
   * SamlFault.
   */
  proveAssertion(text: string, road: SamlRoad): Promise<ProvedAssertion>
  /** Throws SamlFault when an attribute that the settings require is missing. */
  identity(proved: ProvedAssertion): Identity
  /**
   * Return the result of `prove` for an assertion that is already verified. `relayState` is the
   * value posted with it. Throws SignInFault.
   */
  vouch(
    proved: ProvedAssertion,
    recall: Proving['recall'],
    relayState: string | undefined,
  ): Promise<RedirectProof>
  /** Return our metadata for the identity provider, signed if requested. */
  metadata(signed: boolean): string
  /** Read a logout message of the identity provider, redirected or posted. Throws SamlFault. */
  readLogout(sent: LogoutSent): LogoutMessage
  /** Confirms a logout request to the identity provider. Throws SamlFault. */
  loggedOut(answerId: string, requestId: string, relayState: string | undefined): Send
  certificates(): readonly RelevantCertificate[]
}

/** A connector that signs people in by SAML assertion. */
export type SamlConnector = Connector & { readonly upstream: SamlUpstream }

/** The type guard holds because this folder opens every connector of the protocol. */
export const speaksSaml = (one: Connector): one is SamlConnector => one.protocol === 'saml'

/*
 * Sign-in through an identity provider, to which the browser leaves and from which it comes back:
 * SAML, OIDC. The steps are the same for every protocol; checks of one protocol belong to its
 * connector (RedirectUpstream).
 *
 *   begin     GET /{protocol}/{connector}/login, with the browser's cookies. The connector makes a
 *             message for a new attempt id, which carries connector, time and a hash of the
 *             browser's cookie, sealed. The browser keeps the rest in a cookie, sealed too: the
 *             page to continue with, and the connector's memo. The server keeps nothing.
 *   (away)    The person authenticates. They may take half an hour, use several tabs, or never come
 *             back: attempts are independent of each other and expire.
 *   receive   The answer comes to the connector's own address: by GET with the browser's cookies,
 *             or (SAML) by a cross-site POST without them. The connector recalls the attempt by the
 *             id in the answer, and verifies the answer. By GET, the browser has to be the one that
 *             began and to bring what it kept. Then the checks of all protocols follow: the answer
 *             was requested, the person authenticated again where the connector requires it, the
 *             proof was not revoked, attempt and proof were not used before, and it leads to a
 *             role. The identity is stored under a ticket, and the browser is redirected to fetch
 *             it.
 *   arrive    GET /{protocol}/arrive, with the browser's cookies. The ticket is valid once, for two
 *             minutes, and for the browser that began; only then is the person signed in.
 *   sign-out  A person who signs out here is sent to sign out at the provider too, if the connector
 *             supports it. A provider may also end sessions itself, by a message of its own
 *             (OpenID Connect: back-channel logout).
 *
 * Unsolicited answers start at `receive`, if the connector accepts them; no browser is known for
 * them. An attempt is used up by the first answer that proves somebody. Refusals of begin, receive
 * and arrive are audited, and so is a `receive` that succeeds.
 */
import type { Send } from '../../connectors/redirect-upstream.ts'
import type { Identity } from '../../kernel/identity.ts'
import { wasEnded } from '../ended-sessions.ts'
import { type Arrival, type ArriveInput, arrive } from './arrive.ts'
import { attemptsIn } from './attempts.ts'
import { type BackChannelLogoutInput, backChannelLogout } from './back-channel-logout.ts'
import { type BeginInput, type Begun, begin } from './begin.ts'
import { type ReceiveInput, receive } from './receive.ts'
import type { RedirectPorts } from './redirect-ports.ts'
import { signOut } from './sign-out.ts'

export interface RedirectSignIn {
  /** Sends a browser to the identity provider. Throws SignInRefusal. */
  begin(input: BeginInput): Promise<Begun>
  /**
   * Checks an answer, and returns a token to arrive with. Throws SignInRefusal. One audit event
   * either way.
   */
  receive(input: ReceiveInput): Promise<string>
  /** Throws SignInRefusal for a token that was used, has expired, or is another browser's. */
  arrive(input: ArriveInput): Promise<Arrival>
  /** The message that signs the person out at the provider too; undefined when there is none. */
  signOut(identity: Identity): Send | undefined
  /** Ends the sessions that a provider's message names. Throws SignInRefusal. */
  backChannelLogout(input: BackChannelLogoutInput): Promise<void>
  /** Whether the provider signed this person's session out. */
  wasEnded(identity: Identity): Promise<boolean>
}

export function buildRedirectSignIn(ports: RedirectPorts): RedirectSignIn {
  const attempts = attemptsIn(ports)
  return {
    begin: (input) => begin(ports, attempts, input),
    receive: (input) => receive(ports, attempts, input),
    arrive: (input) => arrive(ports, attempts, input),
    signOut: (identity) => signOut(ports, identity),
    backChannelLogout: (input) => backChannelLogout(ports, input),
    wasEnded: (identity) => wasEnded(ports, identity),
  }
}

import type { Send } from '../../connectors/redirect-upstream.ts'
import type { LogoutMessage, LogoutSent } from '../../connectors/saml/logout.ts'
import { refusing } from '../../connectors/saml/refusals.ts'
import { type SamlConnector, speaksSaml } from '../../connectors/saml/upstream.ts'
import type { Identity } from '../../kernel/identity.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import { audited, type Step } from '../audited.ts'
import { wasEnded } from '../ended-sessions.ts'
import { oneTime } from '../one-time.ts'
import { messageId, ticketSeconds } from '../redirect/attempts.ts'
import { type RedirectPorts, signInStep } from '../redirect/redirect-ports.ts'
import { refuse } from '../redirect/refusals.ts'
import type { Origin } from '../sign-in-event.ts'
import { endSessions } from './ended-sessions.ts'

/** A logout request that was posted and checked, until the browser comes back with its cookies. */
interface LogoutTicket {
  readonly connector: string
  readonly message: Extract<LogoutMessage, { kind: 'request' }>
}

export interface ReceiveLogoutInput extends Origin {
  readonly connector: string
  readonly sent: LogoutSent
}
export interface LogoutInput extends Origin {
  readonly connector: string
  /** As redirected, or the token of a posted message. */
  readonly from: { readonly rawQuery: string } | { readonly token: string }
  /** The person who is signed in in this browser. */
  readonly identity: Identity | undefined
}
export interface LogoutDone {
  /** Whether the message names the person of this browser. */
  readonly ends: boolean
  readonly answer?: Send | undefined
}

const ticketsIn = (ports: RedirectPorts) => oneTime<LogoutTicket>(ports, 'logout', ticketSeconds)

function step(input: Origin & { readonly connector: string }): Step {
  return { ...signInStep(input, { protocol: 'saml', connector: input.connector }), name: 'SignOut' }
}

/**
 * Checks a posted logout message, and returns a token to come back with, because a cross-site POST
 * has no cookies. Returns undefined for an answer: it ends nothing, so that one that is sent again
 * has nothing to store either. Throws SignInRefusal.
 */
export async function receiveLogout(
  ports: RedirectPorts,
  input: ReceiveLogoutInput,
): Promise<string | undefined> {
  const { token } = await audited(ports, step(input), () =>
    refusing(async () => {
      await ports.tries.beginFrom(input.sourceAddress)
      const { id, upstream } = samlConnectorAt(ports, input.connector)
      const message = upstream.readLogout(input.sent)
      await heed(ports, id, message)
      // Do not count the try: the identity provider signed the message, so it was no guess.
      await ports.tries.rightFrom(input.sourceAddress)
      if (message.kind === 'answer') return { token: undefined, quiet: true as const }
      const ticket = { connector: id, message }
      return { token: await ticketsIn(ports).hand(ticket), quiet: true as const }
    }),
  )
  return token
}

/**
 * Handles a logout message. For a request: whether it names the person of this browser, and the
 * answer. Throws SignInRefusal.
 */
export function logout(ports: RedirectPorts, input: LogoutInput): Promise<LogoutDone> {
  return audited(ports, step(input), () =>
    refusing(async () => {
      const connector = samlConnectorAt(ports, input.connector)
      const message = await messageFrom(ports, connector, input.from)
      if (message.kind === 'answer') return { ends: false, quiet: true as const }
      const { identity } = input
      const { id, relayState } = message
      return {
        ends: identity !== undefined && (await wasEnded(ports, identity)),
        answer: connector.upstream.loggedOut(messageId(ports.ids), id, relayState),
        quiet: true as const,
      }
    }),
  )
}

/**
 * Ends the sessions that a request names, before the request is answered. Refuses a request that
 * was used before.
 */
async function heed(
  ports: RedirectPorts,
  connector: string,
  message: LogoutMessage,
): Promise<void> {
  if (message.kind !== 'request') return
  if (await ports.replay.wasUsed(message)) throw refuse('replay', 'saml', { found: message.id })
  await endSessions(ports, connector, message)
  // Claim it last: after a failure it is sent again, and the sessions have to end then.
  await ports.replay.claim(message)
}

async function messageFrom(
  ports: RedirectPorts,
  connector: SamlConnector,
  from: LogoutInput['from'],
): Promise<LogoutMessage> {
  if ('rawQuery' in from) {
    const message = connector.upstream.readLogout({ by: 'redirect', rawQuery: from.rawQuery })
    await heed(ports, connector.id, message)
    return message
  }
  const kept = await ticketsIn(ports).redeem(from.token)
  if (kept?.connector !== connector.id) throw refuse('ticket', 'saml')
  return kept.message
}

/** Throws SignInFault. */
function samlConnectorAt({ signIn }: RedirectPorts, id: string): SamlConnector {
  const found = signIn
    .connectors()
    .filter(speaksSaml)
    .find((one) => one.id === id)
  if (!found) throw new SignInFault('unknown-connector', 'no saml connector has this id')
  return found
}

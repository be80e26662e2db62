import type { Chain } from '../../audit/event.ts'
import type { RedirectConnector } from '../../connectors/connector.ts'
import type { Proving, Recalled, RedirectProof } from '../../connectors/redirect-upstream.ts'
import type { Protocol } from '../../kernel/protocol.ts'
import { consolePath } from '../destination.ts'
import { identityText } from '../identity-text.ts'
import { inTime } from '../in-time.ts'
import { refuseLongNames } from '../refuse-long-names.ts'
import { identityChain, type Origin } from '../sign-in-event.ts'
import type { Attempt, Attempts, Ticket } from './attempts.ts'
import { type Brought, isBrowserOf, lateFault, type RedirectPorts } from './redirect-ports.ts'
import { refuse } from './refusals.ts'

export interface Admission {
  readonly connector: RedirectConnector
  /** The connector's own checks of the answer. */
  readonly prove: (proving: Proving) => Promise<RedirectProof>
  /** Absent where the request brings no cookies. */
  readonly brought?: Brought | undefined
  readonly chain: Chain
  readonly origin: Origin
}

/** How far the provider's clock may be behind ours when the person had to authenticate again. */
export const reauthenticationSkewSeconds = 60

/**
 * Lets the connector verify an answer, then makes the checks that all protocols share. Throws
 * SignInFault. The attempt and the proof are used up last except for the roles, so that a refusal
 * for another reason does not use them up, and what strangers send stores nothing.
 */
export async function admit(
  ports: RedirectPorts,
  attempts: Attempts,
  admission: Admission,
): Promise<Ticket> {
  const { connector, prove, chain, origin } = admission
  const { upstream, protocol } = connector
  const { recall, answered: attemptOf } = recallOnce(attempts, admission)
  const proof = await inTime(
    (signal) => prove({ recall, signal }),
    ports.checkTimeoutMs,
    () => lateFault(connector),
  )
  refuseLongNames(proof.identity)
  const answered = attemptOf()
  if (!answered && !upstream.acceptsUnsolicited) throw refuse('unsolicited', protocol)
  if (upstream.forcesReauthentication) checkAuthenticatedAnew(proof, answered, protocol)
  if (await ports.revocations.endsProof(proof, connector.accounts))
    throw refuse('revoked', protocol, { found: proof.issuedAt.toISOString() })
  if (answered && !(await attempts.finish(answered))) throw unanswered(answered.id, protocol)
  // An answer can't be older than its question.
  const madeAt = answered?.beganAt ?? proof.madeAt ?? proof.issuedAt
  if (!(await ports.replay.claim(proof, madeAt)))
    throw refuse('replay', protocol, { found: proof.id })
  const proved = { ...proof.identity, provedAt: proof.issuedAt }
  await ports.signIn.enter(proved, chain, origin)
  const identity = await ports.signIn.begun(proved, origin, proof.secret)
  // The event names the sign-in as later ones do.
  Object.assign(chain, identityChain(identity))
  // Do not count the answer, nor the start of an attempt that began here, as tries: neither was a
  // guess.
  await ports.tries.rightFrom(origin.sourceAddress)
  if (answered) await ports.tries.rightFrom(origin.sourceAddress)
  return {
    identity: identityText(identity),
    ...(answered
      ? { attempt: { id: answered.id, browser: answered.browser } }
      : { next: unaskedNext(proof, ports.publicUrl) }),
  }
}

const unanswered = (id: string, protocol: Protocol) =>
  refuse('in-response-to', protocol, { found: id, expected: 'an open request' })

/**
 * The attempt that the connector says was answered: pending, for this connector, only one, and with
 * cookies of the browser that began where the answer comes with cookies.
 */
function recallOnce(attempts: Attempts, { connector, brought }: Admission) {
  const { id: connectorId, protocol } = connector
  let asked: string | undefined
  let attempt: Attempt | undefined
  return {
    async recall(id: string): Promise<Recalled> {
      if (asked !== undefined) throw refuse('two-attempts', protocol)
      asked = id
      const found = await attempts.pending(id)
      if (found?.connector !== connectorId) throw unanswered(id, protocol)
      if (brought && !isBrowserOf(found, brought)) throw refuse('other-browser', protocol)
      const kept = brought && attempts.kept(brought.kept, id)
      if (brought && !kept) throw refuse('kept', protocol)
      attempt = found
      return { memo: kept?.memo }
    },
    /** Throws the error of `recall` again, in case the connector ignored it. */
    answered(): Attempt | undefined {
      if (asked !== undefined && !attempt) throw unanswered(asked, protocol)
      return attempt
    },
  }
}

/** The provider may have ignored the request to authenticate again. */
function checkAuthenticatedAnew(
  { authenticatedAt }: RedirectProof,
  attempt: Attempt | undefined,
  protocol: Protocol,
): void {
  const since = attempt && new Date(attempt.beganAt.getTime() - reauthenticationSkewSeconds * 1000)
  if (since && authenticatedAt >= since) return
  throw refuse('authn-context', protocol, {
    found: authenticatedAt.toISOString(),
    expected: `after ${since?.toISOString() ?? 'a request of ours'}`,
  })
}

function unaskedNext({ destination }: RedirectProof, publicUrl: URL): string {
  const named = destination === undefined || destination === '' ? undefined : destination
  return (named === undefined ? undefined : consolePath(named, publicUrl)) ?? '/portal'
}

import { AwsFault } from '../kernel/aws-fault.ts'
import type { ProvedSession, SessionProofs } from '../sessions/session-proof.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { findApp } from './app.ts'
import { accessTokenType, type ExchangeContext } from './exchange-request.ts'
import { checkSubjectRequest, giveSubjectToken, type SubjectTokenPorts } from './subject-token.ts'
import { subjectOfSession, takesSession } from './subjects.ts'
import { visitOf } from './visit.ts'

export interface SessionTokenPorts extends SubjectTokenPorts {
  readonly sessions: SessionProofs
  readonly ephemeral: Pick<Ephemeral, 'claim'>
}

/**
 * The proof of a role's session, made for the calling app → an access token of the app about that
 * session. Each proof is good for one token.
 */
export async function giveSessionToken(
  ports: SessionTokenPorts,
  ctx: ExchangeContext,
  address: string,
): Promise<void> {
  const { errors, ephemeral, apps } = ports
  const { client, params } = ctx.oidc
  const { clientId } = client
  if (params.resource !== undefined || (params.audience ?? clientId) !== clientId)
    throw new errors.InvalidTarget('an app gets tokens for itself alone')
  checkSubjectRequest(ctx.oidc, ports)
  const proved = await provedBy(ports, ctx, address)
  const { caller, sessionToken: token } = proved
  const app = findApp(apps(), clientId)
  if (!app || !takesSession(app, caller))
    throw new errors.InvalidTarget('this app takes no sessions of the role', caller.principal.arn)
  // After every check, so that a refusal does not use it up.
  const { id, until, madeAt } = proved
  if (!(await ephemeral.claim('app', `Proof/used/${id}`, until, madeAt)))
    throw new errors.InvalidRequest('the subject token was used before')
  await giveSubjectToken(ports, ctx, {
    subject: subjectOfSession(caller),
    session: { token, claims: caller.claims },
    endsAt: caller.claims.expiresAt,
    gty: 'token_exchange',
    parameters: { issued_token_type: accessTokenType },
  })
}

async function provedBy(
  { sessions, errors }: SessionTokenPorts,
  { oidc, req }: ExchangeContext,
  address: string,
): Promise<ProvedSession> {
  try {
    return await sessions.prove(address, oidc.client.clientId, visitOf(req).origin)
  } catch (error) {
    if (!(error instanceof AwsFault) || error.status >= 500) throw error
    // What is wrong is for the operator: it may be another's session that was guessed at.
    const detail = `${error.code}: ${error.message}`
    throw new errors.InvalidRequest('the subject token is not valid', undefined, detail)
  }
}

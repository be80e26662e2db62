import type { errors, TokenEndpointGrantContext } from 'oidc-provider'
import type { SessionClaims } from '../credentials/claims.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Apps, findApp } from './app.ts'
import type { Subject, Subjects } from './subjects.ts'

export interface SubjectTokenPorts {
  readonly apps: () => Apps
  readonly subjects: Subjects
  readonly clock: Clock
  readonly errors: typeof errors
}

export interface SubjectToken {
  readonly subject: Subject
  /** The sealed token of the session, and its claims for the audit event. */
  readonly session?: { readonly token: string; readonly claims: SessionClaims } | undefined
  /** When the session or assertion ends, and with it the token. */
  readonly endsAt: Date
  readonly gty: string
  readonly parameters?: Readonly<Record<string, string>> | undefined
}

/** What audit events tell of a subject; `recordEvent` reads it. */
export interface SubjectAccount {
  readonly accountId: string
  readonly subject: Subject
  readonly session?: SessionClaims | undefined
}

/** What `userinfo` asks for. Nobody signed in, so there is nothing else to be told. */
const scope = 'openid'

/**
 * Gives the calling app an access token about a subject: opaque, for its own use alone, without a
 * refresh token, and not longer than what it was given for.
 */
export async function giveSubjectToken(
  { apps, subjects, clock, errors }: SubjectTokenPorts,
  ctx: TokenEndpointGrantContext,
  { subject, session, endsAt, gty, parameters }: SubjectToken,
): Promise<void> {
  const { client, provider } = ctx.oidc
  const app = findApp(apps(), client.clientId)
  if (!app) throw new errors.InvalidClient('no such app')
  const left = Math.floor((endsAt.getTime() - clock.now().getTime()) / 1000)
  const expiresIn = Math.min(app.lifetimes.accessToken, left)
  if (expiresIn < 1) throw new errors.InvalidGrant('it ends now')
  const until = new Date(clock.now().getTime() + expiresIn * 1000)
  const { sub } = subject
  const { clientId } = client
  const grant = new provider.Grant({ clientId, accountId: sub })
  grant.jti = await subjects.keep({ app: clientId, subject, session: session?.token }, until)
  grant.addOIDCScope(scope)
  await grant.save()
  const account: SubjectAccount = { accountId: sub, subject, session: session?.claims }
  ctx.oidc.entity('Account', { ...account, claims: () => ({ ...subject }) })
  const token = new provider.AccessToken({
    accountId: sub,
    client,
    grantId: grant.jti,
    gty,
    scope,
    expiresIn,
    expiresWithSession: false,
  })
  ctx.oidc.entity('AccessToken', token)
  ctx.body = {
    ...parameters,
    access_token: await token.save(),
    token_type: token.tokenType,
    expires_in: token.expiration,
    scope,
  }
}

/**
 * Refuses what no token about a subject can be, before anything is used up: another scope, and a
 * bearer token for an app whose tokens are bound to a key.
 */
export function checkSubjectRequest(
  { client, params }: TokenEndpointGrantContext['oidc'],
  { errors }: Pick<SubjectTokenPorts, 'errors'>,
): void {
  if (params.scope !== undefined && params.scope !== scope)
    throw new errors.InvalidScope('this grant gives the scope `openid` alone', String(params.scope))
  if (client.dpopBoundAccessTokens || client.tlsClientCertificateBoundAccessTokens)
    throw new errors.InvalidRequest('tokens of this app are bound to a key: not by this grant')
}

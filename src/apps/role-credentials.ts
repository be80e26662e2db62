import type { errors } from 'oidc-provider'
import type { SessionLayer } from '../credentials/claims.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Identity } from '../kernel/identity.ts'
import { fitsPattern } from '../kernel/name-pattern.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import { SignInRefusal } from '../sign-in/sign-in-refusal.ts'
import { type Apps, findApp } from './app.ts'
import { type BearerPorts, personOf } from './bearer.ts'
import { credentialsType, type ExchangeContext } from './exchange-request.ts'
import { subjectOf } from './people.ts'
import { visitOf } from './visit.ts'

export interface RoleCredentialsPorts extends Omit<BearerPorts, 'provider'> {
  readonly apps: () => Apps
  readonly signIn: Pick<SignIn, 'credentials' | 'endsAt'>
  readonly errors: typeof errors
}

/** The scope that an access token has to have; an app of others asks the person for it. */
export const rolesScope = 'roles'

/**
 * An access token of the calling app → temporary credentials of a role of the person behind it:
 * `resource` is the role's ARN. Mapping, trust policy, revocations, limits of durations and session
 * policies are those of the portal, and nothing lasts longer than the person's sign-in.
 */
export async function giveRoleCredentials(
  ports: RoleCredentialsPorts,
  ctx: ExchangeContext,
  subjectToken: string,
): Promise<void> {
  const { errors, signIn } = ports
  const { client, params, provider } = ctx.oidc
  const { clientId } = client
  const role = roleOf(ports, ctx)
  const { origin } = visitOf(ctx.req)
  const person = await personOf({ ...ports, provider }, subjectToken, clientId, origin)
  if (!person) throw new errors.InvalidRequest('the subject token is not valid')
  ctx.oidc.entity('Account', {
    accountId: subjectOf(person),
    identity: person,
    claims: () => ({ sub: subjectOf(person) }),
  })
  const token = await provider.AccessToken.find(subjectToken)
  if (!token?.scopes.has(rolesScope))
    throw new errors.InvalidScope('the subject token lacks the scope', rolesScope)
  const identity: Identity = { ...person, endsAt: signIn.endsAt(person) }
  const issued = await told(ports, () =>
    signIn.credentials({
      ...origin,
      identity,
      choice: role,
      durationSeconds: secondsOf(ports, params.duration_seconds),
      layer: layerOf(params),
      client: clientId,
    }),
  )
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = issued.credentials
  ctx.body = {
    access_token: sessionToken,
    issued_token_type: credentialsType,
    // RFC 8693, section 2.2.1: not a token for an Authorization header.
    token_type: 'N_A',
    expires_in: Math.floor((expiration.getTime() - issued.claims.issuedAt.getTime()) / 1000),
    credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: expiration.toISOString(),
    },
  }
}

/** The role that is asked for, if it is one of the app's. */
function roleOf({ apps, errors }: RoleCredentialsPorts, { oidc }: ExchangeContext): string {
  const { resource, audience, scope } = oidc.params
  if (audience !== undefined || scope !== undefined)
    throw new errors.InvalidRequest('audience and scope say nothing about a role')
  const roles = findApp(apps(), oidc.client.clientId)?.exchange?.roles ?? []
  if (typeof resource !== 'string' || !roles.some((pattern) => fitsPattern(pattern, resource)))
    throw new errors.InvalidTarget('this app may not get credentials of the role')
  return resource
}

function secondsOf({ errors }: RoleCredentialsPorts, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{2,5}$/.test(text))
    throw new errors.InvalidRequest('duration_seconds: expected a number of seconds')
  return Number(text)
}

function layerOf({ policy, policy_arns }: ExchangeContext['oidc']['params']) {
  if (policy === undefined && policy_arns === undefined) return undefined
  const layer: SessionLayer = {
    inline: policy === undefined ? [] : [policy],
    arns: policy_arns?.split(' ') ?? [],
  }
  return layer
}

/**
 * A refusal as the portal tells it. A mistake of the request's own, a session policy that does not
 * parse for instance, is told as STS tells it.
 */
async function told<T>({ errors }: RoleCredentialsPorts, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SignInRefusal)) throw error
    const { reference, row, fault } = error
    const { cause } = fault
    if (fault.code === 'unavailable') throw new errors.TemporarilyUnavailable('try again later')
    if (cause instanceof AwsFault && cause.code !== 'AccessDenied')
      throw new errors.InvalidRequest(`${cause.code}: ${cause.message}`)
    throw new errors.InvalidTarget(`${row.title}. Reference ${reference}`, fault.detail)
  }
}

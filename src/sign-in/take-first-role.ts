import type { SessionClaims } from '../credentials/claims.ts'
import { commonFault } from '../kernel/aws-fault.ts'
import type { Identity } from '../kernel/identity.ts'
import type { SignIn } from './sign-in.ts'
import type { Origin } from './sign-in-event.ts'
import { SignInRefusal } from './sign-in-refusal.ts'

export interface Taking {
  readonly identity: Identity
  /** ARNs. */
  readonly roles: readonly string[]
  /** The service that a person's app came to, for the audit event. */
  readonly service: string
  readonly origin: Origin
}

/**
 * Takes the first of some roles that mapping and trust policy give a person: a session as the
 * portal gives it, with its event. Undefined where they give none. Throws AwsFault
 * ServiceUnavailable where nobody can tell.
 */
export function takeFirstRole(signIn: Pick<SignIn, 'choices' | 'credentials' | 'endsAt'>) {
  return async ({
    identity,
    roles,
    service,
    origin,
  }: Taking): Promise<SessionClaims | undefined> => {
    try {
      const { choices } = await signIn.choices(identity, origin)
      // Credentials of another STS behind the account prove nobody here.
      const own = choices.filter(({ upstream }) => upstream === undefined)
      const role = roles.find((arn) => own.some(({ grant }) => grant.roleArn === arn))
      if (role === undefined) return undefined
      const issued = await signIn.credentials({
        ...origin,
        identity: { ...identity, endsAt: signIn.endsAt(identity) },
        choice: role,
        client: `service ${service}`,
      })
      return issued.upstream ? undefined : issued.claims
    } catch (error) {
      if (!(error instanceof SignInRefusal)) throw error
      if (error.fault.code !== 'unavailable') return undefined
      throw commonFault('ServiceUnavailable', 'The person cannot be looked up at this moment.')
    }
  }
}

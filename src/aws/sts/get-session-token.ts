import type { Issuer } from '../../sessions/issue.ts'
import type { Mfa } from '../../sessions/mfa.ts'
import { operation } from '../operation.ts'
import { credentialsShape } from './credentials-shape.ts'
import { provedMfa } from './proved-mfa.ts'
import { stsModel } from './sts-model.ts'
import { userSessionSeconds } from './user-session-seconds.ts'

/**
 * No policy decides on this: a user calls it to authenticate (STS API reference, "Permissions").
 */
export function getSessionToken({
  issuer,
  mfa,
}: {
  readonly issuer: Pick<Issuer, 'issueUserSession'>
  readonly mfa: Pick<Mfa, 'take'>
}) {
  return operation(stsModel('GetSessionToken'), {
    authorize: () => 'caller-only',

    async handle(input, call) {
      const { caller } = call
      const mfaAt = await provedMfa(input, call, mfa)
      const issued = await issuer.issueUserSession({
        caller,
        durationSeconds: userSessionSeconds(caller, input.DurationSeconds),
        mfaAt,
      })
      return { Credentials: credentialsShape(issued.credentials) }
    },
  })
}

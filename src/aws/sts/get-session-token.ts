import type { Issuer } from '../../sessions/issue.ts'
import { operation } from '../operation.ts'
import { credentialsShape } from './credentials-shape.ts'
import { stsModel } from './sts-model.ts'
import { userSessionSeconds } from './user-session-seconds.ts'

/** No policy decides on it: it is how a user authenticates (STS API reference, "Permissions"). */
export function getSessionToken({ issuer }: { readonly issuer: Pick<Issuer, 'issueUserSession'> }) {
  return operation(stsModel('GetSessionToken'), {
    authorize: () => 'caller-only',

    async handle({ DurationSeconds, SerialNumber, TokenCode }, { caller, fault }) {
      if (SerialNumber !== undefined || TokenCode !== undefined) {
        throw fault('AccessDenied', 'MultiFactorAuthentication failed: there is no MFA device with that serial number.')
      }
      const issued = await issuer.issueUserSession({
        caller,
        durationSeconds: userSessionSeconds(caller, DurationSeconds),
      })
      return { Credentials: credentialsShape(issued.credentials) }
    },
  })
}

import { unknownToken } from '../../sessions/unknown-token.ts'
import type { OpenConsole } from '../console.ts'
import { consoleSessions } from '../console-session.ts'
import type { Origin } from '../sign-in-event.ts'
import type { UserSignInPorts } from './user-ports.ts'

/**
 * Changes the password of a user who is signed in. The session ends with the old one; the new one
 * begins another, which lasts no longer and counts as one with MFA if the first did. Returns its
 * key. Throws AwsFault.
 */
export async function changeOwn(
  ports: UserSignInPorts,
  { caller, claims }: Pick<OpenConsole, 'caller' | 'claims'>,
  passwords: { readonly before: string; readonly after: string },
  origin: Origin,
): Promise<string> {
  const { user, account, partition, mfaAt, expiresAt } = claims
  if (!user) throw unknownToken()
  const input = { OldPassword: passwords.before, NewPassword: passwords.after }
  await ports.callAs(caller, 'iam:ChangePassword', input, origin)
  const profile = await ports.reads.find('loginProfile', account, user.id)
  if (!profile) throw unknownToken()
  const leftMs = expiresAt.getTime() - ports.clock.now().getTime()
  const { credentials } = await ports.issuer.issueSignIn({
    ...{ partition, account, user },
    passwordSetAt: profile.changedAt,
    durationSeconds: Math.max(1, Math.floor(leftMs / 1000)),
    mfaAt,
  })
  const { sessionToken, expiration } = credentials
  const sessions = consoleSessions(ports.ephemeral, ports.ids, ports.clock)
  return (await sessions.open({ sessionToken }, expiration)).key
}

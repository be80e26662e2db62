import { unfitCredentials } from '../../connectors/unfit-credentials.ts'
import { NoPlace } from '../../kernel/places.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { PasswordCheck } from '../../sessions/user-passwords.ts'
import type { TryEnd } from '../tries.ts'
import type { PasswordInput, UserSignInPorts } from './user-ports.ts'

type Ports = Pick<UserSignInPorts, 'tries' | 'passwords' | 'checkTimeoutMs'>

/**
 * Counts the try and checks a user's password. `account`: 12 digits; undefined where nobody has
 * the account that was typed, which answers as a wrong password does, in time too. Throws
 * SignInFault when there were too many tries or no answer comes.
 */
export async function checkUser(
  { tries, passwords, checkTimeoutMs }: Ports,
  account: string | undefined,
  { username, password, sourceAddress, signal }: PasswordInput,
): Promise<PasswordCheck> {
  const limit = AbortSignal.timeout(checkTimeoutMs)
  const waiting = signal ? AbortSignal.any([signal, limit]) : limit
  // No connector's id has a slash.
  const counted = { connector: `iam/${account ?? ''}`, username, sourceAddress }
  const one = await tries.begin(counted, waiting)
  let how: TryEnd = 'wrong'
  try {
    if (unfitCredentials(username, password) !== undefined) return { right: false }
    const asked = { account: account ?? '', userName: username, password }
    const checked = await passwords.check(asked, waiting)
    if (checked.right) how = 'right'
    return checked
  } catch (error) {
    // A try that the person gave up counts: the password may have been compared.
    if (signal?.aborted !== true) how = 'unjudged'
    if (error instanceof NoPlace || waiting.aborted)
      throw new SignInFault('busy', 'too many passwords wait to be verified', { cause: error })
    throw error
  } finally {
    await one.end(how)
  }
}

import { unfitCredentials } from '../../connectors/unfit-credentials.ts'
import { NoPlace } from '../../kernel/places.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { PasswordCheck, RootCheck } from '../../sessions/user-passwords.ts'
import type { TryEnd, TryOf } from '../tries.ts'
import type { PasswordInput, RootInput, UserSignInPorts } from './user-ports.ts'

type Ports = Pick<UserSignInPorts, 'tries' | 'passwords' | 'checkTimeoutMs'>

/**
 * Counts the try and checks a user's password. `account`: 12 digits; undefined where nobody has
 * the account that was typed, which answers as a wrong password does, in time too. Throws
 * SignInFault when there were too many tries or no answer comes.
 */
export function checkUser(
  ports: Ports,
  account: string | undefined,
  input: PasswordInput,
): Promise<PasswordCheck> {
  const { username, password, sourceAddress } = input
  // No connector's id has a slash.
  const counted = { connector: `iam/${account ?? ''}`, username, sourceAddress }
  return checked(ports, counted, input, async (signal) => {
    if (unfitCredentials(username, password) !== undefined) return { right: false }
    const asked = { account: account ?? '', userName: username, password }
    return ports.passwords.check(asked, signal)
  })
}

/**
 * Likewise for the root of an account. `account`: undefined where the settings have no root of the
 * name that was typed, which answers as a wrong password does, in time too.
 */
export function checkRoot(
  ports: Ports,
  account: string | undefined,
  input: RootInput,
): Promise<RootCheck> {
  const { name, password, sourceAddress } = input
  const counted = { connector: 'root/', username: name, sourceAddress }
  return checked(ports, counted, input, async (signal) =>
    unfitCredentials(name, password) === undefined
      ? ports.passwords.checkRoot({ account, password }, signal)
      : { right: false },
  )
}

async function checked<C extends { readonly right: boolean }>(
  { tries, checkTimeoutMs }: Pick<Ports, 'tries' | 'checkTimeoutMs'>,
  counted: TryOf,
  { signal }: { readonly signal?: AbortSignal | undefined },
  check: (signal: AbortSignal) => Promise<C>,
): Promise<C> {
  const limit = AbortSignal.timeout(checkTimeoutMs)
  const waiting = signal ? AbortSignal.any([signal, limit]) : limit
  const one = await tries.begin(counted, waiting)
  let how: TryEnd = 'wrong'
  try {
    const found = await check(waiting)
    if (found.right) how = 'right'
    return found
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

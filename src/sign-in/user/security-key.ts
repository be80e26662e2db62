import { readAssertion } from '../../credentials/webauthn.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { ChallengeUse } from '../../sessions/security-keys.ts'
import { type TouchedDevice, userOfHandle } from '../../sessions/user-keys.ts'
import { linkTo } from '../../store/links.ts'
import type { UserRecord } from '../../store/records.ts'
import { keyOf } from '../sign-in-token.ts'
import type { ProveFactor, UserSignInPorts } from './user-ports.ts'

/** A challenge for the second factor belongs to one sign-in on its way. */
export function factorUse(key: string): ChallengeUse {
  return { purpose: 'sign-in', by: keyOf(key) }
}

/** A challenge for a passkey belongs to one browser. */
export function passkeyUse(browser: string): ChallengeUse {
  return { purpose: 'passkey', by: keyOf(browser) }
}

/** Proves a security key of the user by what it answered. */
export function bySecurityKey(
  { userKeys }: Pick<UserSignInPorts, 'userKeys'>,
  key: string,
  response: string,
): ProveFactor {
  return async ({ account, user }) => {
    const touched = await userKeys.touch({ account, user }, factorUse(key), response)
    return { id: provedTouch(touched).serialNumber }
  }
}

/** Throws SignInFault for a key that was refused. */
export function provedTouch<T extends object>(touched: T | 'refused' | 'copied'): T {
  if (touched === 'copied')
    throw new SignInFault('key-refused', 'the counter of the key went back: there may be a copy')
  if (touched === 'refused')
    throw new SignInFault('key-refused', 'no key of this user, or not for this sign-in')
  return touched
}

/** Who has a passkey, and which. */
export interface PasskeyUser {
  readonly account: string
  /** Absent: the account's root. */
  readonly user: UserRecord | undefined
  readonly device: TouchedDevice
}

/**
 * Finds the user whom a discoverable key names, and proves the key. Throws SignInFault, the same
 * for users who are not there.
 */
export async function provePasskey(
  { reads, userKeys, findAccount }: UserSignInPorts,
  response: string,
  use: ChallengeUse,
): Promise<PasskeyUser> {
  const named = userOfHandle(readAssertion(response)?.userHandle)
  const account = named && (await findAccount(named.account))
  const isRoot = named !== undefined && named.userId === undefined
  const link = linkTo.id(named?.userId ?? '')
  const [found] = account && !isRoot ? await reads.linked('user', account, link, { limit: 1 }) : []
  if (!account || (!found && !isRoot)) throw new SignInFault('key-refused', 'the key names no user')
  const user = found?.record
  const device = provedTouch(await userKeys.touch({ account, user }, use, response))
  // A key that anybody may touch is one factor: it is all that is asked for here.
  if (!device.userVerified)
    throw new SignInFault('key-refused', 'the key did not make sure of its holder')
  return { account, user, device }
}

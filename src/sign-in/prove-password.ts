import type { Connector, PasswordConnector } from '../connectors/connector.ts'
import type { Identity } from '../kernel/identity.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import { checkPassword, type NameAndPassword } from './password-check.ts'
import { refuseLongNames } from './refuse-long-names.ts'
import type { Tries, TryEnd } from './tries.ts'

/** What authenticating by password needs, on the wire and on the page. */
export interface PasswordPorts {
  readonly connectors: () => readonly Connector[]
  readonly tries: Tries
  /** The time limit of one password check. */
  readonly checkTimeoutMs: number
}

export interface PasswordTry extends NameAndPassword {
  readonly sourceAddress: string
}

/**
 * Counts the try and checks the password. Subtracts the try again when the password was right, or
 * when the directory gave no verdict. Throws SignInFault.
 */
export async function provePassword(
  connector: PasswordConnector,
  attempt: PasswordTry,
  { tries, checkTimeoutMs }: Pick<PasswordPorts, 'tries' | 'checkTimeoutMs'>,
): Promise<Identity> {
  const { username, sourceAddress, signal } = attempt
  const limit = AbortSignal.timeout(checkTimeoutMs)
  const waiting = signal ? AbortSignal.any([signal, limit]) : limit
  const counted = {
    connector: connector.id,
    username: connector.upstream.countedName?.(username) ?? username,
    sourceAddress,
  }
  const one = await tries.begin(counted, waiting)
  let how: TryEnd = 'wrong'
  try {
    const identity = await checkPassword(connector, attempt, checkTimeoutMs)
    how = 'right'
    refuseLongNames(identity)
    return identity
  } catch (error) {
    // Count a try that the person aborted: the directory may have checked the password and counts
    // that try as well.
    if (isUnjudged(error) && signal?.aborted !== true) how = 'unjudged'
    throw error
  } finally {
    await one.end(how)
  }
}

function isUnjudged(error: unknown): boolean {
  return error instanceof SignInFault && error.code === 'directory-unavailable'
}

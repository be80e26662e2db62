import type { PasswordConnector } from '../connectors/connector.ts'
import { unfitCredentials } from '../connectors/unfit-credentials.ts'
import type { Identity } from '../kernel/identity.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import { inTime } from './in-time.ts'

export interface NameAndPassword {
  readonly username: string
  readonly password: string
  /** Ends the try early. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Tries a name and password on one connector. Throws SignInFault, also when the connector ignores
 * the abort: a hanging directory does not hold the request for longer than `timeoutMs`.
 */
export async function checkPassword(
  { id, upstream }: PasswordConnector,
  { username, password, signal }: NameAndPassword,
  timeoutMs: number,
): Promise<Identity> {
  // Check here too, whatever the connector does.
  const unfit = unfitCredentials(username, password)
  if (unfit !== undefined) throw new SignInFault('credentials-rejected', unfit)
  return inTime(
    (ended) => upstream.check(username, password, ended),
    timeoutMs,
    () => new SignInFault('directory-unavailable', `connector ${id} gave no answer in time`),
    signal,
  )
}

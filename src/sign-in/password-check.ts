import { unfitCredentials } from '../connectors/acceptable-password.ts'
import type { Identity } from '../kernel/identity.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import type { PasswordConnected } from '../connectors/connected.ts'

/**
 * One bounded try of a name and password on one connector. Throws SignInFault, also when the connector
 * neither answers nor heeds the signal: a directory that hangs holds no request longer than `timeoutMs`.
 */
export async function checkPassword(
  { id, upstream }: PasswordConnected, username: string, password: string, timeoutMs: number, signal?: AbortSignal,
): Promise<Identity> {
  // Here too, whatever the connector does.
  const unfit = unfitCredentials(username, password)
  if (unfit !== undefined) throw new SignInFault('credentials-rejected', unfit)
  const limit = AbortSignal.timeout(timeoutMs)
  const ended = signal ? AbortSignal.any([signal, limit]) : limit
  const gaveUp = Promise.withResolvers<never>()
  const giveUp = () => gaveUp.reject(new SignInFault('directory-unavailable', `connector ${id} gave no answer in time`))
  ended.addEventListener('abort', giveUp, { once: true })
  if (ended.aborted) giveUp()
  try {
    return await Promise.race([upstream.check(username, password, ended), gaveUp.promise])
  } finally {
    ended.removeEventListener('abort', giveUp)
  }
}

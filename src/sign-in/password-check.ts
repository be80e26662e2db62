import type { Identity } from '../kernel/identity.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import type { Connected } from './connected.ts'

const maxNameCharacters = 512
const maxPasswordBytes = 1024

/**
 * One bounded try of a name and password on one connector. Throws SignInFault, also when the connector
 * neither answers nor heeds the signal: a directory that hangs holds no request longer than `timeoutMs`.
 */
export async function checkPassword(
  { id, upstream }: Connected, username: string, password: string, timeoutMs: number, signal?: AbortSignal,
): Promise<Identity> {
  if (!wellFormed(username, password)) throw new SignInFault('credentials-rejected', 'name or password is empty, too long or holds NUL')
  const limit = AbortSignal.timeout(timeoutMs)
  const ended = signal ? AbortSignal.any([signal, limit]) : limit
  const gaveUp = Promise.withResolvers<never>()
  const giveUp = () => gaveUp.reject(new SignInFault('directory-unavailable', `connector ${id} gave no answer in time`))
  ended.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([upstream.check(username, password, ended), gaveUp.promise])
  } finally {
    ended.removeEventListener('abort', giveUp)
  }
}

/** Refused here too, whatever the connector does: an empty password is an anonymous bind to many directories (RFC 4513, 5.1.2). */
function wellFormed(username: unknown, password: unknown): boolean {
  return typeof username === 'string' && typeof password === 'string'
    && username.trim() !== '' && username.length <= maxNameCharacters && !username.includes('\0')
    && password.trim() !== '' && Buffer.byteLength(password) <= maxPasswordBytes && !password.includes('\0')
}

const maxNameBytes = 1024
const maxPasswordBytes = 1024

/**
 * Returns why a name or password is refused before anything is sent or hashed; undefined when it
 * may be tried. Many directories take an empty password as an unauthenticated bind, which they
 * answer with success (RFC 4513, section 5.1.2); some end a string early at NUL. The reason
 * contains neither value.
 */
export function unfitCredentials(username: unknown, password: unknown): string | undefined {
  if (typeof username !== 'string' || typeof password !== 'string')
    return 'name or password is not text'
  if (username.trim() === '') return 'the name is empty'
  if (username.includes('\0')) return 'the name holds NUL'
  if (Buffer.byteLength(username) > maxNameBytes) return `the name is over ${maxNameBytes} bytes`
  if (!username.isWellFormed() || !password.isWellFormed())
    return 'name or password holds a lone surrogate'
  if (password.trim() === '') return 'the password is empty or blank'
  if (password.includes('\0')) return 'the password holds NUL'
  if (Buffer.byteLength(password) > maxPasswordBytes)
    return `the password is over ${maxPasswordBytes} bytes`
  return undefined
}

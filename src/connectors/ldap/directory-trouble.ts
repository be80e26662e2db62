/** Every kind of trouble between us and a directory. */
export type TroubleCode =
  /** No connection, or no TLS on it. */
  | 'unreachable'
  /** Connected, but no answer came in time. */
  | 'no-answer'
  /** The connection ended during a request. */
  | 'ended'
  /** The server answered that it is busy (51) or unavailable (52). */
  | 'busy'
  /** The answer is not LDAP, or does not match the request. */
  | 'not-ldap'
  /** An entry breaks a limit; the server and other searches are not affected. */
  | 'unreadable-entry'
  /** The service account is refused. */
  | 'service-refused'
  /** The server refused a search, with another result code. */
  | 'refused'
  /** The base of a search does not exist, or the reader may not see it. */
  | 'no-base'
  /** More entries, groups or levels than the settings allow. */
  | 'too-many'
  /** The data read is not enough for an identity. */
  | 'unfit'
  /** The caller did not wait for the answer. */
  | 'given-up'

/**
 * The directory cannot be reached, or its answer cannot be used. The message is for the operator
 * and contains no secret.
 */
export class DirectoryTrouble extends Error {
  readonly code: TroubleCode

  constructor(code: TroubleCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DirectoryTrouble'
    this.code = code
  }
}

/**
 * Returns the messages of the system and the directory on one line; neither contains a password.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown trouble'
  const inner = error instanceof AggregateError ? error.errors.map(reasonOf).join(', ') : ''
  return (error.message || inner || error.name)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 300)
}

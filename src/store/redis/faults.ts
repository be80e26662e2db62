import { ErrorReply } from 'redis'

/**
 * `away`: the connection does not work. `unfit`: the server answers and is the wrong one, such as a
 * demoted primary, or does not know us: another connection may help. `refused`: the server can't do
 * this now and a new connection changes nothing. `bug`: it will not go away by itself.
 */
export type FaultKind = 'away' | 'unfit' | 'refused' | 'bug'

/** First words of error replies (redis.io/docs/reference/protocol-spec, server.c). */
const replies: Readonly<Record<string, FaultKind>> = {
  READONLY: 'unfit',
  LOADING: 'unfit',
  MASTERDOWN: 'unfit',
  NOAUTH: 'unfit',
  WRONGPASS: 'unfit',
  OOM: 'refused',
  MISCONF: 'refused',
  NOREPLICAS: 'refused',
  CLUSTERDOWN: 'refused',
  TRYAGAIN: 'refused',
  BUSY: 'refused',
  UNKILLABLE: 'refused',
  NOPERM: 'refused',
}

/** What an error of the `redis` package means for the connection and for later commands. */
export function kindOf(error: unknown): FaultKind {
  if (error instanceof ErrorReply) return replies[codeOf(error.message)] ?? 'bug'
  return error instanceof TypeError || error instanceof RangeError ? 'bug' : 'away'
}

/** Errors of scripts bring the reply of the command that failed behind words of their own. */
function codeOf(message: string): string {
  const words = message.match(/\b[A-Z]{3,}\b/g) ?? []
  return words.find((word) => replies[word] !== undefined) ?? ''
}

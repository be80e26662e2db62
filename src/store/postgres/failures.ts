import { StoreFault, type StoreFaultCode } from '../store-fault.ts'

/**
 * What a later try may mend, by SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html) or by
 * the code of Node's sockets.
 */
const faults: Readonly<Record<string, StoreFaultCode>> = {
  // A transaction that is read-only: a standby, or a primary whose disk is nearly full.
  '25006': 'failing',
  '25P03': 'failing',
  '25P04': 'failing',
  '40001': 'busy',
  '40P01': 'busy',
  '53100': 'full',
  '53200': 'busy',
  '53300': 'busy',
  '53400': 'busy',
  '55P03': 'busy',
  '57014': 'busy',
  '57P01': 'failing',
  '57P02': 'failing',
  '57P03': 'failing',
  '57P05': 'failing',
  '58030': 'failing',
  ECONNREFUSED: 'failing',
  ECONNRESET: 'failing',
  EPIPE: 'failing',
  ETIMEDOUT: 'failing',
  EHOSTUNREACH: 'failing',
  ENETUNREACH: 'failing',
}

/** After these a connection is of no use, or leads to a server that takes no writes. */
const lost = /^(?:08...|25006|25P0[34]|57P0.|E[A-Z]+)$/

/**
 * Errors of `pg` that have no code: a connection that broke, and answers or connections that did
 * not come in time.
 */
const withoutCode = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed',
  'Query read timeout',
  'timeout expired',
  'Cannot use a pool',
]

/** What a pool says to who waited for a connection until the time was over. */
const waitedInVain = 'timeout exceeded when trying to connect'

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** Whether the connection that answered so must not be used again. */
export function losesConnection(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== undefined) return lost.test(code)
  return error instanceof Error && withoutCode.some((text) => error.message.startsWith(text))
}

/** Whether the server answers, but has no room for another connection. */
export const isFullOfConnections = (error: unknown): boolean => codeOf(error) === '53300'

/**
 * Converts an error of PostgreSQL to a StoreFault if a later try may succeed; returns other errors
 * unchanged.
 */
export function storeFault(error: unknown): unknown {
  if (error instanceof StoreFault) return error
  const code = codeOf(error)
  const fault = code?.startsWith('08') ? 'failing' : code && faults[code]
  if (fault) return faultOf(fault, error)
  return losesConnection(error) ? faultOf('failing', error) : error
}

/** The fault of a connection that could not be opened, whatever the reason. */
export function connectFault(error: unknown): StoreFault {
  if (error instanceof Error && error.message === waitedInVain) return faultOf('busy', error)
  const known = storeFault(error)
  return known instanceof StoreFault ? known : faultOf('failing', error)
}

function faultOf(code: StoreFaultCode, error: unknown): StoreFault {
  const reason = error instanceof Error ? error.message : String(error)
  return new StoreFault(code, `PostgreSQL: ${reason}`, { cause: error })
}

import type { LogoutMessage } from '../../connectors/saml/logout.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { Ephemeral } from '../../store/ephemeral.ts'
import { keyOf } from '../sign-in-token.ts'

/** A browser on its way to an identity provider. */
export interface Attempt {
  readonly connector: string
  /** A page of ours to go on with. */
  readonly next: string
  /** Hash of the browser's own cookie: nobody else finishes what it began. */
  readonly browser: string
  /** When it began, ISO 8601. */
  readonly at: string
}
/** A browser whose assertion was accepted, on its way from the cross-site POST to a request that brings its cookies. */
export interface Ticket {
  readonly road: 'portal' | 'roles'
  /** As `identityText` writes it. */
  readonly identity: string
  readonly path: string
  /** Absent: nobody asked, so no browser is known. */
  readonly browser?: string
  /** ARNs of the SAML providers that vouched: road `roles`. */
  readonly providers?: readonly string[]
}

/** A message about signing out that was posted and checked, until the browser comes back with its cookies. */
export interface LogoutTicket {
  readonly connector: string
  readonly message: LogoutMessage
}

/** People may have to fetch a second factor. */
const attemptSeconds = 1800
const ticketSeconds = 120

/** All serve once, and are kept under their hash: a look at the store yields none. */
export function samlAttempts(ephemeral: Pick<Ephemeral, 'put' | 'take'>, ids: Ids, clock: Clock) {
  const put = (key: string, value: Attempt | Ticket | LogoutTicket, seconds: number) =>
    ephemeral.put('attempt', keyOf(key), JSON.stringify(value), new Date(clock.now().getTime() + seconds * 1000))
  const take = async <T>(key: string): Promise<T | undefined> => {
    const text = await ephemeral.take('attempt', keyOf(key))
    return text === undefined ? undefined : JSON.parse(text)
  }
  return {
    /** Answers the id of the request. It starts as an XML name has to. */
    async begin(attempt: Attempt): Promise<string> {
      const id = `_${ids.opaque(24)}`
      await put(`request ${id}`, attempt, attemptSeconds)
      return id
    },
    answered: (requestId: string) => take<Attempt>(`request ${requestId}`),
    async hand(ticket: Ticket): Promise<string> {
      const token = ids.opaque(32)
      await put(`ticket ${token}`, ticket, ticketSeconds)
      return token
    },
    redeem: (token: string) => take<Ticket>(`ticket ${token}`),
    async handLogout(ticket: LogoutTicket): Promise<string> {
      const token = ids.opaque(32)
      await put(`logout ${token}`, ticket, ticketSeconds)
      return token
    },
    redeemLogout: (token: string) => take<LogoutTicket>(`logout ${token}`),
  }
}

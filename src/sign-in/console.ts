import { AwsFault } from '../kernel/aws-fault.ts'
import type { Caller, Callers } from '../sessions/caller.ts'
import type { SessionClaims } from '../credentials/claims.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { type ConsoleRecord, consoleSessions } from './console-session.ts'
import { consolePath, issuerLink } from './destination.ts'
import { sessionArn } from './session-arn.ts'
import { type EventPorts, type Origin, recordSignIn } from './sign-in-event.ts'
import { FederationFault, parseSession, parseSessionDuration, qualify, signInTokens } from './sign-in-token.ts'

export interface ConsolePorts extends EventPorts {
  readonly publicUrl: URL
  /** `federation.issuers`: addresses that an expiry page may link to. */
  readonly issuers: () => readonly string[]
  /** Opens a sealed session token: `openSession` with the key ring. */
  readonly openSession: (token: string) => SessionClaims | undefined
  readonly callers: Pick<Callers, 'ofClaims'>
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'take' | 'remove'>
}

export interface OpenConsole {
  readonly state: 'open'
  readonly caller: Caller
  readonly claims: SessionClaims
  readonly arn: string
  readonly openedAt: Date
  readonly expiresAt: Date
  readonly marker: string
}
export interface EndedConsole {
  readonly state: 'ended'
  /** `revoked`: the role, the user or the key ring behind it is gone. */
  readonly reason: 'timed-out' | 'revoked'
  readonly arn?: string
  readonly claims?: SessionClaims
  readonly openedAt: Date
  readonly expiresAt: Date
  /** Only where it may be a link. */
  readonly issuer?: string
  readonly choice?: string
}
export type ConsoleState = OpenConsole | EndedConsole | { readonly state: 'none' }

export interface LoginInput {
  readonly signInToken: string | undefined
  readonly issuer: string | undefined
  readonly destination: string | undefined
  readonly origin: Origin
}
export interface OpenedConsole {
  /** The browser session keeps it; it opens the console. */
  readonly key: string
  readonly path: string
  readonly claims: SessionClaims
}

export interface ConsoleFederation {
  /** Session JSON → sign-in token. Throws FederationFault 400. */
  getSigninToken(input: { session: string | undefined; sessionDuration: string | undefined; origin: Origin }): Promise<string>
  /** Sign-in token → console session. Throws FederationFault 400; a token serves once, and is not used up by a refused Destination. */
  login(input: LoginInput): Promise<OpenedConsole>
  /** The portal's road: credentials that were just issued, without a URL between. */
  open(input: { sessionToken: string; choice: string; path: string; origin: Origin }): Promise<OpenedConsole>
  current(key: string | undefined): Promise<ConsoleState>
  /** Ends it; harmless when there is none. */
  logout(key: string | undefined, origin: Origin): Promise<void>
}

/** The AWS federation endpoint's two steps, and the console sessions that come of them. */
export function buildConsoleFederation(ports: ConsolePorts): ConsoleFederation {
  const { ids, clock, ephemeral, openSession, publicUrl } = ports
  const tokens = signInTokens(ephemeral, ids, clock)
  const sessions = consoleSessions(ephemeral, ids, clock)
  const begin = async (claims: SessionClaims, path: string, expiresAt: Date, record: Omit<ConsoleRecord, 'marker' | 'openedAt' | 'expiresAt'>, origin: Origin) => {
    await stillThere(ports, claims)
    const { key } = await sessions.open(record, expiresAt)
    recordSignIn(ports, { name: 'ConsoleLogin', origin, claims, chain: chainOf(claims), request: { destination: path, expiresAt: expiresAt.toISOString() } })
    return { key, path, claims }
  }
  return {
    getSigninToken: ({ session, sessionDuration, origin }) => audited(ports, 'GetSigninToken', origin, async () => {
      const given = parseSession(session)
      const sessionDurationSeconds = parseSessionDuration(sessionDuration)
      const claims = qualify(given, sessionDurationSeconds, clock.now(), openSession)
      await stillThere(ports, claims)
      const token = await tokens.issue({ sessionToken: given.sessionToken, ...(sessionDurationSeconds && { sessionDurationSeconds }) }, claims.expiresAt)
      recordSignIn(ports, { name: 'GetSigninToken', origin, claims, chain: chainOf(claims), request: { sessionDuration: sessionDurationSeconds ?? null } })
      return token
    }),

    login: ({ signInToken, issuer, destination, origin }) => audited(ports, 'ConsoleLogin', origin, async () => {
      const path = consolePath(destination, publicUrl)
      if (path === undefined) throw new FederationFault(400, 'Invalid Destination parameter')
      const memo = signInToken === undefined ? undefined : await tokens.redeem(signInToken)
      const claims = memo && openSession(memo.sessionToken)
      if (!memo || !claims || claims.expiresAt <= clock.now()) {
        throw new FederationFault(400, 'The sign-in address has been used or has ended. Ask for a new one where you came from.')
      }
      const { sessionToken, sessionDurationSeconds } = memo
      const expiresAt = sessionDurationSeconds ? longerEnd(claims, sessionDurationSeconds, clock.now()) : claims.expiresAt
      return begin(claims, path, expiresAt, { sessionToken, ...(issuer !== undefined && { issuer: issuer.slice(0, 2048) }) }, origin)
    }),

    open: ({ sessionToken, choice, path, origin }) => audited(ports, 'ConsoleLogin', origin, async () => {
      const claims = openSession(sessionToken)
      if (!claims) throw new FederationFault(400, 'Invalid credentials parameter')
      return begin(claims, path, claims.expiresAt, { sessionToken, choice }, origin)
    }),

    async current(key) {
      const record = key === undefined ? undefined : await sessions.find(key)
      return record ? stateOf(ports, record) : { state: 'none' }
    },

    async logout(key, origin) {
      const record = key === undefined ? undefined : await sessions.find(key)
      if (!record || key === undefined) return
      await sessions.remove(key)
      const claims = openSession(record.sessionToken)
      recordSignIn(ports, { name: 'ConsoleLogout', origin, chain: claims ? chainOf(claims) : {}, ...(claims && { claims }) })
    },
  }
}

async function stateOf({ openSession, callers, clock, publicUrl, issuers }: ConsolePorts, record: ConsoleRecord): Promise<ConsoleState> {
  const claims = openSession(record.sessionToken)
  const expiresAt = new Date(record.expiresAt)
  const openedAt = new Date(record.openedAt)
  const issuer = issuerLink(record.issuer, publicUrl, issuers())
  const ended = {
    state: 'ended' as const, openedAt, expiresAt, ...(claims && { claims, arn: sessionArn(claims) }),
    ...(issuer !== undefined && { issuer }), ...(record.choice !== undefined && { choice: record.choice }),
  }
  if (expiresAt <= clock.now()) return { ...ended, reason: 'timed-out' }
  if (!claims) return { ...ended, reason: 'revoked' }
  try {
    // SessionDuration may outlive the credentials: the console session's own expiry counts here.
    const caller = await callers.ofClaims({ ...claims, expiresAt }, 'console')
    return { state: 'open', caller, claims, arn: sessionArn(claims), openedAt, expiresAt, marker: record.marker }
  } catch (error) {
    if (error instanceof AwsFault && error.status < 500) return { ...ended, reason: 'revoked' }
    throw error
  }
}

/** SessionDuration may outlive the credentials, but not what the mapping and the role let the person behind them have. */
function longerEnd({ issuedAt, expiresAt, federation, narrowed }: SessionClaims, seconds: number, now: Date): Date {
  if (narrowed) return new Date(Math.min(expiresAt.getTime(), now.getTime() + seconds * 1000))
  const asked = now.getTime() + seconds * 1000
  const most = federation?.maxDurationSeconds === undefined ? asked : Math.max(expiresAt.getTime(), issuedAt.getTime() + federation.maxDurationSeconds * 1000)
  return new Date(Math.min(asked, most))
}

/** A role or user that was deleted since opens no console. */
async function stillThere({ callers }: ConsolePorts, claims: SessionClaims): Promise<void> {
  try {
    await callers.ofClaims(claims, 'temporary')
  } catch (error) {
    if (error instanceof AwsFault && error.status < 500) throw new FederationFault(400, 'Invalid credentials parameter', { cause: error })
    throw error
  }
}

async function audited<T>(ports: EventPorts, name: 'GetSigninToken' | 'ConsoleLogin', origin: Origin, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const message = error instanceof FederationFault ? error.message : 'an unexpected error'
    recordSignIn(ports, { name, origin, chain: { detail: message }, error: { code: error instanceof FederationFault ? 'InvalidRequest' : 'InternalFailure', message } })
    throw error
  }
}

function chainOf(claims: SessionClaims) {
  const { federation, role, name } = claims
  return {
    session: name,
    ...(role && { role: `arn:${claims.partition}:iam::${claims.account}:role${role.path}${role.name}` }),
    ...(federation && { connector: federation.connector, ...(federation.rule !== undefined && { rule: federation.rule }) }),
  }
}

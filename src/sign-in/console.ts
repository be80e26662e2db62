import { voucherChain } from '../audit/voucher-chain.ts'
import type { SessionClaims } from '../credentials/claims.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Caller, Callers } from '../sessions/caller.ts'
import type { Ending, Revocations } from '../sessions/revocations.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { type ConsoleRecord, consoleSessions } from './console-session.ts'
import { consolePath, isSignOut, issuerLink } from './destination.ts'
import type { OpenSessions } from './open-sessions.ts'
import { sessionArn } from './session-arn.ts'
import { type EventPorts, type Origin, recordSignIn, type SignInEvent } from './sign-in-event.ts'
import {
  FederationFault,
  parseSession,
  parseSessionDuration,
  qualify,
  signInTokens,
} from './sign-in-token.ts'

export interface ConsolePorts extends EventPorts {
  readonly publicUrl: URL
  /** `federation.issuers`: addresses to which an expiry page may link. */
  readonly issuers: () => readonly string[]
  /** Opens a sealed session token: `unsealSession` with the key ring. */
  readonly unsealSession: (token: string) => SessionClaims | undefined
  readonly callers: Pick<Callers, 'ofClaims'>
  readonly revocations: Pick<Revocations, 'endOfSession'>
  /** The alias of an account, if it has one. */
  readonly aliasOf: (account: string) => Promise<string | undefined>
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'take' | 'remove'>
  readonly openSessions: Pick<OpenSessions, 'begun' | 'gone' | 'isEnded'>
}

export interface OpenConsole {
  readonly state: 'open'
  readonly caller: Caller
  readonly claims: SessionClaims
  readonly arn: string
  /** The account's alias. */
  readonly accountName?: string | undefined
  readonly openedAt: Date
  readonly expiresAt: Date
  readonly marker: string
}
export interface EndedConsole {
  readonly state: 'ended'
  /**
   * `gone`: the role or user behind it was deleted. `key-retired`: the ring's key that sealed it
   * is gone.
   */
  readonly reason: 'timed-out' | 'revoked' | 'gone' | 'key-retired'
  /** With reason `revoked`. */
  readonly ending?: Ending | undefined
  readonly arn?: string | undefined
  readonly accountName?: string | undefined
  readonly claims?: SessionClaims | undefined
  readonly openedAt: Date
  readonly expiresAt: Date
  /** Present only if it may be linked. */
  readonly issuer?: string | undefined
  readonly choice?: string | undefined
}
export type ConsoleState = OpenConsole | EndedConsole | { readonly state: 'none' }

export interface LoginInput {
  readonly signInToken: string | undefined
  readonly issuer: string | undefined
  readonly destination: string | undefined
  readonly origin: Origin
}
export interface OpenedConsole {
  /** The key that opens the console; the browser session keeps it. */
  readonly key: string
  readonly path: string
  readonly claims: SessionClaims
}

export interface ConsoleFederation {
  /** Session JSON → sign-in token. Throws FederationFault 400. */
  getSigninToken(input: {
    session: string | undefined
    sessionDuration: string | undefined
    origin: Origin
  }): Promise<string>
  /**
   * Sign-in token → console session. Throws FederationFault 400. A token can be used once; a
   * refused Destination does not use it up.
   */
  login(input: LoginInput): Promise<OpenedConsole>
  /**
   * For the portal: opens a console with credentials that were just issued, without a login URL.
   */
  open(input: {
    sessionToken: string
    /** Absent: the session is a user's own. */
    choice?: string | undefined
    path: string
    origin: Origin
    /** The sign-in at the portal that it comes from. */
    signIn?: string | undefined
    /** Of the event, beside the chain. */
    additional?: SignInEvent['additional']
  }): Promise<OpenedConsole>
  current(key: string | undefined): Promise<ConsoleState>
  /**
   * Where a browser may go when it leaves the session: the wanted address, or the session's issuer,
   * whichever may be linked; undefined when neither may.
   */
  leaveFor(key: string | undefined, wanted: string | undefined): Promise<string | undefined>
  /** Ends it; does nothing when there is none. */
  logout(key: string | undefined, origin: Origin): Promise<void>
}

/** The two steps of AWS's federation endpoint, and the console sessions that they open. */
export function buildConsoleFederation(ports: ConsolePorts): ConsoleFederation {
  const { ids, clock, ephemeral, unsealSession } = ports
  const tokens = signInTokens(ephemeral, ids, clock)
  const sessions = consoleSessions(ephemeral, ids, clock)
  return {
    getSigninToken: ({ session, sessionDuration, origin }) =>
      recordingRefusal(ports, 'GetSigninToken', origin, async () => {
        const given = parseSession(session)
        const sessionDurationSeconds = parseSessionDuration(sessionDuration)
        const claims = qualify(given, sessionDurationSeconds, clock.now(), unsealSession)
        await stillThere(ports, claims)
        const token = await tokens.issue(
          {
            sessionToken: given.sessionToken,
            sessionDurationSeconds,
          },
          claims.expiresAt,
        )
        recordSignIn(ports, {
          name: 'GetSigninToken',
          origin,
          claims,
          chain: chainOf(claims),
          request: { sessionDuration: sessionDurationSeconds ?? null },
        })
        return token
      }),

    login: (input) =>
      recordingRefusal(ports, 'ConsoleLogin', input.origin, () => login(ports, tokens, input)),

    open: ({ sessionToken, choice, path, origin, signIn, additional }) =>
      recordingRefusal(ports, 'ConsoleLogin', origin, async () => {
        const claims = unsealSession(sessionToken)
        if (!claims) throw new FederationFault(400, 'Invalid credentials parameter')
        const record = { sessionToken, choice }
        const { expiresAt } = claims
        return begin(ports, { claims, path, expiresAt, record, origin, signIn, additional })
      }),

    async current(key) {
      const record = key === undefined ? undefined : await sessions.find(key)
      return record ? stateOf(ports, record) : { state: 'none' }
    },

    async leaveFor(key, wanted) {
      const { publicUrl, issuers } = ports
      const asked = issuerLink(wanted, publicUrl, issuers())
      // An address that signs out again would lead round in circles.
      if (asked !== undefined && !isSignOut(asked, publicUrl)) return asked
      const record = key === undefined ? undefined : await sessions.find(key)
      return issuerLink(record?.issuer, publicUrl, issuers())
    },

    async logout(key, origin) {
      const record = key === undefined ? undefined : await sessions.find(key)
      if (!record || key === undefined) return
      await sessions.remove(key)
      await ports.openSessions.gone(record.marker)
      const claims = unsealSession(record.sessionToken)
      recordSignIn(ports, {
        name: 'ConsoleLogout',
        origin,
        chain: claims ? chainOf(claims) : {},
        claims,
      })
    },
  }
}

interface Beginning {
  readonly claims: SessionClaims
  readonly path: string
  readonly expiresAt: Date
  readonly record: Omit<ConsoleRecord, 'marker' | 'openedAt' | 'expiresAt'>
  readonly origin: Origin
  readonly signIn?: string | undefined
  readonly additional?: SignInEvent['additional']
}

async function begin(
  ports: ConsolePorts,
  { claims, path, expiresAt, record, origin, signIn, additional }: Beginning,
): Promise<OpenedConsole> {
  await stillThere(ports, claims)
  const sessions = consoleSessions(ports.ephemeral, ports.ids, ports.clock)
  const { key, record: kept } = await sessions.open(record, expiresAt)
  const { account, accessKeyId } = claims
  ports.openSessions.begun({
    ...{ kind: 'console', id: kept.marker, owner: account, until: expiresAt, origin, signIn },
    ...holderOf(claims),
    console: { arn: sessionArn(claims), accessKeyId },
  })
  recordSignIn(ports, {
    name: 'ConsoleLogin',
    origin,
    claims,
    chain: chainOf(claims),
    request: { destination: path, expiresAt: expiresAt.toISOString() },
    additional,
  })
  return { key, path, claims }
}

const usedAddress =
  'The sign-in address has been used or has ended. Ask for a new one where you came from.'

async function login(
  ports: ConsolePorts,
  tokens: ReturnType<typeof signInTokens>,
  { signInToken, issuer, destination, origin }: LoginInput,
): Promise<OpenedConsole> {
  const path = consolePath(destination, ports.publicUrl)
  if (path === undefined) throw new FederationFault(400, 'Invalid Destination parameter')
  const memo = signInToken === undefined ? undefined : await tokens.redeem(signInToken)
  const claims = memo && ports.unsealSession(memo.sessionToken)
  const now = ports.clock.now()
  if (!memo || !claims || claims.expiresAt <= now) throw new FederationFault(400, usedAddress)
  const { sessionToken, sessionDurationSeconds } = memo
  const expiresAt = sessionDurationSeconds
    ? longerEnd(claims, sessionDurationSeconds, now)
    : claims.expiresAt
  const record = { sessionToken, ...(issuer !== undefined && { issuer: issuer.slice(0, 2048) }) }
  return begin(ports, { claims, path, expiresAt, record, origin })
}

async function stateOf(ports: ConsolePorts, record: ConsoleRecord): Promise<ConsoleState> {
  const { unsealSession, callers, clock, publicUrl, issuers } = ports
  const claims = unsealSession(record.sessionToken)
  const expiresAt = new Date(record.expiresAt)
  const openedAt = new Date(record.openedAt)
  const times = { openedAt, expiresAt }
  const about = claims && {
    claims,
    arn: sessionArn(claims),
    accountName: await ports.aliasOf(claims.account),
  }
  const ended = {
    state: 'ended' as const,
    ...times,
    ...about,
    issuer: issuerLink(record.issuer, publicUrl, issuers()),
    choice: record.choice,
  }
  if (expiresAt <= clock.now()) return { ...ended, reason: 'timed-out' }
  if (await ports.openSessions.isEnded(record.marker)) return { ...ended, reason: 'revoked' }
  if (!about) return { ...ended, reason: 'key-retired' }
  try {
    // With SessionDuration the console may outlast the credentials: its own expiry counts here.
    const caller = await callers.ofClaims({ ...about.claims, expiresAt }, 'console')
    return { state: 'open', caller, ...about, ...times, marker: record.marker }
  } catch (error) {
    if (!(error instanceof AwsFault) || error.status >= 500) throw error
    const ending = await ports.revocations.endOfSession(about.claims)
    return { ...ended, reason: ending ? 'revoked' : 'gone', ending }
  }
}

/** SessionDuration may outlast the credentials, but not the limits of the mapping and the role. */
function longerEnd(
  { issuedAt, expiresAt, federation, narrowed }: SessionClaims,
  seconds: number,
  now: Date,
): Date {
  if (narrowed) return new Date(Math.min(expiresAt.getTime(), now.getTime() + seconds * 1000))
  const asked = now.getTime() + seconds * 1000
  const most =
    federation?.maxDurationSeconds === undefined
      ? asked
      : Math.max(expiresAt.getTime(), issuedAt.getTime() + federation.maxDurationSeconds * 1000)
  return new Date(Math.min(asked, most))
}

/** Refuses to open a console for a role or user that was deleted since. */
async function stillThere({ callers }: ConsolePorts, claims: SessionClaims): Promise<void> {
  try {
    await callers.ofClaims(claims, 'temporary')
  } catch (error) {
    if (error instanceof AwsFault && error.status < 500)
      throw new FederationFault(400, 'Invalid credentials parameter', { cause: error })
    throw error
  }
}

/** Runs one call and writes its event when it is refused; `work` writes the others. */
async function recordingRefusal<T>(
  ports: EventPorts,
  name: 'GetSigninToken' | 'ConsoleLogin',
  origin: Origin,
  work: () => Promise<T>,
): Promise<T> {
  try {
    if (ports.audit.refuses(false)) throw unrecorded()
    const done = await work()
    await ports.audit.durable()?.catch(() => {
      throw unrecorded()
    })
    return done
  } catch (error) {
    const message = error instanceof FederationFault ? error.message : 'an unexpected error'
    recordSignIn(ports, {
      name,
      origin,
      chain: { detail: message },
      error: {
        code: error instanceof FederationFault ? 'InvalidRequest' : 'InternalFailure',
        message,
      },
    })
    throw error
  }
}

/** The fault when the event can't be recorded: the session must not be used. */
function unrecorded(): FederationFault {
  return new FederationFault(503, 'The audit trail can not be written at this moment')
}

/** Who acts in a console, and by what all of their sessions end. */
function holderOf({ federation, kind, user, name }: SessionClaims) {
  if (federation) {
    const { connector, subject, username } = federation
    // A provider of the account may have a connector's name.
    const isOurs = federation.account === undefined
    return { person: username, ...(isOurs && { whose: { connector, subject } }) }
  }
  const isOwn = kind === 'user-session' && user !== undefined
  return { person: name, ...(isOwn && { whose: { userName: user.name } }) }
}

function chainOf(claims: SessionClaims) {
  const { federation, role, name } = claims
  return {
    session: name,
    ...(role && {
      role: `arn:${claims.partition}:iam::${claims.account}:role${role.path}${role.name}`,
    }),
    ...(federation && {
      ...voucherChain(federation),
      rule: federation.rule,
    }),
  }
}

import { hash } from 'node:crypto'
import { ownerOfConnector } from '../audit/index/terms.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import type { AppRules } from '../mapping/app-rules.ts'
import { identityOf, identityText } from '../sign-in/identity-text.ts'
import type { OpenSessions } from '../sign-in/open-sessions.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { Origin } from '../sign-in/sign-in-event.ts'
import { signInId } from '../sign-in/touches.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { terminalClient } from './terminal.ts'

export interface PeoplePorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  readonly signIn: Pick<SignIn, 'endsAt' | 'holds' | 'current'>
  /** Whether the identity provider has signed the person out. */
  readonly wasEnded: (identity: Identity) => Promise<boolean>
  /** A sign-in has ended: apps that know of it are told. Absent: somebody else tells them. */
  readonly ended?: (identity: Identity) => Promise<void>
  readonly rules: () => AppRules
  readonly clock: Clock
  readonly ids: Pick<Ids, 'opaque'>
  /** Absent: nobody is on a list. */
  readonly openSessions?: Pick<OpenSessions, 'begun' | 'seen' | 'isEnded'> | undefined
}

/** What a grant is for, so that it is listed among the open sessions. */
export interface AppUse {
  readonly app: string
  readonly origin: Origin
}

/** People as apps see them: only as long as their sign-in at Gatehouse lasts. */
export interface People {
  /** Whether the sign-in of this identity has not ended: by time, sign-out, revocation, removal. */
  signedIn(identity: Identity): Promise<boolean>
  /** The person of a sign-in that has not ended: looked up again if that is due. */
  current(identity: Identity, origin: Origin): Promise<Identity | undefined>
  /** Whether this person may use an app at all, whatever else they may do. */
  mayUse(app: string, identity: Identity): boolean
  /**
   * Keeps who is behind a sign-in, for the tokens that come from it, and returns the id of a new
   * grant of it. Kept once for a sign-in, whose id begins the grant's.
   */
  newGrantId(identity: Identity, use?: AppUse): Promise<string>
  /** Whether a grant came from this sign-in. */
  isOf(grantId: string, identity: Identity): boolean
  /** Who is behind a grant, while signed in: looked up again if that is due. */
  behind(grantId: string, origin: Origin): Promise<Identity | undefined>
  /** From now on no app may use what this sign-in gave it. */
  signedOut(identity: Identity): Promise<void>
}

export function buildPeople(ports: PeoplePorts): People {
  const { ephemeral, signIn, wasEnded, rules, clock, ids } = ports
  const lasts = async (identity: Identity) =>
    (await signIn.holds(identity)) &&
    !(await wasEnded(identity)) &&
    (await ephemeral.get('app', signedOutKey(identity))) === undefined
  const signedIn = async (identity: Identity) => {
    if (await lasts(identity)) return true
    await ports.ended?.(identity)
    return false
  }
  const listed = (identity: Identity, session: string, { app, origin }: AppUse) => {
    const { connector, subject, username } = identity
    ports.openSessions?.begun({
      ...{ kind: app === terminalClient ? 'terminal' : 'app', id: session, app, origin },
      ...{ owner: ownerOfConnector(connector), person: username, whose: { connector, subject } },
      ...{ until: signIn.endsAt(identity), signIn: signInId(identity) },
    })
  }
  /**
   * The session of a sign-in at an app: the same one until it is ended. Undefined: each grant is a
   * session, as those of terminals are.
   */
  const appSession = async (signedInAs: string, app: string): Promise<string | undefined> => {
    if (app === terminalClient) return undefined
    for (let ended = 0; ended < mostEnded; ended++) {
      const named = hash('sha256', JSON.stringify([signedInAs, app, ended]), 'base64url')
      const session = named.slice(0, sessionCharacters)
      if (!(await ports.openSessions?.isEnded(session))) return session
    }
    return undefined
  }
  const current: People['current'] = async (identity, origin) => {
    if (!(await signedIn(identity))) return undefined
    const standing = await signIn.current(identity, origin)
    if (!('ended' in standing)) return standing.identity
    await ports.ended?.(identity)
    return undefined
  }
  return {
    signedIn,
    current,
    mayUse: (app, identity) => rules().evaluate(app, identity)?.result === 'allowed',
    async newGrantId(identity, use) {
      const id = signInId(identity)
      const [key, text] = [identityKey(id), identityText(identity)]
      // A write costs far more than a read, and groups may be others now.
      if ((await ephemeral.get('app', key)) !== text)
        await ephemeral.put('app', key, text, signIn.endsAt(identity))
      const session = (use && (await appSession(id, use.app))) ?? ids.opaque(sessionBytes)
      if (use) listed(identity, session, use)
      return `${id}.${session}${ids.opaque(grantBytes)}`
    },
    isOf: (grantId, identity) => signInOf(grantId) === signInId(identity),
    async behind(grantId, origin) {
      const session = sessionIn(grantId)
      if (await ports.openSessions?.isEnded(session)) return undefined
      await ports.openSessions?.seen(session, origin)
      const text = await ephemeral.get('app', identityKey(signInOf(grantId)))
      return text === undefined ? undefined : current(identityOf(text), origin)
    },
    async signedOut(identity) {
      const until = signIn.endsAt(identity)
      if (until > clock.now()) await ephemeral.put('app', signedOutKey(identity), '', until)
      await ports.ended?.(identity)
    },
  }
}

/** `sub` of a person for every app with public subjects: stable, and names neither. */
export function subjectOf({ connector, subject }: Pick<Identity, 'connector' | 'subject'>): string {
  return hash('sha256', JSON.stringify([connector, subject]), 'base64url')
}

/** RFC 8176. */
const methods = { password: ['pwd'], 'multi-factor': ['mfa'], hardware: ['hwk', 'mfa'] } as const

/** How a person signed in, as ID tokens tell it. `ts`: seconds since 1970. */
export function loginOf(identity: Identity, acr: string | undefined) {
  return {
    accountId: subjectOf(identity),
    amr: [...methods[identity.strength]],
    ...(acr !== undefined && { acr }),
    ts: Math.floor(identity.authenticatedAt.getTime() / 1000),
    remember: false,
  }
}

const grantBytes = 24

/** The id of the sign-in that a grant came from. */
function signInOf(grantId: string): string {
  return grantId.slice(0, grantId.indexOf('.'))
}

const sessionBytes = 16
const sessionCharacters = 22
/** How often a person's session at one app is ended during a sign-in, before each is a new one. */
const mostEnded = 20

/** The session that a grant is of, which stands in its id. */
function sessionIn(grantId: string): string {
  const start = grantId.indexOf('.') + 1
  return grantId.slice(start, start + sessionCharacters)
}

function identityKey(signIn: string): string {
  return `Identity/is/${signIn}`
}

function signedOutKey(identity: Identity): string {
  return `SignedOut/is/${signInId(identity)}`
}

import { hash } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import type { AppRules } from '../mapping/app-rules.ts'
import { identityOf, identityText } from '../sign-in/identity-text.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { Origin } from '../sign-in/sign-in-event.ts'
import { signInId } from '../sign-in/touches.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

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
  newGrantId(identity: Identity): Promise<string>
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
    async newGrantId(identity) {
      const id = signInId(identity)
      const [key, text] = [identityKey(id), identityText(identity)]
      // A write costs far more than a read, and groups may be others now.
      if ((await ephemeral.get('app', key)) !== text)
        await ephemeral.put('app', key, text, signIn.endsAt(identity))
      return `${id}.${ids.opaque(grantBytes)}`
    },
    isOf: (grantId, identity) => signInOf(grantId) === signInId(identity),
    async behind(grantId, origin) {
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

function identityKey(signIn: string): string {
  return `Identity/is/${signIn}`
}

function signedOutKey(identity: Identity): string {
  return `SignedOut/is/${signInId(identity)}`
}

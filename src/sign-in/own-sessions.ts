import type { SessionClaims } from '../credentials/claims.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import type { Revocations } from '../sessions/revocations.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import type { OpenSessionRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { audited, type Step } from './audited.ts'
import type { SignInPerson } from './last-sign-ins.ts'
import type { OpenSessions } from './open-sessions.ts'
import type { EventPorts, Origin } from './sign-in-event.ts'
import { keyOf } from './sign-in-token.ts'

/** One thing of a person that lives, as they may recognize it. */
export interface OwnSession {
  /** Of credentials their access key id; else what names it in the list of open sessions. */
  readonly id: string
  /** `program`: credentials that a program of the person took. */
  readonly kind: OpenSessionRecord['kind'] | 'credentials' | 'program'
  /** The name of a role or an app, if it is of one. */
  readonly of?: string | undefined
  /** Absent: a person's sign-in, which is of no account. */
  readonly account?: string | undefined
  /** ISO 8601. */
  readonly at: string
  readonly until: string
  readonly address: string
  readonly userAgent: string
  /** What the browser of an open session knows it by. */
  readonly mark?: string | undefined
}

/** Credentials that somebody took. */
export interface TakenCredentials {
  readonly accessKeyId: string
  readonly account: string
  readonly role?: string | undefined
  readonly kind: 'credentials' | 'program' | 'console'
  readonly until: Date
}

/** Whose sessions are looked for: those of one person, who may be found under several owners. */
export interface SessionOwner {
  readonly person: SignInPerson
  readonly name: string
  /** As the list of open sessions names them. */
  readonly owners: readonly string[]
  /** Whether an open session under the name is the person's own. */
  readonly isOwn: (record: OpenSessionRecord) => boolean
}

/** What lives of each person, for the person alone. */
export interface OwnSessions {
  /** Open sessions, then credentials; the last of each first. */
  of(owner: SessionOwner): Promise<readonly OwnSession[]>
  /** Notes credentials, which no list of open sessions has. */
  note(
    person: SignInPerson,
    taken: TakenCredentials,
    from: Pick<Origin, 'sourceAddress' | 'userAgent'>,
  ): Promise<void>
  /** Called when all credentials of the person have ended. */
  clear(person: SignInPerson): Promise<void>
  /**
   * Ends one of the person's, and what was made with it. Throws SignInRefusal where they have none
   * of this id; one audit event either way.
   */
  end(asked: EndAsked, origin: Origin): Promise<void>
}

export interface EndAsked {
  readonly owner: SessionOwner
  readonly id: string
  /** Who asks, for the event. */
  readonly by: Pick<Step, 'chain'> & {
    readonly identity?: Identity | undefined
    readonly claims?: SessionClaims | undefined
  }
}

export interface OwnSessionPorts extends EventPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'remove'>
  readonly clock: Clock
  readonly transact: Store['transact']
  readonly revocations: Pick<Revocations, 'endSession'>
  readonly openSessions: Pick<OpenSessions, 'list' | 'end'>
}

/** Programs take new credentials each hour: older ones of a person are not told. */
const mostKept = 60
const mostOpen = 100
/** Open sessions are of no account. */
const everyAccount = '*'

/**
 * What lives of each person: the open sessions of the store's list, and the credentials that they
 * took, which are kept in the short-lived state. The latter is a list for people, and not what
 * decides: losing it ends nothing. Two at the same moment may lose one.
 */
export function buildOwnSessions(ports: OwnSessionPorts): OwnSessions {
  const { ephemeral, clock, revocations, openSessions, transact } = ports
  const takenBy = async (person: SignInPerson): Promise<readonly OwnSession[]> => {
    const text = await ephemeral.get('own-sessions', nameOf(person))
    const all: readonly OwnSession[] = text === undefined ? [] : JSON.parse(text)
    const now = clock.now().toISOString()
    return all.filter(({ until }) => until > now)
  }
  const keep = async (person: SignInPerson, sessions: readonly OwnSession[]): Promise<void> => {
    const last = sessions
      .map(({ until }) => until)
      .toSorted()
      .at(-1)
    if (last === undefined) return ephemeral.remove('own-sessions', nameOf(person))
    const text = JSON.stringify(sessions)
    await ephemeral.put('own-sessions', nameOf(person), text, new Date(last))
  }
  const openOf = async ({ name, owners, isOwn }: SessionOwner): Promise<readonly OwnSession[]> => {
    const { sessions } = await openSessions.list({ owners, person: name, limit: mostOpen })
    return sessions
      .filter(({ record }) => isOwn(record))
      .map(({ key, record }) => ({
        ...{ id: key, kind: record.kind, at: record.createdAt, until: record.until },
        ...{ address: record.address, userAgent: record.program, mark: record.id },
        of: record.app ?? roleIn(record.console?.arn),
        account: /^\d{12}$/.test(record.owner) ? record.owner : undefined,
      }))
  }
  const of: OwnSessions['of'] = async (owner) => [
    ...(await openOf(owner)),
    ...(await takenBy(owner.person)),
  ]
  return {
    of,
    async note(person, { accessKeyId: id, role, until, ...taken }, from) {
      const { sourceAddress: address, userAgent } = from
      const at = clock.now().toISOString()
      const times = { at, until: until.toISOString() }
      const one: OwnSession = { id, of: role, ...taken, ...times, address, userAgent }
      await keep(person, [one, ...(await takenBy(person))].slice(0, mostKept))
    },
    clear: (person) => keep(person, []),
    async end({ owner, id, by }, origin) {
      const { chain, identity, claims } = by
      await audited(ports, { name: 'EndSession', origin, chain, identity }, async () => {
        const found = (await of(owner)).find((one) => one.id === id)
        if (!found) throw new SignInFault('attempt-ended', 'the person has no such session')
        const { account, mark } = found
        if (mark === undefined && account !== undefined) {
          await revocations.endSession({ account, accessKeyId: id }, clock.now())
          const known = await takenBy(owner.person)
          await keep(
            owner.person,
            known.filter((one) => one.id !== id),
          )
        } else await transact((tx) => openSessions.end(tx, id, owner.owners), [everyAccount])
        return { identity, claims, request: { kind: found.kind, session: mark ?? id } }
      })
    },
  }
}

/** The role's name in the ARN of its session. */
function roleIn(arn: string | undefined): string | undefined {
  return /:assumed-role\/([^/]+)\//.exec(arn ?? '')?.[1]
}

function nameOf({ connector, subject }: SignInPerson): string {
  return keyOf(JSON.stringify([connector, subject]))
}

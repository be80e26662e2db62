import { hash } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import { fitsPattern } from '../kernel/name-pattern.ts'
import type { ProvedSession, SessionProofs } from '../sessions/session-proof.ts'
import type { Assertion } from '../sign-in/wire/prove-assertion.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { type App, type Apps, findApp } from './app.ts'
import { subjectOf } from './people.ts'

/**
 * What a token of an app is about when nobody signed in for it: a role's session that proved
 * itself, or the subject of another issuer's assertion.
 */
export interface Subject {
  readonly sub: string
  /** RFC 9493: what `sub` stands for. */
  readonly sub_id:
    | { readonly format: 'uri'; readonly uri: string }
    | { readonly format: 'iss_sub'; readonly iss: string; readonly sub: string }
  /** RFC 8693, section 4.1: the person who acts through the session. */
  readonly act?: { readonly sub: string } | undefined
}

/** A subject with what it hangs on. */
interface Kept {
  readonly app: string
  readonly subject: Subject
  /** The sealed token of the session. */
  readonly session?: string | undefined
}

export interface Subjects {
  /** Keeps a subject for an app and returns the id of a new grant for it. */
  keep(kept: Kept, until: Date): Promise<string>
  /**
   * Whom a grant is about, while its session lasts and the app still takes such subjects. Undefined
   * too for a grant of a person.
   */
  behind(grantId: string): Promise<Subject | undefined>
}

export interface SubjectPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  readonly sessions: Pick<SessionProofs, 'living'>
  readonly apps: () => Apps
  readonly clock: Clock
  readonly ids: Pick<Ids, 'opaque'>
}

type Federation = NonNullable<ProvedSession['caller']['claims']['federation']>

const prefix = 'subject.'
const grantBytes = 24

export function isSubjectGrant(grantId: string | undefined): grantId is string {
  return grantId?.startsWith(prefix) === true
}

export function buildSubjects({ ephemeral, sessions, apps, ids }: SubjectPorts): Subjects {
  const read = async (grantId: string) => {
    const text = await ephemeral.get('app', keyOf(grantId))
    return text === undefined ? undefined : (JSON.parse(text) as Kept)
  }
  return {
    async keep(kept, until) {
      const id = `${prefix}${ids.opaque(grantBytes)}`
      await ephemeral.put('app', keyOf(id), JSON.stringify(kept), until)
      return id
    },
    async behind(grantId) {
      const kept = isSubjectGrant(grantId) ? await read(grantId) : undefined
      const app = findApp(apps(), kept?.app)
      if (!kept || !app) return undefined
      const { subject, session } = kept
      if (session === undefined) return takesAssertion(app, subject) ? subject : undefined
      const caller = await sessions.living(session)
      return caller && takesSession(app, caller) ? subject : undefined
    },
  }
}

/** Whether an app takes sessions of this role. */
export function takesSession({ exchange }: App, { principal }: ProvedSession['caller']): boolean {
  const { roleArn } = principal
  return (
    roleArn !== undefined &&
    (exchange?.sessions ?? []).some((pattern) => fitsPattern(pattern, roleArn))
  )
}

function takesAssertion({ assertions = [] }: App, { sub_id }: Subject): boolean {
  return (
    sub_id.format === 'iss_sub' &&
    assertions.some(
      ({ issuer, subjects }) =>
        issuer === sub_id.iss && subjects.some((pattern) => fitsPattern(pattern, sub_id.sub)),
    )
  )
}

/**
 * A session's subject: its role, and the person who signed in for it as actor. INVARIANT: none of
 * it is what the taker of a role chooses, as the session's name is: with that, who may take the
 * role could be somebody else at the app.
 */
export function subjectOfSession({ principal, claims }: ProvedSession['caller']): Subject {
  const { federation, role } = claims
  const { account, roleArn, arn } = principal
  const person = federation && [federation.provider, federation.subject]
  return {
    sub: digest(['session', account, role?.id, ...(person ?? [])]),
    sub_id: { format: 'uri', uri: roleArn ?? arn },
    ...(federation && { act: { sub: actorOf(federation) } }),
  }
}

/**
 * The person as apps know them where a connector proved them; else a name of their own, because an
 * account's provider may have the name of a connector.
 */
function actorOf(federation: Federation): string {
  const { account, audience, provider, subject } = federation
  const isOfConnector = account === undefined && audience === undefined
  return isOfConnector ? subjectOf(federation) : digest(['person', provider, subject])
}

export function subjectOfAssertion({ issuer, subject }: Assertion): Subject {
  return {
    sub: digest(['assertion', issuer, subject]),
    sub_id: { format: 'iss_sub', iss: issuer, sub: subject },
  }
}

function digest(parts: readonly (string | undefined)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url')
}

function keyOf(grantId: string): string {
  return `Subject/is/${hash('sha256', grantId, 'base64url')}`
}

import type { OpenSessionRecord } from '../../../store/records.ts'
import type { Writes } from '../../../store/store.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { EndSession, ListSessions, type SessionShape } from './session-model.ts'

interface OpenSession {
  readonly key: string
  readonly record: OpenSessionRecord
  readonly seen: { readonly at: string; readonly address: string }
}

export interface SessionPorts {
  /** The connectors whose sign-ins an account may see and end: those that serve it. */
  readonly connectorsOf: (account: string) => readonly string[]
  readonly openSessions: {
    list(asked: {
      readonly owners: readonly string[]
      readonly person?: string | undefined
      readonly kind?: OpenSessionRecord['kind'] | undefined
      readonly after?: string | undefined
      readonly limit: number
    }): Promise<{
      readonly sessions: readonly OpenSession[]
      readonly next?: string | undefined
    }>
    find(key: string, owners: readonly string[]): Promise<OpenSession | undefined>
    end(tx: Writes, key: string, owners: readonly string[]): Promise<OpenSession | undefined>
  }
}

const usualItems = 50
const noSuch = 'There is no such session, or it has ended.'

/** Who is signed in to the caller's account, or by a connector that serves it; and ending that. */
export function sessionOperations(ports: SessionPorts): readonly AnyOperation[] {
  return [listSessions(ports), endSession(ports)]
}

function listSessions({ openSessions, connectorsOf }: SessionPorts) {
  return operation(ListSessions, {
    authorize: () => ({ resource: '*' }),
    async handle(input, { account, fault }) {
      const owners = [account, ...connectorsOf(account)]
      if (input.SessionId !== undefined) {
        const found = await openSessions.find(input.SessionId, owners)
        if (!found) throw fault('NoSuchEntity', noSuch)
        return { Sessions: [shapeOf(found)] }
      }
      const { sessions, next } = await openSessions.list({
        owners,
        person: input.Person,
        kind: input.Kind,
        after: input.Marker,
        limit: input.MaxItems ?? usualItems,
      })
      return { Sessions: sessions.map(shapeOf), Marker: next }
    },
  })
}

/** Nothing takes an end back, not even the transaction that failed. */
function endSession({ openSessions, connectorsOf }: SessionPorts) {
  return operation(EndSession, {
    writes: true,
    authorize: () => ({ resource: '*' }),
    async handle({ SessionId: id }, { account, fault }, _found, writes) {
      const ended = await openSessions.end(writes, id, [account, ...connectorsOf(account)])
      if (!ended) throw fault('NoSuchEntity', noSuch)
      const { kind: Kind, person: Person } = ended.record
      return { SessionId: id, Kind, Person }
    },
  })
}

const ofConnector = /^connector (.+)$/s

function shapeOf({ key, record, seen }: OpenSession): SessionShape {
  const { kind, id, owner, person, whose, console, app, signIn, until, createdAt } = record
  return {
    SessionId: key,
    Kind: kind,
    Person: person,
    Connector: ofConnector.exec(owner)?.[1],
    Whose: whose && revocationOf(whose),
    Arn: console?.arn,
    AccessKeyId: console?.accessKeyId,
    App: app,
    SignIn: kind === 'sign-in' ? id : signIn,
    Since: createdAt,
    Until: until,
    LastSeen: seen.at,
    LastAddress: seen.address,
    Program: record.program,
  }
}

function revocationOf(whose: NonNullable<OpenSessionRecord['whose']>): SessionShape['Whose'] {
  return 'userName' in whose
    ? { Scope: 'user', Target: whose.userName }
    : { Scope: 'person', Target: `${whose.connector}/${whose.subject}` }
}

import type { AwsFault } from '../../../kernel/aws-fault.ts'
import type { Caller } from '../../../sessions/caller.ts'
import { type AnyOperation, type Call, operation } from '../../operation.ts'
import {
  GetConnector,
  ListConnectors,
  ListRecentSignIns,
  type RecentPerson,
} from './mapping-model.ts'
import type { KnownConnector, MappingPorts } from './ports.ts'

const dayMs = 86_400_000
const longestMs = 400 * dayMs
const defaultMaxItems = 50

/** What an administrator sees of the connectors that serve the caller's account, and no others. */
export function connectorOperations(ports: MappingPorts): readonly AnyOperation[] {
  return [listConnectors(ports), getConnector(ports), listRecentSignIns(ports)]
}

function listConnectors({ connectors }: MappingPorts) {
  return operation(ListConnectors, {
    authorize: () => ({ resource: '*' }),
    handle: (_input, { account }) => ({
      Connectors: serving(connectors(), account).map(summary),
    }),
  })
}

function getConnector(ports: MappingPorts) {
  return operation(GetConnector, {
    authorize: ({ Connector: id }, { caller }) => ({ resource: connectorArn(caller, id) }),
    async handle({ Connector: id }, call) {
      const found = existing(ports, id, call)
      const state = await ports.stateOf(id)
      if (!state) throw absent(id, call)
      return {
        ...summary(found),
        Reachable: state.reachable,
        Remark: state.remark,
        Servers: state.servers.map(({ url, trouble }) => ({
          Url: url,
          Trouble: trouble?.reason,
          AskedAgainAt: trouble?.askedAgainAt.toISOString(),
        })),
        Certificates: state.certificates.map(({ whose, fingerprint, expiresAt }) => ({
          ...{ Whose: whose, Fingerprint: fingerprint, ExpiresAt: expiresAt.toISOString() },
        })),
        Failures: ports.failuresOf(id).map(({ at, code, detail, reference }) => ({
          ...{ At: at.toISOString(), Code: code, Detail: detail, Reference: reference },
        })),
      }
    },
  })
}

function listRecentSignIns(ports: MappingPorts) {
  return operation(ListRecentSignIns, {
    authorize: ({ Connector: id }, { caller }) => ({ resource: connectorArn(caller, id) }),
    async handle({ Connector: id, MaxItems = defaultMaxItems }, call, _found, reads) {
      existing(ports, id, call)
      const since = new Date(call.now.getTime() - longestMs)
      const People: RecentPerson[] = []
      for await (const { at, identity } of ports.recentOf(reads, { connector: id, since })) {
        const { connector, subject, username, displayName } = identity
        People.push({
          ...{ Connector: connector, Subject: subject, UserName: username },
          ...{ DisplayName: displayName, At: at.toISOString() },
        })
        if (People.length >= MaxItems) break
      }
      return { People: People.sort((one, other) => other.At.localeCompare(one.At)) }
    },
  })
}

/** The connectors that may lead to roles of an account. */
export function serving(
  all: readonly KnownConnector[],
  account: string,
): readonly KnownConnector[] {
  return all.filter(({ accounts }) => accounts.includes(account))
}

type Refusing = Pick<Call<'NoSuchEntity'>, 'account' | 'fault'>

function existing({ connectors }: MappingPorts, id: string, call: Refusing): KnownConnector {
  const found = serving(connectors(), call.account).find((one) => one.id === id)
  if (!found) throw absent(id, call)
  return found
}

/** The same for a connector of other accounts as for none. */
export function absent(id: string, { fault }: Pick<Refusing, 'fault'>): AwsFault {
  return fault('NoSuchEntity', `No connector ${id} serves the account.`)
}

export function connectorArn({ partition, account }: Caller, id: string): string {
  return `arn:${partition}:gatehouse::${account}:connector/${id}`
}

function summary({ id, label, protocol }: KnownConnector) {
  return { Connector: id, Label: label, Protocol: protocol }
}

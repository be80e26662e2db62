import { keysOfPerson, removePersonKey } from '../../../sessions/person-keys.ts'
import { linkTo } from '../../../store/links.ts'
import type { PersonKeyRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { type AnyOperation, type Call, operation } from '../../operation.ts'
import { absent, connectorArn } from './connectors.ts'
import { DeletePersonKey, ListPersonKeys, type PersonKeyShown } from './mapping-model.ts'
import type { KnownConnector } from './ports.ts'

export interface PersonKeyOperationPorts {
  readonly connectors: () => readonly KnownConnector[]
  /** The account that looks after the keys of people, by the settings. */
  readonly keeper: () => string | undefined
}

const defaultMaxItems = 50
/** Names that one page looks at. */
const mostNames = 100
/** Several people of a connector may have had one name. */
const mostOfName = 100

/** What an administrator does for people who lost a security key. */
export function personKeyOperations(ports: PersonKeyOperationPorts): readonly AnyOperation[] {
  return [listPersonKeys(ports), deletePersonKey(ports)]
}

function listPersonKeys(ports: PersonKeyOperationPorts) {
  return operation(ListPersonKeys, {
    authorize: ({ Connector: id }, { caller }) => ({
      resource: id === undefined ? '*' : connectorArn(caller, id),
    }),
    async handle(input, call, _found, reads) {
      const { Connector: id, Subject: subject, UserName: start = '' } = input
      const kept = id === undefined ? keptBy(ports, call) : [existing(ports, id, call)]
      if (subject !== undefined) {
        const [connector] = kept
        const keys = connector
          ? await keysOfPerson(reads, { connector: connector.id, subject })
          : []
        return { Keys: keys.map(shapeOf) }
      }
      const prefixes = kept.map((one) => linkTo.keyHolder(one.id, start)).sort()
      return pageOf(reads, prefixes, input)
    },
  })
}

function deletePersonKey(ports: PersonKeyOperationPorts) {
  return operation(DeletePersonKey, {
    writes: true,
    authorize: ({ Connector: id }, { caller }) => ({ resource: connectorArn(caller, id) }),
    async handle({ Connector: id, Subject: subject, KeyId }, call, _found, writes) {
      const { id: connector } = existing(ports, id, call)
      const removed = await removePersonKey(writes, { connector, subject }, KeyId)
      return { Removed: removed !== undefined }
    },
  })
}

/** The connectors whose people's keys the caller's account looks after. */
function keptBy(
  { connectors, keeper }: PersonKeyOperationPorts,
  { account }: Pick<Call<never>, 'account'>,
): readonly KnownConnector[] {
  return connectors().filter(({ accounts }) => {
    const of = keeper() ?? (accounts.length === 1 ? accounts[0] : undefined)
    return of === account
  })
}

function existing(
  ports: PersonKeyOperationPorts,
  id: string,
  call: Pick<Call<'NoSuchEntity'>, 'account' | 'fault'>,
): KnownConnector {
  const found = keptBy(ports, call).find((one) => one.id === id)
  if (!found) throw absent(id, call)
  return found
}

async function pageOf(
  reads: Pick<Reads, 'linked' | 'linkTargets'>,
  prefixes: readonly string[],
  {
    MaxItems = defaultMaxItems,
    Marker,
  }: { MaxItems?: number | undefined; Marker?: string | undefined },
) {
  const Keys: PersonKeyShown[] = []
  const begun = Marker === undefined ? undefined : Buffer.from(Marker, 'base64url').toString()
  for (const prefix of prefixes) {
    // What sorts before the marker was told.
    const after = begun?.startsWith(prefix) ? begun : undefined
    if (begun !== undefined && after === undefined && prefix <= begun) continue
    const names = await reads.linkTargets('personKey', '*', { prefix, after, limit: mostNames })
    for (const name of names) {
      const rows = await reads.linked('personKey', '*', name, { limit: mostOfName })
      Keys.push(...rows.map(({ record }) => shapeOf(record)))
      if (Keys.length >= MaxItems) return { Keys, Marker: Buffer.from(name).toString('base64url') }
    }
    const last = names.at(-1)
    if (names.length === mostNames && last !== undefined)
      return { Keys, Marker: Buffer.from(last).toString('base64url') }
  }
  return { Keys }
}

function shapeOf({ connector, subject, username, ...key }: PersonKeyRecord): PersonKeyShown {
  const { lastUsedAt, aaguid } = key.securityKey
  return {
    ...{ Connector: connector, Subject: subject, UserName: username },
    ...{ KeyId: key.id, Name: key.name, AddedAt: key.createdAt, Model: aaguid },
    ...(lastUsedAt !== undefined && { LastUsedAt: lastUsedAt }),
  }
}

import { hash } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import type { PersonKeyRecord } from '../store/records.ts'
import type { Reads, Store, Writes } from '../store/store.ts'
import {
  type ChallengeUse,
  type KeyHolder,
  type RegisteredKey,
  type SecurityKeys,
  securityKeyOf,
} from './security-keys.ts'

/** A person of a connector. */
export type KeyPerson = Pick<Identity, 'connector' | 'subject' | 'username'>

/** A touched key of a person: which it was. */
export interface TouchedPersonKey {
  readonly id: string
  readonly name: string
  readonly at: Date
}

/** The security keys of people of connectors. */
export interface PersonKeys {
  /** In the order in which they were added. */
  of(person: Person): Promise<readonly PersonKeyRecord[]>
  /** Options for a browser that registers a key, as JSON; undefined: keys can't be used here. */
  registration(person: KeyPerson, use: ChallengeUse): Promise<string | undefined>
  /**
   * Adds the key that answered to `registration`, once. `full`: the person has as many as may be.
   */
  add(
    person: KeyPerson,
    use: ChallengeUse,
    key: { readonly name: string; readonly response: string },
  ): Promise<PersonKeyRecord | 'refused' | 'full'>
  /** Options for touching one of the person's keys, as JSON; undefined where there is none. */
  proof(person: KeyPerson, use: ChallengeUse): Promise<string | undefined>
  /**
   * Takes the response once, and keeps the key's new count. `copied`: it is right, and somebody has
   * a copy of the key.
   */
  touch(
    person: KeyPerson,
    use: ChallengeUse,
    response: string,
  ): Promise<TouchedPersonKey | 'refused' | 'copied'>
  /** Returns the key that was removed; undefined: the person has no such key. */
  remove(person: Person, id: string): Promise<PersonKeyRecord | undefined>
}

type Person = Pick<KeyPerson, 'connector' | 'subject'>

interface PersonKeyPorts {
  readonly reads: Pick<Reads, 'list'>
  readonly transact: Store['transact']
  readonly securityKeys: SecurityKeys
  readonly clock: Clock
  readonly ids: Pick<Ids, 'securityKey'>
}

/** Keys of people belong to no account. */
const account = '*'
const kind = 'personKey'
/** As many devices as a user of an account has. */
export const mostPersonKeys = 8

export function createPersonKeys(ports: PersonKeyPorts): PersonKeys {
  const { reads, transact, securityKeys, clock, ids } = ports
  const of: PersonKeys['of'] = (person) => keysOfPerson(reads, person)
  return {
    of,
    async registration(person, use) {
      if (!securityKeys.usable()) return undefined
      return securityKeys.registration(holderOf(person, await of(person)), use)
    },
    async add(person, use, { name, response }) {
      const known = await of(person)
      if (known.length >= mostPersonKeys) return 'full'
      const key = await securityKeys.newKey(holderOf(person, known), use, response)
      if (!key || !(await securityKeys.claim(key.challenge))) return 'refused'
      const id = ids.securityKey()
      const made = recordOf(person, { id, name, key, at: clock.now() })
      return transact(
        async (tx) => {
          // Another request may have added one meanwhile.
          const now = await keysOfPerson(tx, person)
          if (now.length >= mostPersonKeys) return 'full'
          const { credentialId } = key
          if (now.some(({ securityKey }) => securityKey.credentialId === credentialId))
            return 'refused'
          await tx.insert(kind, account, keyOf(person, id), made)
          return made
        },
        [account],
      )
    },
    async proof(person, use) {
      const keys = await of(person)
      if (!securityKeys.usable() || keys.length === 0) return undefined
      return securityKeys.proof(holderOf(person, keys), use)
    },
    async touch(person, use, response) {
      const keys = await of(person)
      const touched = await securityKeys.touched(holderOf(person, keys), use, response)
      if (typeof touched === 'string') return touched
      const found = keys.find(
        ({ securityKey }) => securityKey.credentialId === touched.key.credentialId,
      )
      if (!found) return 'refused'
      const { counter } = touched
      const used = { username: person.username, counter, at: clock.now() }
      const kept = await transact((tx) => keep(tx, found, used), [account])
      return kept === 'kept' ? { id: found.id, name: found.name, at: used.at } : kept
    },
    remove: (person, id) => transact((tx) => removePersonKey(tx, person, id), [account]),
  }
}

/** Removes a key in the open transaction, and returns what it was; undefined: there is none. */
export async function removePersonKey(
  writes: Pick<Writes, 'find' | 'remove'>,
  person: Person,
  id: string,
): Promise<PersonKeyRecord | undefined> {
  const key = keyOf(person, id)
  const found = await writes.find(kind, account, key)
  if (found) await writes.remove(kind, account, key)
  return found
}

/** The keys of a person, in the order in which they were added. */
export async function keysOfPerson(
  reads: Pick<Reads, 'list'>,
  person: Person,
): Promise<readonly PersonKeyRecord[]> {
  const prefix = `${personName(person)}/`
  const rows = await reads.list(kind, account, { after: prefix, limit: mostPersonKeys + 1 })
  return rows
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ record }) => record)
    .toSorted((one, other) => one.createdAt.localeCompare(other.createdAt))
}

function holderOf(person: KeyPerson, keys: readonly PersonKeyRecord[]): KeyHolder {
  const { username, connector } = person
  return {
    // Says nothing of the person, and is none of a user of an account.
    handle: `person/${personName(person)}`,
    name: `${username}@${connector}`.slice(0, 64),
    keys: keys.map(({ securityKey }) => securityKey),
  }
}

function recordOf(
  { connector, subject, username }: KeyPerson,
  made: {
    readonly id: string
    readonly name: string
    readonly key: RegisteredKey
    readonly at: Date
  },
): PersonKeyRecord {
  return {
    ...{ account, createdAt: made.at.toISOString(), managedBy: 'api' as const },
    ...{ connector, subject, username, id: made.id, name: made.name },
    securityKey: securityKeyOf(made.key),
  }
}

/** Keeps the count, unless the key was touched with a higher one or taken away meanwhile. */
async function keep(
  tx: Writes,
  known: PersonKeyRecord,
  { username, counter, at }: { username: string; counter: number; at: Date },
): Promise<'kept' | 'refused' | 'copied'> {
  const key = keyOf(known, known.id)
  const now = await tx.find(kind, account, key)
  if (!now) return 'refused'
  const { securityKey } = now
  if (counter > 0 && counter <= securityKey.counter) return 'copied'
  const used = { ...securityKey, counter, lastUsedAt: at.toISOString() }
  await tx.update(kind, account, key, { ...now, username, securityKey: used })
  return 'kept'
}

/** Names a person by connector and subject, and tells neither. */
function personName({ connector, subject }: Person): string {
  return hash('sha256', JSON.stringify([connector, subject]), 'base64url')
}

function keyOf(person: Person, id: string): string {
  return `${personName(person)}/${id}`
}

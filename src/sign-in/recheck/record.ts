import type { KeyRing } from '../../credentials/key-ring.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { SignInCode } from '../../kernel/sign-in-fault.ts'
import type { Ephemeral } from '../../store/ephemeral.ts'
import { identityOf, identityText } from '../identity-text.ts'
import { keyOf } from '../sign-in-token.ts'

/** A sign-in as it is now. */
export type Standing = { readonly identity: Identity } | { readonly ended: SignInCode }

/** What is kept of one sign-in for its checks. */
export interface RecheckRecord {
  /** As the last check that was answered found the person, or the sign-in. */
  readonly identity: Identity
  readonly checkedAt: Date
  /** The last try that nobody answered since then. */
  readonly triedAt?: Date | undefined
  /** Sealed. */
  readonly secret?: string | undefined
  /** Why a check ended the sign-in. */
  readonly ended?: SignInCode | undefined
}

export interface RecordPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'replace' | 'get' | 'remove' | 'claim'>
  readonly ring: Pick<KeyRing, 'seal' | 'unseal'>
}

/**
 * The records of sign-ins, in the short-lived state: until the sign-in ends, under the hash of a
 * random key that the browser's session holds on the server. A record that was removed is not
 * written again.
 */
export function recheckRecords({ ephemeral, ring }: RecordPorts, endOf: (of: Identity) => Date) {
  return {
    begin: (key: string, record: RecheckRecord) =>
      ephemeral.put('recheck', keyOf(key), textOf(record), endOf(record.identity)),
    /** False: the sign-in was ended meanwhile. */
    write: (key: string, record: RecheckRecord) =>
      ephemeral.replace('recheck', keyOf(key), textOf(record), endOf(record.identity)),
    async read(key: string): Promise<RecheckRecord | undefined> {
      const text = await ephemeral.get('recheck', keyOf(key))
      return text === undefined ? undefined : recordOf(text, key)
    },
    remove: (key: string) => ephemeral.remove('recheck', keyOf(key)),
    /** True for one caller at a time, on all nodes; until `until` at the latest. */
    claim: (key: string, until: Date) => ephemeral.claim('recheck', lockOf(key), until),
    release: (key: string) => ephemeral.remove('recheck', lockOf(key)),
    seal: (secret: string) => ring.seal('refresh-token', Buffer.from(secret)),
    unseal: (sealed: string) => ring.unseal('refresh-token', sealed)?.toString(),
  }
}

export type RecheckRecords = ReturnType<typeof recheckRecords>

const lockOf = (key: string) => keyOf(`check ${key}`)

function textOf({ identity, ...rest }: RecheckRecord): string {
  // Whoever reads a record came by its key.
  const bare = { ...identity, recheckKey: undefined }
  return JSON.stringify({ ...rest, identity: identityText(bare) })
}

function recordOf(text: string, recheckKey: string): RecheckRecord {
  const plain = JSON.parse(text)
  return {
    ...plain,
    identity: { ...identityOf(plain.identity), recheckKey },
    checkedAt: new Date(plain.checkedAt),
    ...(plain.triedAt !== undefined && { triedAt: new Date(plain.triedAt) }),
  }
}

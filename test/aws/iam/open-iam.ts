import { buildDispatch } from '../../../src/aws/dispatch.ts'
import { type IamPorts, iamOperations } from '../../../src/aws/iam/operations.ts'
import type { SamlProviderPorts } from '../../../src/aws/iam/saml-providers/operations.ts'
import type { AccountSettings } from '../../../src/config/placements.ts'
import { SigningSecret } from '../../../src/credentials/sigv4.ts'
import { Ids } from '../../../src/kernel/ids.ts'
import type { Caller } from '../../../src/sessions/caller.ts'
import { createKeyTickets } from '../../../src/sessions/key-tickets.ts'
import type { KeyUses } from '../../../src/sessions/key-uses.ts'
import { openLastAccessed } from '../../../src/sessions/last-accessed.ts'
import { createMfa } from '../../../src/sessions/mfa.ts'
import { samlProviderKeys } from '../../../src/sessions/saml-provider-keys.ts'
import {
  createSecurityKeys,
  type SecurityKeySettings,
} from '../../../src/sessions/security-keys.ts'
import { createTouchCodes } from '../../../src/sessions/touch-codes.ts'
import { createUserKeys } from '../../../src/sessions/user-keys.ts'
import { createUserPasswords } from '../../../src/sessions/user-passwords.ts'
import type { AccountQuotas } from '../../../src/store/account-quotas.ts'
import type { Ephemeral } from '../../../src/store/ephemeral.ts'
import type { RecordKinds } from '../../../src/store/records.ts'
import { recordingAudit } from '../../audit/recording-audit.ts'
import { openRooms } from '../../sessions/scene.ts'
import {
  account,
  allow,
  codeOf,
  iamPorts,
  messageOf,
  now,
  send,
  userCaller,
} from '../wire-scene.ts'

const secretAccessKey = 'alice-secret-alice-secret-alice-secret-40'
type Parameters = Readonly<Record<string, string>>
type Made<K extends 'user' | 'group' | 'role'> = Partial<RecordKinds[K]> & { readonly name: string }

/**
 * Every IAM operation on a real store, as one caller who may do everything unless the test says
 * otherwise.
 */
export async function openIam({
  settings = {},
  caller = userCaller({ layers: { identity: [allow('iam:*')] } }),
  claim,
  readMetadata,
  audit = recordingAudit(),
  keyUses = iamPorts.keyUses,
  quotas,
  ownServices = iamPorts.ownServices,
  keySettings = () => keysByName,
  sqlite,
}: {
  settings?: Omit<AccountSettings, 'id'>
  caller?: Caller
  /** Awaited before a one-time code is claimed. */
  claim?: () => Promise<void>
  /** In place of the parser. */
  readMetadata?: SamlProviderPorts['readMetadata']
  audit?: ReturnType<typeof recordingAudit>
  keyUses?: Pick<KeyUses, 'find'>
  quotas?: AccountQuotas
  ownServices?: IamPorts['ownServices']
  keySettings?: () => SecurityKeySettings
  /** The store's file; absent: none. */
  sqlite?: string
} = {}) {
  const rooms = await openRooms(settings, sqlite)
  const bugs: unknown[] = []
  const samlProviders = { ...samlProviderKeys(rooms.ring), ...(readMetadata && { readMetadata }) }
  const ephemeral = rooms.store.ephemeral()
  const mfa = createMfa({
    ...{ ...rooms.store, touchCodes: { take: async () => false } },
    ring: rooms.ring,
    ephemeral: {
      count: ephemeral.count,
      claim: async (...asked) => {
        await claim?.()
        return ephemeral.claim(...asked)
      },
    },
    tries: { mayTryCode: async () => true, wrongCode: async () => {} },
    clock: rooms.clock,
  })
  const keyProofs = keyProofsOf(rooms, ephemeral, keySettings)
  const passwords = createUserPasswords({ reads: rooms.store.reads, ephemeral, clock: rooms.clock })
  const lasting = lastingOf(ephemeral)
  const lastAccessed = openLastAccessed({ ephemeral: lasting, log: () => undefined })
  const as = (other: Caller) => {
    const dispatch = buildDispatch(
      iamOperations({
        ...{ ...iamPorts, keyUses, mfa, passwords, samlProviders, ...keyProofs },
        ...{ lastAccessed, ephemeral: lasting, ownServices },
      }),
      {
        store: rooms.store,
        lastAccessed,
        callers: {
          claimant: async () => ({
            secret: new SigningSecret(secretAccessKey),
            caller: async () => other,
          }),
          ofClaims: async () => other,
        },
        clock: { now: () => now },
        region: 'eu-central-1',
        keyUses: { note: () => undefined },
        messages: { encode: () => undefined },
        audit,
        ids: { uuid: () => 'id' },
        quotas,
        log: (_event, { err }) => void bugs.push(err),
      },
    )
    return (action: string, parameters: Parameters = {}) =>
      send(dispatch, 'iam', action, parameters)
  }
  const call = as(caller)
  /** Puts an entity there as the API would have. */
  async function make<K extends 'user' | 'group' | 'role'>(
    kind: K,
    record: Made<K>,
  ): Promise<void> {
    const whole = {
      account,
      createdAt: now.toISOString(),
      managedBy: 'api',
      id: `ID${record.name}`,
      path: '/',
      inlinePolicies: {},
      attachedPolicies: [],
      ...(kind === 'user' && { tags: [], groups: [] }),
      ...(kind === 'role' && { tags: [], trustPolicy: '{}', maxSessionDurationSeconds: 3600 }),
      ...record,
    }
    await rooms.store.transact((tx) =>
      tx.insert(kind, account, record.name.toLowerCase(), whole as unknown as RecordKinds[K]),
    )
  }
  /** `200`, or the code and message of a refusal. */
  async function outcome(action: string, parameters: Parameters = {}): Promise<string> {
    const answer = await call(action, parameters)
    return answer.status === 200 ? '200' : `${codeOf(answer)}: ${messageOf(answer)}`
  }
  return {
    ...rooms,
    ...{ passwords, lastAccessed, as, call, outcome, make, bugs },
    async [Symbol.asyncDispose]() {
      await lastAccessed[Symbol.asyncDispose]()
      await rooms[Symbol.asyncDispose]()
    },
  }
}

function keyProofsOf(
  rooms: Awaited<ReturnType<typeof openRooms>>,
  ephemeral: Ephemeral,
  settings: () => SecurityKeySettings,
) {
  const { ring, clock, store } = rooms
  const securityKeys = createSecurityKeys({ ring, clock, ephemeral, settings })
  const { reads, transact } = store
  return {
    securityKeys,
    userKeys: createUserKeys({ reads, transact, securityKeys, clock }),
    keyTickets: createKeyTickets({ ring, clock, publicUrl: new URL('https://sso.example.com') }),
    touchCodes: createTouchCodes({ ring, ephemeral, ids: new Ids(), clock }),
  }
}

const keysByName: SecurityKeySettings = {
  party: { id: 'sso.example.com', name: 'Example', origin: 'https://sso.example.com' },
  wishes: { userVerification: 'preferred', residentKey: 'discouraged', attestation: 'none' },
  models: [],
  passkeys: false,
}

/** The store's clock is the machine's, that of calls stands still: what they keep stays. */
function lastingOf(ephemeral: Ephemeral): Ephemeral {
  const forever = new Date(8.64e15)
  return { ...ephemeral, put: (space, key, value) => ephemeral.put(space, key, value, forever) }
}

export const arnOf = (resource: string) => `arn:aws:iam::${account}:${resource}`
/** Texts of every element of that name. */
export function texts({ body }: { readonly body: string }, element: string): readonly string[] {
  return [...body.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(
    (match) => match[1]!,
  )
}
/** The members of a `<…><member>TEXT</member></…>` list. */
export function listed(answer: { readonly body: string }): readonly string[] {
  return texts(answer, 'member')
}
/** A policy document of that many characters, white space not counted. */
export function documentOf(characters: number): string {
  const withResources = (last: number) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 's3:Get*',
          Resource: [
            ...Array(Math.floor(characters / 1500)).fill(`arn:aws:s3:::${'x'.repeat(1200)}`),
            `arn:aws:s3:::${'x'.repeat(last)}`,
          ],
        },
      ],
    })
  return withResources(characters - withResources(0).length)
}

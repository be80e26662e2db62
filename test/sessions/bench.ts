import { openKeyRing } from '../../src/credentials/key-ring.ts'
import { type AccountSettings, putInPlace } from '../../src/config/put-in-place.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { openCallers } from '../../src/sessions/callers.ts'
import { openFederation } from '../../src/sessions/federate.ts'
import { openIssuer } from '../../src/sessions/issue.ts'
import { openRevocations } from '../../src/sessions/revocations.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { movableClock } from '../conformance/ephemeral.ts'

export const account = '111122223333'
export const secret = 'abcdefghijabcdefghijabcdefghijabcdefghij'
export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`

export function document(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement })
}
export const allow = (Action: string | readonly string[], Resource = '*') => ({ Effect: 'Allow', Action, Resource })

/** The real store, ring, callers, issuer and federation over one account; `put` changes what the account holds. */
export async function openRooms(settings: Omit<AccountSettings, 'id'>) {
  const clock = movableClock()
  const ids = new Ids()
  const store = await openSqliteStore({ path: ':memory:', clock })
  const ring = await openKeyRing({ documents: store.documents, rootKey: Buffer.alloc(32, 7), clock, ids })
  const seal = (text: string) => ring.seal('access-key-secret', Buffer.from(text))
  const open = (sealed: string) => ring.open('access-key-secret', sealed)?.toString()
  const put = (changed: Omit<AccountSettings, 'id'>) => putInPlace([{ id: account, ...changed }], { store, clock, ids, seal, open })
  await put(settings)
  const revocations = openRevocations({ store })
  const issuer = openIssuer({ store, ring, clock, ids })
  const connectors = [{ id: 'staff', accounts: [account] }]
  return {
    clock, store, ring, put, issuer, callers: openCallers({ store, ring, revocations, clock }), revocations,
    federation: openFederation({ store, issuer, clock, connectors: () => connectors }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

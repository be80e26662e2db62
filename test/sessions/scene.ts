import type { AccountSettings } from '../../src/config/placements.ts'
import { putInPlace } from '../../src/config/put-in-place.ts'
import { loadKeyRing } from '../../src/credentials/key-ring.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { createCallers } from '../../src/sessions/callers.ts'
import { createFederation } from '../../src/sessions/federate.ts'
import { createIssuer } from '../../src/sessions/issue.ts'
import { createRevocations } from '../../src/sessions/revocations.ts'
import { openStore } from '../../src/store/open-store.ts'
import { movableClock } from '../conformance/ephemeral.ts'
import { noUpstreams } from '../upstream/none.ts'

/** What issues sessions of our own needs no more. */
export const without = { log: () => {}, upstreams: noUpstreams }

export const account = '111122223333'
export const secret = 'abcdefghijabcdefghijabcdefghijabcdefghij'
export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`

export function document(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement })
}
export const allow = (Action: string | readonly string[], Resource = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
})

/**
 * The real store, ring, callers, issuer and federation over one account; `put` changes what the
 * account holds.
 */
export async function openRooms(settings: Omit<AccountSettings, 'id'>, sqlite = ':memory:') {
  const clock = movableClock()
  const ids = new Ids()
  const store = await openStore({ sqlite }, { clock })
  const ring = await loadKeyRing({
    documents: store.documents,
    rootKey: Buffer.alloc(32, 7),
    clock,
    ids,
  })
  const seal = (text: string) => ring.seal('access-key-secret', Buffer.from(text))
  const open = (sealed: string) => ring.unseal('access-key-secret', sealed)?.toString()
  const put = (changed: Omit<AccountSettings, 'id'>) =>
    putInPlace([{ id: account, ...changed }], {
      store,
      clock,
      ids,
      seal,
      open,
      settingsName: 'main',
    })
  await put(settings)
  const revocations = createRevocations({ store })
  const issuer = createIssuer({ ...without, store, ring, clock, ids })
  const connectors = [{ id: 'staff', accounts: [account] }]
  return {
    clock,
    store,
    ring,
    put,
    issuer,
    callers: createCallers({ store, ring, revocations, clock }),
    revocations,
    federation: createFederation({
      ...{ store, issuer, clock, upstreams: noUpstreams },
      connectors: () => connectors,
    }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

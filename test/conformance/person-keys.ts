import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KeyRing, loadKeyRing } from '../../src/credentials/key-ring.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { Ids } from '../../src/kernel/ids.ts'
import {
  createPersonKeys,
  mostPersonKeys,
  type PersonKeys,
} from '../../src/sessions/person-keys.ts'
import { createSecurityKeys } from '../../src/sessions/security-keys.ts'
import { everyKeyHolder, linkTo } from '../../src/store/links.ts'
import type { Store } from '../../src/store/store.ts'
import { SoftKey } from '../credentials/soft-key.ts'
import { movableClock } from './ephemeral.ts'

const origin = 'https://sso.example.com'
const amina = { connector: 'corp', subject: 'uuid-1', username: 'Amina' }
const jonas = { connector: 'corp', subject: 'uuid-2', username: 'jonas' }
const register = { purpose: 'person-register', by: 'one' }
const touching = { purpose: 'person-touch', by: 'one' }

interface Keys {
  readonly keys: PersonKeys
  add(person: typeof amina, soft?: SoftKey): Promise<SoftKey>
}

/** Keys of people are the same on every store. `beside`: another process on the same data. */
export function personKeysConformance(
  name: string,
  open: () => Promise<AsyncDisposable & { readonly store: Store; readonly beside: Store }>,
): void {
  for (const [title, tell] of Object.entries(stories))
    test(`${name}: ${title}`, async () => {
      await using opened = await open()
      const { store, beside } = opened
      const ring = await loadKeyRing({
        ...{ documents: store.documents, rootKey },
        ...{ clock: systemClock, ids: new Ids() },
      })
      const claimed = new Set<string>()
      const of = (one: Store) => keysOf(one, ring, claimed)
      await tell(of(store), of(beside), store)
    })
}

const stories: Readonly<Record<string, (at: Keys, beside: Keys, store: Store) => Promise<void>>> = {
  async 'keys of people are theirs alone, in the order in which they were added'(at) {
    const first = await at.add(amina)
    await at.add(amina)
    await at.add(jonas)
    assert.equal((await at.keys.of(amina)).length, 2)
    const [one] = await at.keys.of(amina)
    assert.equal(one?.securityKey.credentialId, first.id.toString('base64url'))
    assert.equal(one?.account, '*')
    const options = (await at.keys.proof(jonas, touching))!
    assert.equal(await at.keys.touch(jonas, touching, first.get(options)), 'refused')
    assert.equal(await at.keys.remove(jonas, one!.id), undefined)
    assert.equal((await at.keys.of({ ...amina, connector: 'other' })).length, 0)
  },

  async 'two processes take an answer once, and a count that goes back is a copy'(at, beside) {
    const soft = await at.add(amina)
    const options = (await at.keys.proof(amina, touching))!
    const response = soft.get(options)
    const both = await Promise.all(
      [at, beside].map(({ keys }) => keys.touch(amina, touching, response)),
    )
    assert.equal(both.filter((one) => typeof one === 'object').length, 1)
    const again = (await beside.keys.proof(amina, touching))!
    const old = soft.get(again, { counter: 1 })
    assert.equal(await beside.keys.touch(amina, touching, old), 'copied')
  },

  async 'no more than eight, also when two processes add at once'(at, beside) {
    for (let i = 1; i < mostPersonKeys; i++) await at.add(amina)
    const ready = await Promise.all(
      [at, beside].map(async ({ keys }) => {
        const response = new SoftKey(origin).create((await keys.registration(amina, register))!)
        return () => keys.add(amina, register, { name: 'last', response })
      }),
    )
    const added = await Promise.all(ready.map((add) => add()))
    assert.equal(added.filter((one) => one === 'full').length, 1)
    assert.equal((await at.keys.of(amina)).length, mostPersonKeys)
  },

  async 'a removed key touches nothing, and people are found by their name'(at, _beside, store) {
    const soft = await at.add(amina)
    await at.add(jonas)
    const prefix = everyKeyHolder('corp')
    const found = await store.reads.linkTargets('personKey', '*', { prefix, limit: 10 })
    assert.deepEqual(found, [linkTo.keyHolder('corp', 'amina'), linkTo.keyHolder('corp', 'JONAS')])
    const options = (await at.keys.proof(amina, touching))!
    const [key] = await at.keys.of(amina)
    assert.equal((await at.keys.remove(amina, key!.id))?.name, 'key')
    assert.equal(await at.keys.touch(amina, touching, soft.get(options)), 'refused')
    assert.equal(await at.keys.proof(amina, touching), undefined)
    assert.equal(await at.keys.remove(amina, key!.id), undefined)
  },
}

const rootKey = Buffer.alloc(32, 7)

function keysOf({ reads, transact }: Store, ring: KeyRing, claimed: Set<string>): Keys {
  const clock = movableClock()
  const securityKeys = createSecurityKeys({
    ...{ clock, ring },
    ephemeral: {
      claim: async (_space, key) => !claimed.has(key) && claimed.add(key) !== undefined,
    },
    settings: () => ({
      party: { id: 'sso.example.com', name: 'Example', origin },
      wishes: { userVerification: 'preferred', residentKey: 'discouraged', attestation: 'none' },
      models: [],
      passkeys: false,
    }),
  })
  const keys = createPersonKeys({ reads, transact, securityKeys, clock, ids: new Ids() })
  return {
    keys,
    async add(person, soft = new SoftKey(origin)) {
      clock.pass(1)
      const response = soft.create((await keys.registration(person, register))!)
      const added = await keys.add(person, register, { name: 'key', response })
      assert.ok(typeof added === 'object', `${added}`)
      return soft
    },
  }
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadKeyRing } from '../../src/credentials/key-ring.ts'
import type { Identity } from '../../src/kernel/identity.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { keepRecentSignIns, recentSignIns } from '../../src/sign-in/recent-sign-ins.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { movableClock } from '../conformance/ephemeral.ts'

const day = 86_400_000

async function openScene(keepPeopleForSeconds = 10 * 86_400) {
  const clock = movableClock(new Date('2026-03-02T12:00:00Z'))
  await using undo = new AsyncDisposableStack()
  const store = undo.use(await openSqliteStore({ path: ':memory:', clock }))
  const { documents } = store
  const ring = await loadKeyRing({
    ...{ documents, rootKey: Buffer.alloc(32, 3), clock },
    ids: new Ids(),
  })
  const state = { writes: 0, fails: false }
  const counted: Pick<Store, 'reads' | 'transact'> = {
    reads: store.reads,
    async transact(work) {
      state.writes += 1
      if (state.fails) throw new Error('no room')
      return store.transact(work)
    },
  }
  const logged: string[] = []
  const log = (event: string) => void logged.push(event)
  const ports = { store: counted, ring, clock, log, keepPeopleForSeconds }
  const person = (username: string, more: Partial<Identity> = {}): Identity => ({
    ...{ connector: 'corp', protocol: 'ldap', subject: `id-${username}`, username },
    ...{ displayName: username, groups: ['staff'], strength: 'password' },
    attributes: new Map([['mail', [`${username}@example.com`]]]),
    authenticatedAt: clock.now(),
    ...more,
  })
  /** One node that judges these people and stops. */
  const judge = async (...people: readonly Identity[]) => {
    await using recent = keepRecentSignIns(ports)
    for (const one of people) recent.note(one)
  }
  const kept = async (since = new Date(0)) => {
    const found = []
    for await (const { identity } of recentSignIns(store.reads, ring, { since }))
      found.push(identity)
    return found
  }
  const owned = undo.move()
  return {
    ...{ clock, store, state, logged, person, judge, kept },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
const names = (people: readonly Identity[]) => people.map(({ username }) => username)

test('keeps what the last sign-in of each person proved, sealed', async () => {
  await using scene = await openScene()
  const amina = scene.person('amina', { recheckKey: 'secret-key' })
  await scene.judge(amina, scene.person('jonas'))
  const { recheckKey: _not, ...proved } = amina
  assert.deepEqual(
    (await scene.kept()).find(({ username }) => username === 'amina'),
    proved,
  )
  const [row] = await scene.store.reads.list('recentSignIn', '*', { limit: 1 })
  assert.doesNotMatch(JSON.stringify(row), /amina|jonas|staff|secret-key/)
  const moved = scene.person('amina', { groups: ['admins'], subject: amina.subject })
  await scene.judge(moved)
  assert.deepEqual(
    (await scene.kept()).filter(({ username }) => username === 'amina').map(({ groups }) => groups),
    [['admins']],
  )
})

test('writes once a day for a person of whom the same is proved', async () => {
  await using scene = await openScene()
  await scene.judge(scene.person('amina'))
  const first = scene.state.writes
  for (let hour = 0; hour < 5; hour += 1) {
    scene.clock.pass(3_600)
    await scene.judge(scene.person('amina'))
  }
  assert.equal(scene.state.writes, first)
  scene.clock.pass(86_400)
  await scene.judge(scene.person('amina'))
  assert.ok(scene.state.writes > first)
})

test('tells two accounts and two connectors apart', async () => {
  await using scene = await openScene()
  const of = (more: Partial<Identity>) => scene.person('amina', more)
  await scene.judge(of({}), of({ connector: 'other' }), of({ account: '111122223333' }))
  assert.equal((await scene.kept()).length, 3)
})

test('people are listed from the latest day on, and removed once they are too old', async () => {
  await using scene = await openScene()
  await scene.judge(scene.person('first'))
  scene.clock.pass(5 * 86_400)
  await scene.judge(scene.person('second'))
  assert.deepEqual(names(await scene.kept()), ['second', 'first'])
  const since = new Date(scene.clock.now().getTime() - day)
  assert.deepEqual(names(await scene.kept(since)), ['second'])
  scene.clock.pass(6 * 86_400)
  await scene.judge(scene.person('third'))
  assert.deepEqual(names(await scene.kept()), ['third', 'second'])
})

test('keeps nobody where the settings say so, nor a person with too much', async () => {
  await using none = await openScene(0)
  await none.judge(none.person('amina'))
  await using scene = await openScene()
  await scene.judge(scene.person('huge', { groups: ['x'.repeat(300_000)] }))
  const crowd = Array.from({ length: 200 }, (_, at) => scene.person(`p${at}`))
  await scene.judge(...crowd)
  assert.deepEqual(await none.kept(), [])
  const kept = names(await scene.kept())
  assert.ok(!kept.includes('huge'))
  assert.equal(kept.length, 32, 'the store is not flooded by many at once')
})

test('no sign-in fails by a store that takes no writes, and the next one is kept', async () => {
  await using scene = await openScene()
  scene.state.fails = true
  await scene.judge(scene.person('amina'))
  assert.deepEqual(scene.logged, ['recent-sign-in-unkept'])
  scene.state.fails = false
  await scene.judge(scene.person('amina'))
  assert.deepEqual(names(await scene.kept()), ['amina'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Begun, buildOpenSessions } from '../../src/sign-in/open-sessions.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { movableClock } from '../conformance/ephemeral.ts'
import { inMemory } from '../http/in-memory.ts'

const account = '111122223333'
const hour = 3600

async function openScene() {
  const clock = movableClock(new Date('2026-03-02T12:00:00Z'))
  await using undo = new AsyncDisposableStack()
  const store = undo.use(await openSqliteStore({ path: ':memory:', clock }))
  const state = { fails: false }
  const failing: Pick<Store, 'reads' | 'transact'> = {
    reads: store.reads,
    transact: (work, accounts) =>
      state.fails ? Promise.reject(new Error('no room')) : store.transact(work, accounts),
  }
  const logged: string[] = []
  const ephemeral = inMemory(clock)
  const ports = {
    ...{ store: failing, ephemeral, clock },
    log: (event: string) => void logged.push(event),
  }
  const sessions = buildOpenSessions(ports)
  /** Begins a session a second later, on a node that then stops. */
  async function begin(id: string, more: Partial<Begun> = {}): Promise<void> {
    clock.pass(1)
    await using node = buildOpenSessions(ports)
    node.begun({
      ...{ kind: 'sign-in', id, owner: 'connector corp', person: 'Ada' },
      until: new Date(clock.now().getTime() + hour * 1000),
      origin: { sourceAddress: '203.0.113.7', userAgent: 'browser' },
      ...more,
    })
  }
  const owners = [account, 'connector corp']
  const ids = async (more: Partial<Parameters<typeof sessions.list>[0]> = {}) =>
    (await sessions.list({ owners, limit: 50, ...more })).sessions.map(({ record }) => record.id)
  const keyOf = async (id: string) =>
    (await sessions.list({ owners, limit: 50 })).sessions.find(({ record }) => record.id === id)
      ?.key ?? assert.fail(`${id} is not on the list`)
  const end = async (id: string, by: readonly string[] = owners) => {
    const key = await keyOf(id)
    return store.transact((tx) => sessions.end(tx, key, by))
  }
  const owned = undo.move()
  return {
    ...{ clock, store, state, logged, ephemeral, sessions, begin, ids, keyOf, end, owners },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

test('sessions of several owners are in one order, in pages that go on', async () => {
  await using at = await openScene()
  for (let i = 0; i < 7; i++)
    await at.begin(`session-${i}`, { owner: i % 2 === 0 ? account : 'connector corp' })
  await at.begin('session-of-others', { owner: '999988887777' })
  assert.deepEqual(
    await at.ids(),
    [6, 5, 4, 3, 2, 1, 0].map((i) => `session-${i}`),
  )
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await at.sessions.list({ owners: at.owners, limit: 3, after })
    seen.push(...page.sessions.map(({ record }) => record.id))
    after = page.next
  } while (after !== undefined)
  assert.deepEqual(seen, await at.ids())
  assert.deepEqual(await at.ids({ owners: [] }), [])
})

test('lists those of a person, whatever the case, and those of a kind', async () => {
  await using at = await openScene()
  await at.begin('one-of-ada')
  await at.begin('one-of-ben', { person: 'ben' })
  await at.begin('console-of-ada', { kind: 'console' })
  assert.deepEqual(await at.ids({ person: 'aDA' }), ['console-of-ada', 'one-of-ada'])
  assert.deepEqual(await at.ids({ kind: 'sign-in' }), ['one-of-ben', 'one-of-ada'])
  for (let i = 0; i < 60; i++) await at.begin(`console-${i}`, { kind: 'console' })
  assert.deepEqual(await at.ids({ kind: 'sign-in', limit: 5 }), ['one-of-ben', 'one-of-ada'])
})

test('a session leaves the list when it times out, ends, or is known nowhere', async () => {
  await using at = await openScene()
  for (const id of ['signed-out', 'forgotten', 'stays-longer']) await at.begin(id)
  await at.begin('times-out', { until: new Date(at.clock.now().getTime() + 10_000) })
  await at.sessions.gone('signed-out')
  await at.ephemeral.remove('open-session', 'forgotten')
  at.clock.pass(20)
  assert.deepEqual(await at.ids(), ['stays-longer'])
  assert.equal(await at.sessions.isEnded('signed-out'), false, 'nobody ended it')
})

test('tells when and from where a session was used, to the minute', async () => {
  await using at = await openScene()
  await at.begin('used-often')
  const seen = async () =>
    (await at.sessions.list({ owners: at.owners, limit: 1 })).sessions[0]?.seen
  const began = at.clock.now().toISOString()
  assert.deepEqual(await seen(), { at: began, address: '203.0.113.7' })
  at.clock.pass(90)
  await at.sessions.seen('used-often', { sourceAddress: '198.51.100.9' })
  const later = at.clock.now().toISOString()
  assert.deepEqual(await seen(), { at: later, address: '198.51.100.9' })
  at.clock.pass(30)
  await at.sessions.seen('used-often', { sourceAddress: '192.0.2.1' })
  assert.deepEqual(await seen(), { at: later, address: '198.51.100.9' })
  await at.sessions.gone('used-often')
  at.clock.pass(90)
  await at.sessions.seen('used-often', { sourceAddress: '192.0.2.1' })
  assert.deepEqual(await at.ids(), [], 'what is gone does not come back')
})

test('an end counts for the session and what came from it, and for its owners', async () => {
  await using at = await openScene()
  await at.begin('the-sign-in')
  await at.begin('its-console', { kind: 'console', owner: account, signIn: 'the-sign-in' })
  await at.begin('its-wiki-app', { kind: 'app', signIn: 'the-sign-in' })
  await at.begin('another-one')
  assert.equal(await at.end('the-sign-in', ['999988887777']), undefined)
  assert.equal(await at.sessions.isEnded('the-sign-in'), false)
  assert.equal((await at.end('the-sign-in'))?.record.id, 'the-sign-in')
  for (const id of ['the-sign-in', 'its-console', 'its-wiki-app'])
    assert.equal(await at.sessions.isEnded(id), true, id)
  assert.deepEqual(await at.ids(), ['another-one'])
  assert.equal(await at.sessions.isEnded('another-one'), false)
})

test('what ended long ago is removed, and an app that is used again is one session', async () => {
  await using at = await openScene()
  await at.begin('old-session')
  await at.begin('the-same-app', { kind: 'app' })
  await at.begin('the-same-app', { kind: 'app' })
  assert.equal(await at.store.reads.count('openSession', '*'), 2)
  at.clock.pass(4 * 86_400)
  await at.begin('new-session')
  assert.equal(await at.store.reads.count('openSession', '*'), 1)
})

test('no sign-in fails by the list', async () => {
  await using at = await openScene()
  at.state.fails = true
  await at.begin('not-listed')
  await at.sessions.gone('not-listed')
  assert.deepEqual(await at.ids(), [])
  assert.deepEqual(at.logged, ['open-session-unlisted'])
})

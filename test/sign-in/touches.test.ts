import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Identity, mfaAt, withoutTouch, withTouch } from '../../src/kernel/identity.ts'
import { identityOf, identityText } from '../../src/sign-in/identity-text.ts'
import { rememberTouches, signInId } from '../../src/sign-in/touches.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { movableClock } from '../conformance/ephemeral.ts'

const signedInAt = new Date('2026-12-01T08:00:00.000Z')
const amina: Identity = {
  connector: 'corp',
  protocol: 'ldap',
  subject: 'uuid-1',
  username: 'amina',
  displayName: 'Amina',
  attributes: new Map(),
  groups: [],
  authenticatedAt: signedInAt,
  signIn: 'first',
  strength: 'password',
}

async function opened() {
  const clock = movableClock(signedInAt)
  const store = await openSqliteStore({ path: ':memory:', clock })
  const state = { allowed: true, keys: new Set(['K1']) }
  const touches = rememberTouches({
    ephemeral: store.ephemeral(),
    mayHaveKeys: () => state.allowed,
    hasKey: async (_person, id) => state.keys.has(id),
  })
  const until = new Date(signedInAt.getTime() + 3_600_000)
  const note = (at: Date) => touches.note(amina, { key: 'K1', at }, until)
  return { clock, state, touches, note, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

test('a touch raises its sign-in, and no other, until it ends', async () => {
  await using at = await opened()
  assert.equal((await at.touches.raised(amina)).strength, 'password')
  at.clock.pass(60)
  await at.note(at.clock.now())
  const raised = await at.touches.raised(amina)
  assert.equal(raised.strength, 'hardware')
  assert.deepEqual(mfaAt(raised), new Date('2026-12-01T08:01:00.000Z'))
  for (const other of [
    { ...amina, signIn: 'second' },
    { ...amina, signIn: undefined },
    { ...amina, subject: 'uuid-2' },
    { ...amina, connector: 'other' },
  ])
    assert.equal((await at.touches.raised(other)).strength, 'password', JSON.stringify(other))
  at.clock.pass(3600)
  assert.equal((await at.touches.raised(amina)).strength, 'password')
})

test('a key that is gone, and a rule that lets nobody have one, raise nothing', async () => {
  await using at = await opened()
  await at.note(signedInAt)
  at.state.keys.clear()
  assert.equal((await at.touches.raised(amina)).strength, 'password')
  at.state.keys.add('K1')
  at.state.allowed = false
  assert.equal((await at.touches.raised(amina)).strength, 'password')
})

test('what a directory says at a re-check is raised again, whatever it was before', async () => {
  await using at = await opened()
  await at.note(signedInAt)
  const checked: Identity = { ...amina, groups: ['ops'], strength: 'multi-factor' }
  const raised = await at.touches.raised(checked)
  assert.deepEqual([raised.strength, raised.groups], ['hardware', ['ops']])
  assert.equal(withoutTouch(raised).strength, 'multi-factor')
})

test('a raise is kept in no text, and twice raised is once', () => {
  const raised = withTouch(withTouch(amina, signedInAt), new Date('2026-12-01T09:00:00.000Z'))
  assert.deepEqual(raised.touch?.without, 'password')
  const kept = identityOf(identityText(raised))
  assert.equal(kept.strength, 'password')
  assert.equal(kept.touch, undefined)
  assert.equal(signInId(kept), signInId(raised))
})

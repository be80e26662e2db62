import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignInFault } from '../../../src/kernel/sign-in-fault.ts'
import type { Standing } from '../../../src/sign-in/recheck/record.ts'
import { openScene, origin } from './scene.ts'

const groupsOf = (standing: Standing) =>
  'ended' in standing ? standing.ended : standing.identity.groups.join()
const away = async () => {
  throw new SignInFault('directory-unavailable', 'connection refused')
}

test('a person is looked up at the first request after the interval, and not before', async () => {
  const { clock, state, openNode, alice, counted, events } = await openScene()
  const node = openNode()
  const signedIn = await node.begin(alice)
  assert.ok(signedIn.recheckKey)
  state.answer = async (one) => ({ ...one, groups: ['staff', 'ops'], username: 'alicia' })
  clock.pass(899)
  assert.equal(groupsOf(await node.current(signedIn, origin)), 'devs,staff')
  assert.equal(state.asked, 0)
  clock.pass(1)
  const standing = await node.current(signedIn, origin)
  assert.equal(groupsOf(standing), 'staff,ops')
  assert.ok('identity' in standing)
  const { identity } = standing
  assert.equal(identity.username, 'alicia')
  assert.equal(identity.strength, 'multi-factor')
  assert.deepEqual(identity.authenticatedAt, alice.authenticatedAt)
  assert.equal(identity.recheckKey, signedIn.recheckKey)
  // Whoever still holds the identity of the sign-in gets that of the check.
  assert.equal(groupsOf(await node.current(signedIn, origin)), 'staff,ops')
  assert.equal(groupsOf(await node.current(identity, origin)), 'staff,ops')
  clock.pass(899)
  await node.current(signedIn, origin)
  assert.equal(state.asked, 1)
  clock.pass(1)
  await node.current(signedIn, origin)
  assert.deepEqual(counted, ['corp changed', 'corp same'])
  assert.deepEqual(
    events.map(({ eventName, requestParameters }) => [eventName, requestParameters]),
    [['SignInRecheck', { groups: { lost: ['devs'], gained: ['ops'] } }]],
    'a check that finds nothing new writes nothing',
  )
})

test('a refusal ends the sign-in for everybody who holds it, and is recorded', async () => {
  const { clock, state, openNode, alice, events, lost, kept } = await openScene()
  const [one, two] = [openNode(), openNode()]
  const signedIn = await one.begin(alice, 'refresh-1')
  state.answer = async () => {
    throw new SignInFault('account-disabled', 'the directory says `nsAccountLock: TRUE`')
  }
  clock.pass(900)
  assert.deepEqual(await one.current(signedIn, origin), { ended: 'account-disabled' })
  state.answer = async (identity) => identity
  for (const node of [one, two])
    assert.deepEqual(await node.current(signedIn, origin), { ended: 'account-disabled' })
  assert.equal(state.asked, 1, 'it is over: nobody is asked again')
  const [event] = events
  assert.equal(event?.eventName, 'SignInRecheck')
  assert.equal(event?.errorCode, 'account-disabled')
  assert.match(event?.chain.detail ?? '', /nsAccountLock: TRUE/)
  assert.equal(event?.chain.identity?.subject, 'uuid-of-alice')
  assert.deepEqual(lost, [], 'sessions are revoked only where the settings say so')
  const left = await kept.get(
    'recheck',
    kept
      .names()
      .find((n) => n.startsWith('recheck/'))!
      .slice(8),
  )
  assert.ok(left && !left.includes('secret'), 'the refresh token is gone')
})

test('by the setting a refusal revokes sessions of the person; no answer does not', async () => {
  const { clock, state, openNode, alice, lost } = await openScene({
    revokeSessions: true,
    awaySeconds: 0,
  })
  const node = openNode()
  const [refused, unanswered] = [await node.begin(alice), await node.begin(alice)]
  clock.pass(900)
  state.answer = away
  assert.deepEqual(await node.current(unanswered, origin), { ended: 'sign-in-unconfirmed' })
  assert.deepEqual(lost, [])
  state.answer = async () => {
    throw new SignInFault('sign-in-withdrawn', 'gone')
  }
  assert.deepEqual(await node.current(refused, origin), { ended: 'sign-in-withdrawn' })
  assert.deepEqual(lost, ['uuid-of-alice'])
})

test('while nobody answers a sign-in goes on for the time of the settings, then ends', async () => {
  const { clock, state, openNode, alice, logged, counted } = await openScene({ awaySeconds: 600 })
  const node = openNode()
  const signedIn = await node.begin(alice)
  const other = await node.begin({ ...alice, subject: 'uuid-of-bob' })
  state.answer = away
  clock.pass(900)
  assert.equal(groupsOf(await node.current(signedIn, origin)), 'devs,staff')
  await node.current(signedIn, origin)
  assert.equal(state.asked, 1, 'the next try is later')
  clock.pass(30)
  await node.current(signedIn, origin)
  await node.current(other, origin)
  assert.equal(state.asked, 3)
  assert.deepEqual(logged, [
    'recheck-unanswered {"connector":"corp","reason":"connection refused"}',
  ])
  // An answer in time counts in full again.
  state.answer = async (identity) => identity
  clock.pass(30)
  await node.current(signedIn, origin)
  assert.equal(logged.at(-1), 'recheck-answered {"connector":"corp"}')
  state.answer = away
  clock.pass(900 + 599)
  assert.equal(groupsOf(await node.current(signedIn, origin)), 'devs,staff')
  clock.pass(1)
  assert.deepEqual(await node.current(signedIn, origin), { ended: 'sign-in-unconfirmed' })
  assert.equal(counted.at(-1), 'corp unconfirmed')
})

test('a check that never ends counts as no answer', async () => {
  const { clock, state, openNode, alice } = await openScene({}, 100)
  const node = openNode()
  const signedIn = await node.begin(alice)
  state.answer = () => new Promise(() => {})
  clock.pass(900)
  assert.equal(groupsOf(await node.current(signedIn, origin)), 'devs,staff')
  clock.pass(3600)
  assert.deepEqual(await node.current(signedIn, origin), { ended: 'sign-in-unconfirmed' })
})

test('many tabs on two nodes check once, and each secret is used once', async () => {
  const { clock, state, openNode, alice, events } = await openScene()
  const nodes = [openNode(), openNode()]
  const signedIn = await nodes[0]!.begin(alice, 'refresh-0')
  const used: (string | undefined)[] = []
  let latest = 'refresh-0'
  state.answer = async (identity, { secret, keep }) => {
    used.push(secret)
    if (secret !== latest) throw new SignInFault('signed-out-there', 'used twice')
    latest = `refresh-${used.length}`
    await keep(latest)
    return { ...identity, groups: [latest] }
  }
  for (const round of [1, 2, 3]) {
    clock.pass(900)
    const found = await Promise.all(
      Array.from({ length: 20 }, (_, index) => nodes[index % 2]!.current(signedIn, origin)),
    )
    for (const one of found) assert.equal(groupsOf(one), `refresh-${round}`)
  }
  assert.deepEqual(used, ['refresh-0', 'refresh-1', 'refresh-2'])
  assert.equal(events.filter(({ errorCode }) => errorCode !== undefined).length, 0)
})

test('a new secret is kept though the rest of the check gets no answer', async () => {
  const { clock, state, openNode, alice, kept } = await openScene()
  const node = openNode()
  const signedIn = await node.begin(alice, 'refresh-0')
  state.answer = async (_identity, { keep }) => {
    await keep('refresh-1')
    throw new SignInFault('provider-unavailable', 'UserInfo does not answer')
  }
  clock.pass(900)
  await node.current(signedIn, origin)
  let secret: string | undefined
  state.answer = async (identity, keeping) => {
    secret = keeping.secret
    return identity
  }
  clock.pass(30)
  await node.current(signedIn, origin)
  assert.equal(secret, 'refresh-1')
  for (const name of kept.names()) {
    const [space, key] = name.split('/') as ['recheck', string]
    const text = `${name} ${await kept.get(space, key)}`
    assert.ok(!text.includes('refresh-1'), 'it is sealed')
    assert.ok(!text.includes(signedIn.recheckKey!), 'the key of the session opens, the store not')
  }
})

test('a sign-out during a check is not undone by it', async () => {
  const { clock, state, openNode, alice, kept } = await openScene()
  const node = openNode()
  const signedIn = await node.begin(alice, 'refresh-0')
  state.answer = async (identity, { keep }) => {
    await keep('refresh-1')
    await node.forget(signedIn)
    await keep('refresh-2')
    return identity
  }
  clock.pass(900)
  assert.deepEqual(await node.current(signedIn, origin), { ended: 'sign-in-unconfirmed' })
  assert.deepEqual(await node.current(signedIn, origin), { ended: 'sign-in-unconfirmed' })
  assert.deepEqual(kept.names(), [])
})

test('nobody becomes somebody else by a check', async () => {
  const { clock, state, openNode, alice } = await openScene()
  const node = openNode()
  for (const other of [{ subject: 'uuid-of-bob' }, { connector: 'other' }]) {
    const signedIn = await node.begin(alice)
    state.answer = async (identity) => ({ ...identity, ...other })
    clock.pass(900)
    assert.deepEqual(await node.current(signedIn, origin), { ended: 'sign-in-withdrawn' })
  }
})

test('a sign-in that is revoked or too old is not asked about', async () => {
  const { clock, state, openNode, alice } = await openScene()
  const node = openNode()
  const [revoked, old] = [await node.begin(alice), await node.begin(alice)]
  clock.pass(900)
  state.revoked = true
  assert.deepEqual(await node.current(revoked, origin), { identity: revoked })
  state.revoked = false
  clock.pass(12 * 3600)
  assert.deepEqual(await node.current(old, origin), { identity: old })
  assert.equal(state.asked, 0)
})

test('a crowd is asked about sixteen at a time', async () => {
  const { clock, state, openNode, alice } = await openScene()
  const node = openNode()
  const crowd = await Promise.all(Array.from({ length: 60 }, () => node.begin(alice)))
  clock.pass(900)
  const gate = Promise.withResolvers<void>()
  state.answer = async (identity) => {
    if (state.asked >= 16) gate.resolve()
    await gate.promise
    return { ...identity, groups: ['seen'] }
  }
  const found = await Promise.all(crowd.map((one) => node.current(one, origin)))
  assert.deepEqual(new Set(found.map(groupsOf)), new Set(['seen']))
  assert.equal(state.most, 16)
})

test('a connector without checks leaves sign-ins as they were proved', async () => {
  const { clock, state, openNode, alice, connector, kept } = await openScene()
  const node = openNode()
  const before = await node.begin(alice)
  Object.assign(connector.upstream, { recheck: undefined })
  const bare = await node.begin(alice)
  assert.equal(bare, alice)
  clock.pass(10_000)
  for (const one of [before, bare])
    assert.equal(groupsOf(await node.current(one, origin)), 'devs,staff')
  assert.equal(state.asked, 0)
  assert.equal(kept.names().length, 1)
})

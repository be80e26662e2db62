import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionClaims } from '../../src/credentials/claims.ts'
import { revocableAs, type Revocation, revocationsOf, revoke } from '../../src/sessions/revocations.ts'
import { account, allow, document, openRooms, secret } from './bench.ts'

const key = { accessKeyId: 'AKIAUSERUSERUSERUSE2', secretAccessKey: secret }
const roles = ['Dev', 'Ops'].map((name) => ({ name, trustPolicy: document({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }), policies: { all: document(allow('*')) } }))
const federation = { provider: 'p', connector: 'staff', subject: 'id-1', username: 'Amina', rule: 'developers', certificate: 'ab'.repeat(32) }
const revoked = (error: Error & { code?: string }) => error.code === 'ExpiredToken' && /has been revoked/.test(error.message)

async function opened() {
  const rooms = await openRooms({ users: [{ name: 'Broker', policies: { all: document(allow('*')) }, accessKeys: [key] }], roles })
  const issue = async (name: string, rest: Partial<Pick<SessionClaims, 'federation' | 'chained' | 'ancestors'>> = {}) => {
    const role = (await rooms.store.reads.find('role', account, name.toLowerCase()))!
    const { claims } = await rooms.issuer.issueRole({ role, partition: 'aws', sessionName: 's', durationSeconds: 3600, layers: [], tags: [], transitiveTagKeys: [], chained: false, ...rest })
    return claims
  }
  const end = (change: Partial<Revocation> & Pick<Revocation, 'scope' | 'target'>) =>
    rooms.store.transact((tx) => revoke(tx, { account, before: rooms.clock.now(), by: 'test', ...change }, rooms.clock.now()))
  const lives = (claims: SessionClaims) => rooms.callers.ofClaims(claims, 'temporary').then(() => true, (error) => {
    assert.ok(revoked(error), String(error))
    return false
  })
  return { ...rooms, issue, end, lives }
}

test('each scope ends what it names, from the next call on, and nothing else', async () => {
  const cases: [Pick<Revocation, 'scope' | 'target'>, boolean][] = [
    [{ scope: 'person', target: 'staff/id-1' }, false], [{ scope: 'person', target: 'staff/id-2' }, true], [{ scope: 'person', target: 'other/id-1' }, true],
    [{ scope: 'username', target: 'staff/AMINA' }, false], [{ scope: 'username', target: 'staff/amin' }, true],
    [{ scope: 'connector', target: 'staff' }, false], [{ scope: 'connector', target: 'saml' }, true],
    [{ scope: 'certificate', target: Array(32).fill('AB').join(':') }, false], [{ scope: 'certificate', target: 'ac'.repeat(32) }, true],
    [{ scope: 'rule', target: 'developers' }, false], [{ scope: 'rule', target: 'Developers' }, true],
    [{ scope: 'role', target: 'dev' }, false], [{ scope: 'role', target: 'Ops' }, true],
    [{ scope: 'user', target: 'Broker' }, true], [{ scope: 'session', target: `ASIA${'A'.repeat(16)}` }, true],
    [{ scope: 'everything', target: '' }, false],
  ]
  for (const [which, stays] of cases) {
    await using rooms = await opened()
    const claims = await rooms.issue('Dev', { federation })
    assert.equal(await rooms.lives(claims), true)
    await rooms.end(which)
    assert.equal(await rooms.lives(claims), stays, JSON.stringify(which))
  }
})

test('one session ends, its sister does not; what is issued later lives', async () => {
  await using rooms = await opened()
  const [one, sister] = [await rooms.issue('Dev'), await rooms.issue('Dev')]
  await rooms.end({ scope: 'session', target: one.accessKeyId })
  assert.deepEqual([await rooms.lives(one), await rooms.lives(sister)], [false, true])
  await rooms.end({ scope: 'role', target: 'Dev' })
  rooms.clock.pass(1)
  assert.deepEqual([await rooms.lives(sister), await rooms.lives(await rooms.issue('Dev'))], [false, true])
})

test('another account\'s revocation touches nothing here, that of every account does', async () => {
  await using rooms = await opened()
  const claims = await rooms.issue('Dev', { federation })
  await rooms.end({ account: '999900001111', scope: 'everything', target: '' })
  assert.equal(await rooms.lives(claims), true)
  await rooms.end({ account: '*', scope: 'person', target: 'staff/id-1' })
  assert.equal(await rooms.lives(claims), false)
})

test('what was assumed with a session ends with it, over any number of roles', async () => {
  await using rooms = await opened()
  const first = await rooms.issue('Dev', { federation })
  const second = await rooms.issue('Ops', { chained: true, ancestors: revocableAs(first) })
  const third = await rooms.issue('Dev', { chained: true, ancestors: revocableAs(second) })
  await rooms.end({ scope: 'session', target: first.accessKeyId })
  assert.deepEqual([await rooms.lives(first), await rooms.lives(second), await rooms.lives(third)], [false, false, false])
  assert.equal(await rooms.lives(await rooms.issue('Ops')), true)
})

test('a sign-in at the portal ends too, in whatever account the person was revoked', async () => {
  await using rooms = await opened()
  const identity = {
    connector: 'staff', protocol: 'ldap' as const, subject: 'id-1', username: 'Amina', displayName: 'Amina', groups: [], attributes: new Map(),
    authenticatedAt: rooms.clock.now(), strength: 'password' as const,
  }
  assert.equal(await rooms.revocations.endsSignIn(identity), false)
  await rooms.end({ scope: 'username', target: 'staff/amina' })
  assert.equal(await rooms.revocations.endsSignIn(identity), true)
  rooms.clock.pass(1)
  assert.equal(await rooms.revocations.endsSignIn({ ...identity, authenticatedAt: rooms.clock.now() }), false)
  assert.equal(await rooms.revocations.endsSignIn({ ...identity, username: 'jonas', subject: 'id-2' }), false)
})

test('revocations die with what they concern, an earlier instant never shortens one, and targets have a form', async () => {
  await using rooms = await opened()
  const { before } = await rooms.end({ scope: 'role', target: 'Dev' })
  const again = await rooms.end({ scope: 'role', target: 'Dev', before: new Date(rooms.clock.now().getTime() - 60_000) })
  assert.equal(again.before, before)
  assert.deepEqual((await revocationsOf(rooms.store.reads, account)).map(({ scope, target }) => [scope, target]), [['role', 'Dev']])
  rooms.clock.pass(9 * 86_400)
  await rooms.end({ scope: 'user', target: 'x' })
  assert.deepEqual((await revocationsOf(rooms.store.reads, account)).map(({ scope }) => scope), ['user'])
  for (const [scope, target] of [['session', 'AKIAUSERUSERUSERUSE2'], ['person', 'amina'], ['everything', 'x'], ['role', ''], ['certificate', 'ab'.repeat(31)]] as const) {
    await assert.rejects(rooms.end({ scope, target }), RangeError, scope)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionClaims } from '../../src/credentials/claims.ts'
import { ancestryOf, createRevocations } from '../../src/sessions/revocations.ts'
import { type Revocation, revocationsOf, revoke } from '../../src/sessions/revoke.ts'
import { linkTo } from '../../src/store/links.ts'
import type { Writes } from '../../src/store/store.ts'
import { account, allow, document, openRooms, secret } from './scene.ts'

const key = { accessKeyId: 'AKIAUSERUSERUSERUSE2', secretAccessKey: secret }
const roles = ['Dev', 'Ops'].map((name) => ({
  name,
  trustPolicy: document({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }),
  policies: { all: document(allow('*')) },
}))
const federation = {
  provider: 'p',
  connector: 'staff',
  subject: 'id-1',
  username: 'Amina',
  rule: 'developers',
  certificate: 'ab'.repeat(32),
}
const revoked = (error: Error & { code?: string }) =>
  error.code === 'ExpiredToken' && /has been revoked/.test(error.message)

async function opened() {
  const rooms = await openRooms({
    users: [{ name: 'Broker', policies: { all: document(allow('*')) }, accessKeys: [key] }],
    roles,
  })
  const issue = async (
    name: string,
    rest: Partial<Pick<SessionClaims, 'federation' | 'chained' | 'ancestors'>> = {},
  ) => {
    const role = (await rooms.store.reads.find('role', account, name.toLowerCase()))!
    const { claims } = await rooms.issuer.issueRole({
      role,
      partition: 'aws',
      sessionName: 's',
      durationSeconds: 3600,
      layers: [],
      tags: [],
      transitiveTagKeys: [],
      chained: false,
      ...rest,
    })
    return claims
  }
  const end = (change: Partial<Revocation> & Pick<Revocation, 'scope' | 'target'>) =>
    rooms.store.transact((tx) =>
      revoke(tx, { account, before: rooms.clock.now(), by: 'test', ...change }, rooms.clock.now()),
    )
  const lives = (claims: SessionClaims) =>
    rooms.callers.ofClaims(claims, 'temporary').then(
      () => true,
      (error) => {
        assert.ok(revoked(error), String(error))
        return false
      },
    )
  return { ...rooms, issue, end, lives }
}

test('each scope ends what it names, from the next call on, and nothing else', async () => {
  const cases: [Pick<Revocation, 'scope' | 'target'>, boolean][] = [
    [{ scope: 'person', target: 'staff/id-1' }, false],
    [{ scope: 'person', target: 'staff/id-2' }, true],
    [{ scope: 'person', target: 'other/id-1' }, true],
    [{ scope: 'username', target: 'staff/AMINA' }, false],
    [{ scope: 'username', target: 'staff/amin' }, true],
    [{ scope: 'connector', target: 'staff' }, false],
    [{ scope: 'connector', target: 'saml' }, true],
    [{ scope: 'certificate', target: Array(32).fill('AB').join(':') }, false],
    [{ scope: 'certificate', target: 'ac'.repeat(32) }, true],
    [{ scope: 'rule', target: 'developers' }, false],
    [{ scope: 'rule', target: 'Developers' }, true],
    [{ scope: 'role', target: 'dev' }, false],
    [{ scope: 'role', target: 'Ops' }, true],
    [{ scope: 'user', target: 'broker' }, true],
    [{ scope: 'session', target: `ASIA${'A'.repeat(16)}` }, true],
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
  assert.deepEqual(
    [await rooms.lives(sister), await rooms.lives(await rooms.issue('Dev'))],
    [false, true],
  )
})

test('one session ends whatever time it says, and stays so when that time has come', async () => {
  await using rooms = await opened()
  const endOf = ({ accessKeyId }: SessionClaims, more: Partial<Revocation> = {}) =>
    rooms.end({ scope: 'session', target: accessKeyId, ...more })
  // Issued by a node whose clock is ahead, as far as is let through.
  rooms.clock.pass(50)
  const [one, other] = [await rooms.issue('Dev'), await rooms.issue('Dev')]
  rooms.clock.pass(-50)
  await endOf(one, { whenever: true })
  await endOf(other)
  assert.deepEqual([await rooms.lives(one), await rooms.lives(other)], [false, true])
  rooms.clock.pass(120)
  assert.deepEqual([await rooms.lives(one), await rooms.lives(other)], [false, true])
  await endOf(one)
  assert.equal(await rooms.lives(one), false, 'a later one does not take it back')
  await rooms.end({ scope: 'role', target: 'Dev', whenever: true, before: new Date(0) })
  assert.equal(await rooms.lives(other), true, 'it is of sessions alone')
})

test('a session counts as made before a revocation or after it to the millisecond', async () => {
  await using rooms = await opened()
  rooms.clock.pass(0.3)
  const before = await rooms.issue('Dev')
  await rooms.end({ scope: 'role', target: 'Dev' })
  rooms.clock.pass(0.001)
  const after = await rooms.issue('Dev')
  assert.deepEqual([await rooms.lives(before), await rooms.lives(after)], [false, true])
})

test('what is taken with an older proof ends with it, and so do its children', async () => {
  await using rooms = await opened()
  const provedAt = rooms.clock.now().getTime()
  rooms.clock.pass(60)
  const before = rooms.clock.now()
  rooms.clock.pass(60)
  const cases: [Pick<Revocation, 'scope' | 'target'>, boolean][] = [
    [{ scope: 'person', target: 'staff/id-1' }, false],
    [{ scope: 'username', target: 'staff/amina' }, false],
    [{ scope: 'connector', target: 'staff' }, false],
    [{ scope: 'certificate', target: 'ab'.repeat(32) }, false],
    [{ scope: 'everything', target: '' }, false],
    // Made after: by that rule and for that role as they were then.
    [{ scope: 'rule', target: 'developers' }, true],
    [{ scope: 'role', target: 'Dev' }, true],
  ]
  for (const [which, stays] of cases) {
    await using other = await opened()
    other.clock.pass(120)
    const session = await other.issue('Dev', { federation: { ...federation, provedAt } })
    const caller = await other.callers.ofClaims(session, 'temporary')
    const ancestors = ancestryOf(caller, other.clock.now())!
    const child = await other.issue('Ops', { chained: true, ancestors })
    const fresh = await other.issue('Dev', { federation })
    await other.end({ ...which, before })
    assert.deepEqual(
      [await other.lives(session), await other.lives(child), await other.lives(fresh)],
      [stays, stays, true],
      JSON.stringify(which),
    )
  }
})

test("another account's revocation touches nothing here, that of every account does", async () => {
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
  const next = async (name: string, parent: SessionClaims) =>
    rooms.issue(name, {
      chained: true,
      ancestors: ancestryOf(await rooms.callers.ofClaims(parent, 'temporary'), rooms.clock.now())!,
    })
  const second = await next('Ops', first)
  rooms.clock.pass(60)
  const third = await next('Dev', second)
  rooms.clock.pass(60)
  // The instant lies before the later ones were made: they end all the same, with the one that they
  // came from.
  await rooms.end({ scope: 'session', target: first.accessKeyId, before: first.issuedAt })
  assert.deepEqual(
    [await rooms.lives(first), await rooms.lives(second), await rooms.lives(third)],
    [false, false, false],
  )
  assert.equal(await rooms.lives(await rooms.issue('Ops')), true)
})

test('a portal sign-in ends by revocations of accounts that its connector serves', async () => {
  await using rooms = await opened()
  const identity = {
    connector: 'staff',
    protocol: 'ldap' as const,
    subject: 'id-1',
    username: 'Amina',
    displayName: 'Amina',
    groups: [],
    attributes: new Map(),
    authenticatedAt: rooms.clock.now(),
    strength: 'password' as const,
  }
  assert.equal(await rooms.revocations.endsSignIn(identity, [account]), false)
  await rooms.end({ account: '999900001111', scope: 'everything', target: '' })
  assert.equal(await rooms.revocations.endsSignIn(identity, [account]), false)
  await rooms.end({ scope: 'username', target: 'staff/amina' })
  assert.equal(await rooms.revocations.endsSignIn(identity, [account]), true)
  rooms.clock.pass(1)
  assert.equal(
    await rooms.revocations.endsSignIn({ ...identity, authenticatedAt: rooms.clock.now() }, [
      account,
    ]),
    false,
  )
  assert.equal(
    await rooms.revocations.endsSignIn({ ...identity, username: 'jonas', subject: 'id-2' }, [
      account,
    ]),
    false,
  )
})

test('revocations expire, are never shortened by an earlier one, and check targets', async () => {
  await using rooms = await opened()
  const listed = async () => {
    const asked = { now: rooms.clock.now(), limit: 9 }
    return (await revocationsOf(rooms.store.reads, account, asked)).revocations
  }
  const { before } = await rooms.end({ scope: 'role', target: 'Dev' })
  const again = await rooms.end({
    scope: 'role',
    target: 'Dev',
    before: new Date(rooms.clock.now().getTime() - 60_000),
  })
  assert.equal(again.before, before)
  assert.deepEqual(
    (await listed()).map(({ scope, target }) => [scope, target]),
    [['role', 'Dev']],
  )
  rooms.clock.pass(9 * 86_400)
  await rooms.end({ scope: 'user', target: 'Broker' })
  assert.deepEqual(
    (await listed()).map(({ scope }) => scope),
    ['user'],
  )
  for (const [scope, target] of [
    ['session', 'AKIAUSERUSERUSERUSE2'],
    ['person', 'amina'],
    ['everything', 'x'],
    ['role', ''],
    ['user', 'nobody'],
    ['certificate', 'ab'.repeat(31)],
  ] as const) {
    await assert.rejects(rooms.end({ scope, target }), RangeError, scope)
  }
})

test('revocations are listed in pages, those of all accounts last, without sign-outs', async () => {
  await using rooms = await opened()
  for (const target of ['B', 'A', 'C']) await rooms.end({ scope: 'role', target })
  await rooms.end({ account: '*', scope: 'role', target: 'D' })
  await rooms.end({ account: '*', scope: 'person', target: 'staff/x', by: 'the person' })
  await rooms.end({ account: '222233334444', scope: 'role', target: 'E' })
  const asked = { now: rooms.clock.now(), limit: 2 }
  const pages: string[][] = []
  for (let after: string | undefined; ; ) {
    const page = await revocationsOf(rooms.store.reads, account, { ...asked, after })
    pages.push(page.revocations.map(({ target }) => target))
    after = page.next
    if (after === undefined) break
  }
  assert.deepEqual(pages, [
    ['A', 'B'],
    ['C', 'D'],
  ])
})

test('a session is looked up by its names, and no list is read for it or for a write', async () => {
  await using rooms = await opened()
  const refuse = () => Promise.reject(new Error('a list was read'))
  const { store } = rooms
  const listless = {
    cache: store.cache,
    reads: { ...store.reads, list: refuse, linked: refuse },
    transact: <T>(work: (tx: Writes) => Promise<T>) =>
      store.transact((tx) => work({ ...tx, list: refuse, linked: refuse })),
  }
  const revocations = createRevocations({ store: listless })
  const person = { connector: 'staff', subject: 'id-1' }
  for (let i = 0; i < 20; i++)
    await revocations.endPerson({ ...person, subject: `other-${i}` }, rooms.clock.now())
  const proof = {
    identity: { ...person, username: 'amina' },
    issuedAt: rooms.clock.now(),
  }
  assert.equal(await revocations.endsProof(proof, [account]), false)
  await revocations.endPerson(person, rooms.clock.now())
  assert.equal(await revocations.endsProof(proof, [account]), true)
  rooms.clock.pass(20 * 86_400)
  await rooms.end({ account: '*', scope: 'role', target: 'Dev' })
  assert.equal(await store.reads.count('revocation', '*'), 1, 'what has passed is removed')
})

test('a user is revoked by the current name, or by id after deletion', async () => {
  await using rooms = await opened()
  const user = await (await rooms.callers.claimant(key.accessKeyId, undefined)).caller()
  const made = () => rooms.issue('Dev', { ancestors: ancestryOf(user, rooms.clock.now())! })
  const [one, other] = [await made(), await made()]
  await rooms.store.transact(async (tx) => {
    const record = (await tx.find('user', account, 'broker'))!
    await tx.remove('user', account, 'broker')
    await tx.insert('user', account, 'renamed', { ...record, name: 'Renamed' })
  })
  await assert.rejects(rooms.end({ scope: 'user', target: 'Broker' }), RangeError)
  await rooms.end({ scope: 'user', target: 'Renamed' })
  assert.deepEqual([await rooms.lives(one), await rooms.lives(other)], [false, false])
  rooms.clock.pass(1)
  const again = await made()
  await rooms.store.transact((tx) => tx.remove('user', account, 'renamed'))
  await rooms.end({ scope: 'user', target: user.userId })
  assert.equal(await rooms.lives(again), false)
})

test('an account with a full list can still revoke everything, as can other accounts', async () => {
  await using rooms = await opened()
  const claims = await rooms.issue('Dev')
  /** As if the account had as many as it may. */
  const end = (change: Pick<Revocation, 'scope' | 'target'>) =>
    rooms.store.transact((tx) =>
      revoke(
        { ...tx, count: async () => 100_000 },
        { account, before: rooms.clock.now(), by: 'test', ...change },
        rooms.clock.now(),
      ),
    )
  await assert.rejects(
    end({ scope: 'role', target: 'Ops' }),
    /100000 revocations of this account already/,
  )
  await rooms.end({ account: '*', scope: 'person', target: 'staff/id-1' })
  assert.equal(await rooms.lives(claims), true)
  await end({ scope: 'everything', target: '' })
  assert.equal(await rooms.lives(claims), false)
})

test('a person signs out everywhere when what has passed of operators comes before', async () => {
  await using rooms = await opened()
  const { store, clock } = rooms
  /** As if nearly as many people had signed out as may. */
  const full = {
    ...store,
    transact: <T>(work: (tx: Writes) => Promise<T>) =>
      store.transact((tx) => {
        const countLinked: Writes['countLinked'] = async (kind, of, target) =>
          (await tx.countLinked(kind, of, target)) + (target === linkTo.automatic() ? 99_999 : 0)
        return work({ ...tx, countLinked })
      }),
  }
  const { endPerson } = createRevocations({ store: full })
  const end = (subject: string) => endPerson({ connector: 'staff', subject }, clock.now())
  for (let at = 0; at < 500; at++)
    await rooms.end({ account: '*', scope: 'connector', target: `old-${at}` })
  await end('id-1')
  await assert.rejects(end('id-2'), /too many people signed out everywhere/)
  assert.equal(await store.reads.count('revocation', '*'), 501, 'nothing has passed')
  clock.pass(20 * 86_400)
  await end('id-2')
  assert.equal(await store.reads.count('revocation', '*'), 1)
})

test('an account that left takes its sessions along', async () => {
  await using rooms = await opened()
  const claims = await rooms.issue('Dev')
  await rooms.store.transact((tx) => tx.remove('account', account, 'account'))
  await assert.rejects(rooms.callers.ofClaims(claims, 'temporary'), {
    code: 'InvalidClientTokenId',
  })
})

test('revoking an OpenID provider by its name ends the sign-ins that it proved', async () => {
  await using rooms = await opened()
  const { revocations, clock } = rooms
  const of = (provider: string, subject = 'alice') => ({
    connector: 'corp',
    protocol: 'oidc' as const,
    subject: `of ${subject}`,
    username: subject,
    displayName: subject,
    groups: [],
    attributes: new Map(),
    authenticatedAt: clock.now(),
    strength: 'password' as const,
    oidc: { provider, audience: 'gatehouse', subject, methods: [] },
  })
  const ends = (provider: string, subject?: string) =>
    revocations.endsSignIn(of(provider, subject), [account])
  assert.equal(await ends('op.example/staff'), false)
  await rooms.end({ scope: 'connector', target: 'op.example/staff' })
  assert.equal(await ends('op.example/staff'), true)
  assert.equal(await ends('op.example'), false)
  assert.equal(await ends('op.example/staff/more'), false)
  // A person has one name there, whatever the connector makes the subject of.
  await rooms.end({ scope: 'person', target: 'other.example/bob' })
  assert.equal(await ends('other.example', 'bob'), true)
  assert.equal(await ends('other.example', 'alice'), false)
  clock.pass(1)
  assert.equal(await ends('op.example/staff'), false, 'a sign-in after it')
})

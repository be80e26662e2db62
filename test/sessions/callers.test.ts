import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountSettings } from '../../src/config/placements.ts'
import { decide } from '../../src/policy/index.ts'
import type { Caller } from '../../src/sessions/caller.ts'
import { account, allow, document, openRooms, roleArn, secret, without } from './scene.ts'

const key = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: secret }
const rootKey = { accessKeyId: 'AKIARRRRRRRRRRRRRRRR', secretAccessKey: secret }
const trust = document({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })
const role = { name: 'App', trustPolicy: trust, policies: { read: document(allow('iam:Get*')) } }
const user = {
  name: 'alice',
  path: '/staff/',
  accessKeys: [key],
  tags: { team: 'red' },
  groups: ['devs'],
}
const base = (changes: Partial<AccountSettings> = {}): Omit<AccountSettings, 'id'> => ({
  rootAccessKeys: [rootKey],
  users: [user],
  groups: [{ name: 'devs', policies: { list: document(allow('iam:List*')) } }],
  roles: [role],
  ...changes,
})
type Rooms = Awaited<ReturnType<typeof openRooms>>
const callerOf = async ({ callers }: Rooms, id: string, token?: string) =>
  (await callers.claimant(id, token)).caller()
const may = ({ principal, layers, context }: Caller, action: string) =>
  decide({ principal, action, resource: '*', resourceAccount: account, context }, layers).effect
async function roleSession(rooms: Rooms, durationSeconds = 3600) {
  const record = (await rooms.store.reads.find('role', account, 'app'))!
  return rooms.issuer.issueRole({
    partition: 'aws',
    role: record,
    sessionName: 'me',
    durationSeconds,
    layers: [],
    tags: [{ Key: 'Team', Value: 'blue' }],
    transitiveTagKeys: [],
    chained: false,
  })
}
const assumedRoot = ({ context }: Caller) => context.get('aws:assumedroot')
const invalid = { code: 'InvalidClientTokenId', status: 403 }

test("a user's key: who it is, what the groups allow, and its tags", async () => {
  await using rooms = await openRooms(base())
  const caller = await callerOf(rooms, key.accessKeyId)
  assert.equal(caller.principal.arn, `arn:aws:iam::${account}:user/staff/alice`)
  assert.deepEqual(
    [
      caller.credentials,
      caller.account,
      caller.context.get('aws:username'),
      caller.context.get('aws:principaltag/team'),
    ],
    ['long-term', account, ['alice'], ['red']],
  )
  assert.equal(caller.context.has('aws:tokenissuetime'), false)
  assert.equal(
    caller.context.has('aws:multifactorauthpresent'),
    false,
    'absent with long-term keys, so that BoolIfExists works',
  )
  assert.deepEqual(
    [may(caller, 'iam:ListUsers'), may(caller, 'iam:GetUser')],
    ['allow', 'implicit-deny'],
  )
})

test('root may everything in its account, by its long-term key and by its sessions', async () => {
  await using rooms = await openRooms(base())
  const root = await callerOf(rooms, rootKey.accessKeyId)
  assert.deepEqual(
    [root.principal.kind, root.userId, may(root, 'iam:GetUser')],
    ['root', account, 'allow'],
  )
  const { credentials } = await rooms.issuer.issueUserSession({
    caller: root,
    durationSeconds: 900,
  })
  const session = await callerOf(rooms, credentials.accessKeyId, credentials.sessionToken)
  assert.deepEqual([session.principal.kind, may(session, 'iam:GetUser')], ['root', 'allow'])
  const federated = await rooms.issuer.issueFederatedUser({
    caller: root,
    name: 'bob',
    durationSeconds: 900,
    layers: [{ inline: [document(allow('iam:Get*'))], arns: [] }],
    tags: [],
  })
  const bob = await callerOf(
    rooms,
    federated.credentials.accessKeyId,
    federated.credentials.sessionToken,
  )
  assert.deepEqual(
    [bob.principal.arn, may(bob, 'iam:GetUser'), may(bob, 'iam:ListUsers')],
    [`arn:aws:sts::${account}:federated-user/bob`, 'allow', 'implicit-deny'],
  )
})

test('a changed role changes its sessions, and a recreated role revives none', async () => {
  await using rooms = await openRooms(base())
  const { credentials } = await roleSession(rooms)
  const now = () => callerOf(rooms, credentials.accessKeyId, credentials.sessionToken)
  assert.equal(may(await now(), 'iam:GetUser'), 'allow')
  assert.deepEqual((await now()).context.get('aws:principaltag/team'), ['blue'])
  await rooms.put(base({ roles: [{ ...role, policies: {} }] }))
  assert.equal(may(await now(), 'iam:GetUser'), 'implicit-deny')
  await rooms.put(base({ roles: [] }))
  await assert.rejects(now(), invalid)
  await rooms.put(base())
  await assert.rejects(now(), invalid, 'another unique id')
})

test('an account that changes its partition takes its sessions along', async () => {
  await using rooms = await openRooms(base())
  const { credentials } = await roleSession(rooms)
  await rooms.put(base({ partition: 'aws-us-gov' }))
  await assert.rejects(callerOf(rooms, credentials.accessKeyId, credentials.sessionToken), invalid)
  await rooms.put(base())
  assert.equal(
    (await callerOf(rooms, credentials.accessKeyId, credentials.sessionToken)).partition,
    'aws',
  )
})

test("a user's sessions end with the user, and may do no more than the user", async () => {
  await using rooms = await openRooms(base())
  const alice = await callerOf(rooms, key.accessKeyId)
  const wide = await rooms.issuer.issueFederatedUser({
    caller: alice,
    name: 'bob',
    durationSeconds: 900,
    layers: [{ inline: [document(allow('*'))], arns: [] }],
    tags: [],
  })
  const bob = () => callerOf(rooms, wide.credentials.accessKeyId, wide.credentials.sessionToken)
  assert.deepEqual(
    [may(await bob(), 'iam:ListUsers'), may(await bob(), 'iam:GetUser')],
    ['allow', 'implicit-deny'],
  )
  const none = await rooms.issuer.issueFederatedUser({
    caller: alice,
    name: 'eve',
    durationSeconds: 900,
    layers: [{ inline: [], arns: [] }],
    tags: [],
  })
  assert.equal(
    may(
      await callerOf(rooms, none.credentials.accessKeyId, none.credentials.sessionToken),
      'iam:ListUsers',
    ),
    'implicit-deny',
  )
  await rooms.put(base({ users: [] }))
  await assert.rejects(bob(), invalid)
})

test('a policy that is missing or does not parse denies everything', async () => {
  await using rooms = await openRooms(base())
  const all = { all: document(allow('*')) }
  for (const broken of [
    { ...user, policies: { ...all, odd: '{"Version":"2012-10-17"' } },
    { ...user, policies: all, attachedPolicies: [`arn:aws:iam::${account}:policy/Gone`] },
    { ...user, policies: all, permissionsBoundary: `arn:aws:iam::${account}:policy/Gone` },
  ]) {
    await rooms.put(base({ users: [broken] }))
    assert.equal(may(await callerOf(rooms, key.accessKeyId), 'iam:ListUsers'), 'explicit-deny')
  }
  await rooms.put(base({ users: [{ ...user, policies: all }] }))
  assert.equal(may(await callerOf(rooms, key.accessKeyId), 'iam:ListUsers'), 'allow')
})

test('unknown, inactive, foreign, altered and mixed credentials get one refusal', async () => {
  await using rooms = await openRooms(base())
  const one = await roleSession(rooms)
  const other = await roleSession(rooms)
  const { accessKeyId, sessionToken } = one.credentials
  await assert.rejects(callerOf(rooms, 'AKIAZZZZZZZZZZZZZZZZ'), invalid)
  await assert.rejects(callerOf(rooms, accessKeyId), invalid, 'a session key without its token')
  await assert.rejects(callerOf(rooms, accessKeyId, other.credentials.sessionToken), invalid)
  await assert.rejects(callerOf(rooms, accessKeyId, `${sessionToken.slice(0, -2)}AA`), invalid)
  await assert.rejects(
    callerOf(rooms, key.accessKeyId, sessionToken),
    invalid,
    'a long-term key with a token',
  )
  rooms.clock.pass(3601)
  await assert.rejects(callerOf(rooms, accessKeyId, sessionToken), { code: 'ExpiredToken' })
  await rooms.store.transact(async (tx) => {
    const found = (await tx.find('accessKey', '*', key.accessKeyId))!
    await tx.update('accessKey', '*', key.accessKeyId, { ...found, status: 'Inactive' })
  })
  await assert.rejects(callerOf(rooms, key.accessKeyId), invalid)
})

test('a token of a key that another node made opens after one look at the ring', async () => {
  await using rooms = await openRooms(base())
  const { loadKeyRing } = await import('../../src/credentials/key-ring.ts')
  const { createIssuer } = await import('../../src/sessions/issue.ts')
  const { Ids } = await import('../../src/kernel/ids.ts')
  const ids = new Ids()
  const ring = await loadKeyRing({
    documents: rooms.store.documents,
    rootKey: Buffer.alloc(32, 7),
    clock: rooms.clock,
    ids,
  })
  await ring.rotate()
  const elsewhere = await roleSession({
    ...rooms,
    issuer: createIssuer({ ...without, store: rooms.store, ring, clock: rooms.clock, ids }),
  })
  const caller = await callerOf(
    rooms,
    elsewhere.credentials.accessKeyId,
    elsewhere.credentials.sessionToken,
  )
  assert.equal(caller.principal.roleArn, roleArn('App'))
})

test('of calls at once with a key that another node made, none is refused', async () => {
  await using rooms = await openRooms(base())
  const { loadKeyRing } = await import('../../src/credentials/key-ring.ts')
  const { createIssuer } = await import('../../src/sessions/issue.ts')
  const { Ids } = await import('../../src/kernel/ids.ts')
  const { store, clock } = rooms
  const ids = new Ids()
  const { documents } = store
  const ring = await loadKeyRing({ documents, rootKey: Buffer.alloc(32, 7), clock, ids })
  await ring.rotate()
  const issuer = createIssuer({ ...without, store, ring, clock, ids })
  const issued = await Promise.all(
    Array.from({ length: 3 }, () => roleSession({ ...rooms, issuer })),
  )
  const callers = await Promise.all(
    issued.map(({ credentials: { accessKeyId, sessionToken } }) =>
      callerOf(rooms, accessKeyId, sessionToken),
    ),
  )
  assert.equal(callers.length, 3)
})

test('a token that was accepted is refused once its key is retired or it expires', async () => {
  await using rooms = await openRooms(base())
  const first = await roleSession(rooms)
  const of = (issued: typeof first) =>
    callerOf(rooms, issued.credentials.accessKeyId, issued.credentials.sessionToken)
  assert.equal((await of(first)).userId, (await of(first)).userId)
  await rooms.ring.rotate()
  assert.equal((await of(first)).credentials, 'temporary', 'a rotation retires nothing')
  await rooms.ring.retire(rooms.ring.keys[0]!.id)
  await assert.rejects(of(first), invalid)
  const second = await roleSession(rooms, 900)
  await of(second)
  rooms.clock.pass(900)
  await assert.rejects(of(second), { code: 'ExpiredToken' })
})

test('a root task is told apart from the root user, who has no such key', async () => {
  await using rooms = await openRooms(base())
  const root = await callerOf(rooms, rootKey.accessKeyId)
  const session = await rooms.issuer.issueUserSession({ caller: root, durationSeconds: 900 })
  const task = await rooms.issuer.issueRootSession({
    partition: 'aws',
    account,
    durationSeconds: 900,
    policy: document(allow('iam:*')),
  })
  const [plain, tasked] = await Promise.all(
    [session, task].map(({ credentials }) =>
      callerOf(rooms, credentials.accessKeyId, credentials.sessionToken),
    ),
  )
  assert.deepEqual(
    [plain!.principal.arn, assumedRoot(root), assumedRoot(plain!)],
    [tasked!.principal.arn, undefined, undefined],
  )
  assert.deepEqual(assumedRoot(tasked!), ['true'])
})

test('a session of the future is refused, since no revocation of now would end it', async () => {
  await using rooms = await openRooms(base())
  const days = 2 * 86_400
  rooms.clock.pass(days)
  const { claims, credentials } = await roleSession(rooms, days)
  rooms.clock.pass(-60)
  await callerOf(rooms, claims.accessKeyId, credentials.sessionToken)
  rooms.clock.pass(60 - days)
  await assert.rejects(callerOf(rooms, claims.accessKeyId, credentials.sessionToken), invalid)
  await assert.rejects(rooms.callers.ofClaims(claims, 'temporary'), invalid)
})

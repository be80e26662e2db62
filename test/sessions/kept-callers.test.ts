import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revoke } from '../../src/sessions/revoke.ts'
import type { RecordKind, RecordKinds } from '../../src/store/records.ts'
import { account, allow, document, openRooms, secret } from './scene.ts'

const keys = { alice: 'AKIAAAAAAAAAAAAAAAAA', bob: 'AKIABBBBBBBBBBBBBBBB' }
const arn = (name: string) => `arn:aws:iam::${account}:policy/${name}`
const trust = document({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })
const settings = {
  users: Object.entries(keys).map(([name, accessKeyId]) => ({
    name,
    accessKeys: [{ accessKeyId, secretAccessKey: secret }],
    groups: [`${name}s`, 'everybody'],
    attachedPolicies: [arn(name)],
    permissionsBoundary: arn('Boundary'),
  })),
  groups: ['alices', 'bobs', 'everybody'].map((name) => ({
    name,
    attachedPolicies: [arn(`of-${name}`)],
  })),
  policies: ['alice', 'bob', 'of-alices', 'of-bobs', 'of-everybody', 'Boundary'].map((name) => ({
    name,
    document: document(allow('iam:Get*')),
  })),
  roles: [{ name: 'App', trustPolicy: trust, attachedPolicies: [arn('bob')] }],
}

async function openPeople() {
  const rooms = await openRooms(settings)
  const { store, callers, issuer } = rooms
  const role = (await store.reads.find('role', account, 'app'))!
  const { credentials } = await issuer.issueRole({
    partition: 'aws',
    role,
    sessionName: 'me',
    durationSeconds: 3600,
    layers: [],
    tags: [],
    transitiveTagKeys: [],
    chained: false,
  })
  return {
    ...rooms,
    /** What their answers are made of: the same object as long as nothing in it is made anew. */
    async contexts() {
      const of = async (accessKeyId: string, token?: string) =>
        (await (await callers.claimant(accessKeyId, token)).caller()).context
      return {
        alice: await of(keys.alice),
        bob: await of(keys.bob),
        session: await of(credentials.accessKeyId, credentials.sessionToken),
      }
    },
    async touch<K extends RecordKind>(kind: K, of: string, key: string) {
      await store.transact(async (tx) => {
        const record = (await tx.find(kind, of, key)) as RecordKinds[K]
        await tx.update(kind, of, key, { ...record, createdAt: 'another day' })
      })
    },
  }
}

const changes: Readonly<
  Record<string, readonly [RecordKind, string, ...('alice' | 'bob' | 'session')[]]>
> = {
  'her user': ['user', 'alice', 'alice'],
  'his policy, which the role has too': ['policy', 'bob', 'bob', 'session'],
  'her group': ['group', 'alices', 'alice'],
  "his group's policy": ['policy', 'of-bobs', 'bob'],
  "everybody's group": ['group', 'everybody', 'alice', 'bob'],
  "everybody's policy": ['policy', 'of-everybody', 'alice', 'bob'],
  'the boundary': ['policy', 'boundary', 'alice', 'bob'],
  'the role': ['role', 'app', 'session'],
  'the account': ['account', 'account', 'alice', 'bob', 'session'],
}
for (const [what, [kind, key, ...whose]] of Object.entries(changes))
  test(`a change of ${what} makes anew who depends on it, and nobody else`, async () => {
    await using people = await openPeople()
    const before = await people.contexts()
    assert.deepEqual(Object.values(await people.contexts()), Object.values(before))
    await people.touch(kind, account, key)
    const after = await people.contexts()
    const anew = (Object.keys(before) as (keyof typeof before)[]).filter(
      (one) => after[one] !== before[one],
    )
    assert.deepEqual(anew, whose)
  })

test('a user who came to be and a revocation of another account change nobody here', async () => {
  await using people = await openPeople()
  const before = await people.contexts()
  const { store, clock } = people
  await store.transact(async (tx) => {
    const alice = (await tx.find('user', account, 'alice'))!
    await tx.insert('user', account, 'carol', { ...alice, name: 'carol' })
    const ended = { account: '999999999999', scope: 'everything', target: '' } as const
    await revoke(tx, { ...ended, before: clock.now(), by: 'test' }, clock.now())
  })
  const after = await people.contexts()
  for (const one of ['alice', 'bob', 'session'] as const) assert.equal(after[one], before[one])
})

test('callers whose own policies are large are kept within bytes, and found again', async () => {
  const users = Array.from({ length: 1300 }, (_, at) => ({
    name: `u${at}`,
    policies: { own: document(allow(`iam:Get${at}${'*'.repeat(6000)}`)) },
    accessKeys: [{ accessKeyId: keyAt(at), secretAccessKey: secret }],
  }))
  await using rooms = await openRooms({ users })
  const of = async (at: number) =>
    (await (await rooms.callers.claimant(keyAt(at), undefined)).caller()).context
  const first = await of(0)
  assert.equal(await of(0), first)
  for (let at = 1; at < users.length; at++) await of(at)
  const { evicted } = rooms.store.cacheFigures().answers
  assert.ok(evicted > 0)
  assert.deepEqual(await of(0), first)
})

/** `AKIA` and 16 of A–Z 2–7. */
const keyAt = (index: number) =>
  `AKIA${index
    .toString(4)
    .padStart(16, '0')
    .replace(/\d/g, (digit) => 'ABCD'[+digit]!)}`

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  SearchEntitiesRequest,
  SearchEntitiesResponse,
} from '../../../src/aws/gatehouse/directory/directory-model.ts'
import { searchEntities } from '../../../src/aws/gatehouse/directory/search-entities.ts'
import type { RoleGraphPorts } from '../../../src/aws/gatehouse/explain/role-graph.ts'
import { createTrustGraphs } from '../../../src/aws/gatehouse/explain/trust-graph.ts'
import type { AwsFault } from '../../../src/kernel/aws-fault.ts'
import { commonFault } from '../../../src/kernel/aws-fault.ts'
import type { UserRecord } from '../../../src/store/records.ts'
import type { Reads } from '../../../src/store/store.ts'
import { role } from '../../conformance/store.ts'
import { openRooms } from '../../sessions/scene.ts'

const account = '111122223333'
const call = { account, now: new Date(), caller: { partition: 'aws' }, fault: commonFault }

type Asked = Partial<SearchEntitiesRequest>

function searchOn(
  reads: Reads,
  graphOf: RoleGraphPorts['graphOf'] = () => assert.fail('nobody asked for trust'),
) {
  const { handle } = searchEntities({ graphOf }).rules as {
    handle(...asked: unknown[]): Promise<SearchEntitiesResponse>
  }
  return (asked: Asked) => handle({ Version: '', Kind: 'user', ...asked }, call, undefined, reads)
}

const user = (name: string, more: Partial<UserRecord> = {}): UserRecord => ({
  ...{ account, createdAt: '2026-01-01T00:00:00.000Z', managedBy: 'api' },
  ...{ id: `AIDA${name}`, name, path: '/', inlinePolicies: {}, attachedPolicies: [] },
  ...{ tags: [], groups: [], ...more },
})

test('pages follow each other by marker, in the order that was asked for', async () => {
  await using rooms = await openRooms({})
  const search = searchOn(rooms.store.reads)
  await rooms.store.transact(async (tx) => {
    for (let i = 0; i < 30; i++) {
      const createdAt = `2026-01-01T00:00:${String(59 - i).padStart(2, '0')}.000Z`
      const tags = i % 3 === 0 ? [{ Key: 'team', Value: 'red' }] : []
      await tx.insert('user', account, `u${i}`, user(`U${i}`, { createdAt, tags }))
    }
  })
  const names = async (asked: Asked) => {
    const found: string[] = []
    for (let Marker: string | undefined; ; ) {
      const page = await search({ MaxItems: 4, ...asked, Marker })
      assert.ok(page.Users!.length <= 4)
      found.push(...page.Users!.map(({ UserName }) => UserName))
      Marker = page.Marker
      if (Marker === undefined) return found
    }
  }
  const byNumber = Array.from({ length: 30 }, (_, i) => `U${i}`)
  assert.deepEqual(await names({}), byNumber.toSorted())
  assert.deepEqual(await names({ OrderBy: 'created' }), byNumber.toReversed())
  assert.deepEqual(await names({ OrderBy: '-created', NamePart: 'U2' }), [
    'U2',
    ...byNumber.slice(20),
  ])
  const red = byNumber.filter((_, i) => i % 3 === 0)
  assert.deepEqual(await names({ TagKey: 'team', OrderBy: '-created' }), red)
  assert.deepEqual(await names({ TagKey: 'team', TagValue: 'blue' }), [])
})

test('a marker counts for its own kind and order only', async () => {
  await using rooms = await openRooms({})
  const search = searchOn(rooms.store.reads)
  await rooms.store.transact(async (tx) => {
    for (const name of ['a', 'b', 'c']) await tx.insert('user', account, name, user(name))
  })
  const { Marker } = await search({ MaxItems: 1 })
  const forged = Buffer.from('["user","name","a","",""]').toString('base64url')
  const refused: readonly Asked[] = [
    { Marker, OrderBy: 'created' },
    { Marker, Kind: 'role' },
    { Marker: forged },
    { Marker: Buffer.from('{}').toString('base64url') },
    { Marker: 'eA' },
    { Kind: 'policy', Marker: Buffer.from('["policy","name","arn:x"]').toString('base64url') },
  ]
  for (const asked of refused)
    await assert.rejects(
      search(asked),
      ({ code }: AwsFault) => code === 'ValidationError',
      JSON.stringify(asked),
    )
  await assert.rejects(search({ TagValue: 'x' }), /TagValue needs a TagKey/)
  await assert.rejects(search({ Kind: 'group', TagKey: 'x' }), /Groups have no tags/)
})

test('policies of the account come first, then the ready-made ones, none twice', async () => {
  await using rooms = await openRooms({})
  const search = searchOn(rooms.store.reads)
  const names: string[] = []
  const asked = { Kind: 'policy', NamePart: 'readonly', OrderBy: '-name', MaxItems: 7 } as const
  await rooms.store.transact(async (tx) => {
    for (const name of ['OwnReadOnly', 'Other'])
      await tx.insert('policy', account, name.toLowerCase(), {
        ...{ account, createdAt: '2026-01-01T00:00:00.000Z', managedBy: 'api', id: `ANPA${name}` },
        ...{ name, path: '/', arn: `arn:aws:iam::${account}:policy/${name}`, tags: [] },
        ...{ defaultVersion: 'v1', versions: [] },
      })
  })
  for (let Marker: string | undefined; ; ) {
    const page = await search({ ...asked, Marker })
    names.push(...page.Policies!.map(({ PolicyName }) => PolicyName!))
    Marker = page.Marker
    if (Marker === undefined) break
  }
  const [own, ...ready] = names
  assert.equal(own, 'OwnReadOnly')
  assert.ok(ready.length > 20)
  const lower = ready.map((name) => name.toLowerCase())
  assert.deepEqual(lower, lower.toSorted().toReversed())
  assert.equal(new Set(names).size, names.length)
  const local = await search({ ...asked, Scope: 'Local' })
  assert.equal(local.Policies!.length, 1)
  const theirs = await search({ ...asked, Scope: 'AWS', MaxItems: 1 })
  assert.equal(theirs.Policies![0]!.PolicyName, ready[0])
})

test('a call looks at so much and no more, and answers where to go on', async () => {
  const asked: unknown[] = []
  const reads = {
    async search(_kind: string, _account: string, search: object) {
      asked.push(search)
      return { found: [], next: { key: `k${asked.length}`, created: '' } }
    },
  } as unknown as Reads
  const page = await searchOn(reads)({ NamePart: 'nobody' })
  assert.deepEqual([page.Users, page.Cut, asked.length], [[], true, 55])
  assert.ok(page.Marker)
})

test('what is removed while it is searched is left out', async () => {
  await using rooms = await openRooms({})
  const { reads } = rooms.store
  await rooms.store.transact((tx) => tx.insert('role', account, 'here', role('Here')))
  const search = searchOn({
    ...reads,
    search: async () => ({ found: ['here', 'gone'].map((key) => ({ key, created: '' })) }),
  })
  const page = await search({ Kind: 'role' })
  assert.deepEqual(
    page.Roles!.map(({ RoleName }) => RoleName),
    ['Here'],
  )
})

test('roles are found by whom they trust, in pages, and nothing else is read', async () => {
  await using rooms = await openRooms({})
  const provider = `arn:aws:iam::${account}:oidc-provider/idp.example.com`
  const trusting = (Effect: string, Federated: string | readonly string[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect, Principal: { Federated }, Action: 'sts:AssumeRoleWithWebIdentity' }],
    })
  const policies = {
    one: trusting('Allow', provider),
    Two: trusting('Allow', ['accounts.google.com', provider]),
    three: trusting('Deny', provider),
    four: trusting('Allow', `${provider}/other`),
    five: trusting('Allow', provider),
  }
  await rooms.store.transact(async (tx) => {
    for (const [name, trustPolicy] of Object.entries(policies))
      await tx.insert('role', account, name.toLowerCase(), { ...role(name), trustPolicy })
  })
  const found: string[] = []
  const { reads } = rooms.store
  const find: Reads['find'] = (kind, of, key) => {
    found.push(key)
    return reads.find(kind, of, key)
  }
  const search = searchOn({ ...reads, find }, createTrustGraphs(rooms.store))
  const ask = (more: Asked = {}) => search({ Kind: 'role', Trusts: provider, ...more })
  const names = ({ Roles = [] }: SearchEntitiesResponse) => Roles.map(({ RoleName }) => RoleName)
  const all = await ask()
  assert.deepEqual([names(all), all.Marker], [['five', 'one', 'Two'], undefined])
  assert.deepEqual(found, ['five', 'one', 'two'])
  const first = await ask({ MaxItems: 2 })
  assert.deepEqual(names(first), ['five', 'one'])
  assert.deepEqual(names(await ask({ MaxItems: 2, Marker: first.Marker })), ['Two'])
  assert.deepEqual(names(await ask({ Trusts: 'nobody' })), [])
  for (const unfit of [{ Kind: 'user' }, { NamePart: 'o' }, { TagKey: 'a' }, { OrderBy: '-name' }])
    await assert.rejects(ask(unfit as Asked), /Trusts finds roles by name, without other filters/)
})

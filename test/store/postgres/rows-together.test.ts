import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type AccountSettings, anyAccount } from '../../../src/config/placements.ts'
import { putInPlace } from '../../../src/config/put-in-place.ts'
import { systemClock } from '../../../src/kernel/clock.ts'
import { Ids } from '../../../src/kernel/ids.ts'
import { linkTo } from '../../../src/store/links.ts'
import type { RecordKind } from '../../../src/store/records.ts'
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { role } from '../../conformance/store.ts'
import { openPostgres } from '../../peers/postgres.ts'
import { findProgram, requirePeer } from '../../peers/require.ts'
import { accessTo, openNode } from './opened.ts'

const account = '111122223333'

/** Some thousand records, as settings have them. */
function manyEntities(count: number): AccountSettings {
  const all = (name: string) => Array.from({ length: count }, (_, at) => `${name}-${at}`)
  const trust = (user: string) =>
    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
      "Principal":{"AWS":"arn:aws:iam::${account}:user/${user}"}}]}`
  const id = (at: number) => `AKIA${String(at).replace(/\d/g, (d) => 'ABCDEFGHIJ'[+d]!)}`
  return {
    id: account,
    alias: 'acme',
    groups: all('group').map((name) => ({ name })),
    users: all('user').map((name, at) => ({
      ...{ name, groups: [`group-${at}`, 'group-0'] },
      accessKeys: [{ accessKeyId: id(at).padEnd(20, 'Z'), secretAccessKey: 's'.repeat(40) }],
    })),
    roles: all('role').map((name, at) => ({ name, trustPolicy: trust(`user-${at}`) })),
  }
}

const place = (store: Store, ...accounts: AccountSettings[]) =>
  putInPlace(accounts, {
    ...{ store, clock: systemClock, ids: new Ids(), settingsName: 'main' },
    seal: (secret) => `sealed ${secret}`,
    open: (sealed) => sealed.slice('sealed '.length),
  })

/** Everything, without what is random or of the clock. */
async function contents(store: Store) {
  const kinds: [RecordKind, string][] = [
    ...(['account', 'group', 'groupMembership', 'user', 'role'] as const).map(
      (kind): [RecordKind, string] => [kind, account],
    ),
    ['accessKey', anyAccount],
  ]
  const lists = kinds.map(async ([kind, of]) => {
    const rows = await store.reads.list(kind, of, { limit: 10_000 })
    const told = JSON.stringify(rows).replace(/A(?:IDA|ROA|GPA)[A-Z2-7]{10,}/g, 'ID')
    return [kind, await store.reads.count(kind, of), told.replace(/"\d{4}-\d\d[^"]*Z"/g, '"AT"')]
  })
  return Promise.all(lists)
}

if (!findProgram('psql')) {
  test('many records at once', (t) => void requirePeer(t, 'postgres'))
} else {
  const postgres = await openPostgres()
  after(() => postgres[Symbol.asyncDispose]())

  test('inserts of one turn are one round trip, and each is told whether it is new', async () => {
    await using node = await openNode(accessTo(postgres))
    await node.transact((tx) => tx.insert('role', account, 'there', role('there')))
    const before = node.figures().asked
    const made = await node.transact(async (tx) => {
      const asked = ['a', 'there', 'b', 'a', 'c'].map((name) =>
        tx.insert('role', account, name, role(name)),
      )
      const answers = await Promise.all(asked)
      assert.equal((await tx.find('role', account, 'c'))?.name, 'c')
      return answers
    })
    assert.deepEqual(made, [true, false, true, false, true])
    // Begin, two inserts since one name comes twice, a find, and the commit.
    assert.equal(node.figures().asked - before, 5)
    assert.equal(await node.reads.count('role', account), 4)
    await using beside = await openNode(accessTo(postgres))
    assert.equal(await beside.reads.count('role', account), 0, 'another schema')
  })

  test('updates of one turn are one round trip, with the links that they leave', async () => {
    await using node = await openNode(accessTo(postgres))
    const tagged = (name: string, ...keys: string[]) => ({
      ...role(name),
      tags: keys.map((Key) => ({ Key, Value: '' })),
    })
    const names = ['a', 'b', 'c']
    await node.transact(async (tx) => {
      for (const name of names) await tx.insert('role', account, name, tagged(name, 'old', 'both'))
    })
    const before = node.figures().asked
    const done = await node.transact((tx) =>
      Promise.all(
        ['a', 'none', 'b', 'a'].map((name, at) =>
          tx.update('role', account, name, tagged(`${name}${at}`, 'both', `new${at}`)),
        ),
      ),
    )
    assert.deepEqual(done, [true, false, true, true])
    // Begin, two updates since one name comes twice, and the commit.
    assert.equal(node.figures().asked - before, 4)
    const read = async (name: string) => (await node.reads.find('role', account, name))?.name
    assert.deepEqual(await Promise.all(names.map(read)), ['a3', 'b2', 'c'])
    const linked = async (key: string) =>
      (await node.reads.linked('role', account, linkTo.tag(key), { limit: 9 })).map(
        (one) => one.key,
      )
    assert.deepEqual(await linked('both'), names)
    assert.deepEqual(await linked('old'), ['c'])
    assert.deepEqual([await linked('new0'), await linked('new3')], [[], ['a']])
    assert.equal(await node.reads.countLinked('role', account, linkTo.tag('both')), 3)
  })

  test('one that cannot be inserted takes back all, and nothing comes after it', async () => {
    await using node = await openNode(accessTo(postgres))
    const work = node.transact(async (tx) => {
      const bad = { ...role('bad'), path: '/\0/' }
      await Promise.all([
        tx.insert('role', account, 'a', role('a')),
        tx.insert('role', account, 'bad', bad),
      ])
    })
    await assert.rejects(work)
    await node.transact((tx) => tx.insert('role', account, 'b', role('b')))
    assert.equal(await node.reads.count('role', account), 1)
  })

  test('a thousand records of settings take dozens of round trips', async () => {
    const entities = manyEntities(250)
    await using node = await openNode(accessTo(postgres))
    await using file = await openSqliteStore({ path: ':memory:', clock: systemClock })
    await place(file, entities)
    const costs: number[] = []
    const cost = async (settings: AccountSettings) => {
      const before = node.figures().asked
      await place(node, settings)
      costs.push(node.figures().asked - before)
    }
    await cost(entities)
    assert.deepEqual(await contents(node), await contents(file))
    await cost(entities)
    const fewer = { ...entities, users: entities.users!.slice(1) }
    await cost(fewer)
    await place(file, fewer)
    assert.deepEqual(await contents(node), await contents(file))
    assert.ok(
      costs.every((asked) => asked < 60),
      costs.join(),
    )
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountSettings } from '../../src/config/placements.ts'
import { putInPlace } from '../../src/config/put-in-place.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { groupOf, insertGroup, renameGroup } from '../../src/store/memberships.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'

const account = '111122223333'
const trust = '{"Version":"2012-10-17","Statement":[]}'
const role = (name: string, description = '') => ({ name, description, trustPolicy: trust })

async function openHouse() {
  const store = await openSqliteStore({ path: ':memory:', clock: systemClock })
  const ports = {
    store,
    clock: systemClock,
    ids: new Ids(),
    seal: (secret: string) => `sealed ${secret}`,
    open: (sealed: string) => sealed.slice('sealed '.length),
  }
  return {
    store,
    /** What one node does at its start. */
    start: (settingsName: string, ...accounts: AccountSettings[]) =>
      putInPlace(accounts, { ...ports, settingsName }),
    roles: async (of = account) =>
      (await store.reads.list('role', of, { limit: 100 })).map(({ key }) => key),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

test('nodes with different settings leave alone what the others put in place', async () => {
  await using house = await openHouse()
  const { start, roles, store } = house
  await start('a', { id: account, roles: [role('one'), role('two')] })
  await start('b', { id: '444455556666', roles: [role('three')] })
  assert.deepEqual(await roles(), ['one', 'two'])
  const { position } = store.changes()
  await start('b', { id: '444455556666', roles: [role('three')] })
  assert.equal(store.changes().position, position, 'not even written')
  await start('a', { id: account, roles: [role('two')] })
  await start('b', { id: '444455556666' })
  assert.deepEqual(await roles(), ['two'])
  assert.deepEqual(await roles('444455556666'), [])
  await start('b')
  assert.deepEqual(await store.reads.accounts(), [account])
})

test('a group of the settings takes no members over from one that had its name', async () => {
  await using house = await openHouse()
  const { start, store } = house
  const group = {
    account,
    id: 'AGPAOPS',
    name: 'dev',
    path: '/',
    inlinePolicies: {},
    attachedPolicies: [],
    createdAt: '',
    managedBy: 'api' as const,
  }
  await store.transact(async (tx) => {
    await insertGroup(tx, group)
    await renameGroup(tx, group, { ...group, name: 'Ops' })
  })
  const settings = {
    id: account,
    groups: [{ name: 'Dev' }],
    users: [{ name: 'cid', groups: ['Dev'] }],
  }
  await start('a', settings)
  const { position } = store.changes()
  await start('a', settings)
  assert.equal(store.changes().position, position, 'not written again')
  const [membership = ''] = (await store.reads.find('user', account, 'cid'))!.groups
  assert.equal((await groupOf(store.reads, account, membership))?.name, 'Dev')
  assert.equal((await groupOf(store.reads, account, 'dev'))?.name, 'Ops')
  await start('a', { id: account })
  assert.equal(await groupOf(store.reads, account, membership), undefined)
  assert.equal(await store.reads.count('groupMembership', account), 1)
})

test('what two settings name alike stays until neither does, in one account too', async () => {
  await using house = await openHouse()
  const { start, roles, store } = house
  const id = async () => (await store.reads.find('role', account, 'both'))?.id
  await start('a', { id: account, roles: [role('both'), role('of-a')] })
  const first = await id()
  await start('b', { id: account, roles: [role('both'), role('of-b')] })
  assert.deepEqual(await roles(), ['both', 'of-a', 'of-b'])
  await start('a')
  assert.deepEqual(await roles(), ['both', 'of-b'])
  assert.ok(await store.reads.find('account', account, 'account'))
  assert.equal(await id(), first)
  await start('b', { id: account, roles: [role('both', 'now of b alone')] })
  await start('b')
  assert.deepEqual(await store.reads.accounts(), [])
})

test('what two settings want differently is refused, and nothing is changed', async () => {
  await using house = await openHouse()
  const { start, store } = house
  await start('a', { id: account, roles: [role('dev', 'first')] })
  const { position } = store.changes()
  await assert.rejects(start('b', { id: account, roles: [role('new'), role('dev', 'second')] }), {
    message:
      'role `dev` of account 111122223333 is put in place otherwise by the settings `a`: ' +
      'let one of them name it, or all say the same',
  })
  await assert.rejects(
    start('b', { id: account, alias: 'other', roles: [] }),
    /account `account` of account 111122223333 is put in place otherwise by the settings `a`/,
  )
  assert.equal(store.changes().position, position)
})

test('a setting that the API made of a shared account is no difference', async () => {
  await using house = await openHouse()
  const { start, store } = house
  await start('a', { id: account })
  await start('b', { id: account })
  await store.transact(async (tx) => {
    const record = (await tx.find('account', account, 'account'))!
    await tx.update('account', account, 'account', { ...record, outboundFederation: true })
  })
  await start('a', { id: account })
  await start('b', { id: account })
  assert.equal((await store.reads.find('account', account, 'account'))?.outboundFederation, true)
})

test('settings that say the same again change nothing', async () => {
  await using house = await openHouse()
  const key = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x'.repeat(40) }
  const settings = {
    id: account,
    users: [{ name: 'ann', accessKeys: [key], tags: { team: 'red' } }],
    roles: [role('dev')],
  }
  await house.start('a', settings)
  const { position } = house.store.changes()
  await house.start('a', settings)
  assert.equal(house.store.changes().position, position)
})

test('what has no name of settings yet belongs to those that come first', async () => {
  await using house = await openHouse()
  const { start, roles, store } = house
  await start('a', { id: account, roles: [role('kept'), role('left')] })
  await store.transact(async (tx) => {
    for (const { key, record } of await tx.list('role', account, { limit: 9 })) {
      const { settingsNames: _, ...nameless } = record
      await tx.update('role', account, key, nameless)
    }
  })
  await start('b', { id: account, roles: [role('kept', 'changed by b')] })
  assert.deepEqual(await roles(), ['kept'])
  assert.deepEqual((await store.reads.find('role', account, 'kept'))?.settingsNames, ['b'])
})

test('what the API made stays and is told, and the rest is put in place', async () => {
  await using house = await openHouse()
  const { start, roles, store } = house
  await start('a', { id: account, roles: [role('dev')] })
  await store.transact(async (tx) => {
    const record = (await tx.find('role', account, 'dev'))!
    const { settingsNames: _, ...mine } = record
    await tx.insert('role', account, 'own', { ...mine, name: 'own', managedBy: 'api' })
  })
  assert.deepEqual(
    await start('a', { id: account, roles: [role('Own', 'of the file'), role('other')] }),
    [{ kind: 'role', account, key: 'own' }],
  )
  const own = await store.reads.find('role', account, 'own')
  assert.deepEqual([own?.managedBy, own?.description], ['api', undefined])
  assert.deepEqual(await roles(), ['other', 'own'])
  await start('a')
  await start('b')
  assert.deepEqual(await roles(), ['own'])
})

test('keys of a user that the API made are left out with the user', async () => {
  await using house = await openHouse()
  const { start, store } = house
  const key = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'a'.repeat(40) }
  await start('a', { id: account, users: [{ name: 'Ann' }] })
  await store.transact(async (tx) => {
    const { settingsNames: _, ...mine } = (await tx.find('user', account, 'ann'))!
    await tx.update('user', account, 'ann', { ...mine, managedBy: 'api' })
  })
  const users = [{ name: 'Ann', accessKeys: [key] }]
  assert.deepEqual(await start('a', { id: account, users }), [
    { kind: 'user', account, key: 'ann' },
    { kind: 'accessKey', account, key: key.accessKeyId },
  ])
  assert.equal(await store.reads.find('accessKey', '*', key.accessKeyId), undefined)
})

test('in whatever order nodes start, there is what the last of each name say', async () => {
  const start = fc.record({
    who: fc.constantFrom('a', 'b', 'c'),
    names: fc.uniqueArray(fc.constantFrom('r1', 'r2', 'r3', 'r4'), { maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(start, { maxLength: 8 }), async (starts) => {
      await using house = await openHouse()
      const last = new Map<string, readonly string[]>()
      for (const { who, names } of starts) {
        await house.start(who, { id: account, roles: names.map((name) => role(name)) })
        last.set(who, names)
      }
      const expected = [...new Set([...last.values()].flat())].sort()
      assert.deepEqual(await house.roles(), expected)
    }),
    { numRuns: 25 },
  )
})

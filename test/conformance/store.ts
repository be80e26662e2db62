import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RoleRecord } from '../../src/store/records.ts'
import { linkTo } from '../../src/store/links.ts'
import type { Store } from '../../src/store/store.ts'

const account = '111122223333'
export function role(name: string, path = '/'): RoleRecord {
  return {
    account, createdAt: '2026-01-01T00:00:00.000Z', managedBy: 'api', id: `AROA${name}`, name, path, inlinePolicies: {},
    attachedPolicies: [], tags: [], trustPolicy: '{}', maxSessionDurationSeconds: 3600,
  }
}

/** Every durable store answers alike. */
export function storeConformance(name: string, open: () => Promise<Store>): void {
  const story = (title: string, tell: (store: Store) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      await using store = await open()
      await tell(store)
    })

  story('a record is found as it was written', async (store) => {
    await store.transact((tx) => tx.insert('role', account, 'dev', role('Dev')))
    assert.deepEqual(await store.reads.find('role', account, 'dev'), role('Dev'))
    assert.equal(await store.reads.find('role', account, 'Dev'), undefined)
    assert.equal(await store.reads.find('user', account, 'dev'), undefined)
    assert.equal(await store.reads.find('role', '999999999999', 'dev'), undefined)
  })
  story('inserting tells whether the key was free; update and remove whether it was there', async (store) => {
    await store.transact(async (tx) => {
      assert.equal(await tx.insert('role', account, 'dev', role('Dev')), true)
      assert.equal(await tx.insert('role', account, 'dev', role('DEV')), false)
      assert.equal(await tx.update('role', account, 'dev', role('dEV')), true)
      assert.equal(await tx.update('role', account, 'ops', role('ops')), false)
      assert.equal(await tx.remove('role', account, 'ops'), false)
      assert.equal((await tx.find('role', account, 'dev'))?.name, 'dEV')
      assert.equal(await tx.remove('role', account, 'dev'), true)
    })
    assert.equal(await store.reads.count('role', account), 0)
  })
  story('a transaction that throws leaves nothing, and the next one works', async (store) => {
    const before = store.version()
    await assert.rejects(store.transact(async (tx) => {
      await tx.insert('role', account, 'dev', role('Dev'))
      throw new Error('no')
    }), /no/)
    assert.equal(await store.reads.find('role', account, 'dev'), undefined)
    assert.equal(store.version(), before)
    await store.transact((tx) => tx.insert('role', account, 'dev', role('Dev')))
    assert.notEqual(store.version(), before)
  })
  story('reads outside a transaction see nothing uncommitted, and transactions do not mix', async (store) => {
    const inside = Promise.withResolvers<void>()
    const seen = Promise.withResolvers<void>()
    const first = store.transact(async (tx) => {
      await tx.insert('role', account, 'a', role('a'))
      inside.resolve()
      await seen.promise
    })
    const second = store.transact((tx) => tx.count('role', account))
    await inside.promise
    assert.equal(await store.reads.find('role', account, 'a'), undefined)
    seen.resolve()
    await first
    assert.equal(await second, 1)
  })
  story('lists are in order, paged, and filtered by path', async (store) => {
    await store.transact(async (tx) => {
      for (const name of ['delta', 'alpha', 'charlie', 'bravo']) await tx.insert('role', account, name, role(name, name === 'bravo' ? '/_x/' : '/'))
    })
    const names = async (page: Parameters<Store['reads']['list']>[2]) => (await store.reads.list('role', account, page)).map(({ key }) => key)
    assert.deepEqual(await names({ limit: 10 }), ['alpha', 'bravo', 'charlie', 'delta'])
    assert.deepEqual(await names({ limit: 2, after: 'alpha' }), ['bravo', 'charlie'])
    assert.deepEqual(await names({ limit: 10, pathPrefix: '/_x/' }), ['bravo'])
    assert.deepEqual(await names({ limit: 10, pathPrefix: '/%/' }), [])
  })
  story('a record is found by what it points at, for as long as it does', async (store) => {
    const arn = `arn:aws:iam::${account}:policy/Reading`
    const holding = (name: string, path = '/') => ({ ...role(name, path), attachedPolicies: [arn, arn] })
    await store.transact(async (tx) => {
      for (const name of ['c', 'a', 'b']) await tx.insert('role', account, name, holding(name, name === 'b' ? '/x/' : '/'))
      await tx.insert('role', '999999999999', 'a', { ...holding('a'), account: '999999999999' })
    })
    const keys = async (page: Parameters<Store['reads']['linked']>[3]) => (await store.reads.linked('role', account, linkTo.policy(arn), page)).map(({ key }) => key)
    assert.deepEqual(await keys({ limit: 9 }), ['a', 'b', 'c'])
    assert.deepEqual(await keys({ limit: 1, after: 'a' }), ['b'])
    assert.deepEqual(await keys({ limit: 9, pathPrefix: '/x/' }), ['b'])
    await store.transact(async (tx) => {
      await tx.update('role', account, 'a', role('a'))
      await tx.remove('role', account, 'b')
    })
    assert.deepEqual(await keys({ limit: 9 }), ['c'])
    assert.equal(await store.reads.countLinked('role', account, linkTo.policy(arn)), 1)
  })
  story('an account is found by its alias, which is unique', async (store) => {
    const record = { account, partition: 'aws', alias: 'demo', createdAt: '', managedBy: 'config' } as const
    await store.transact((tx) => tx.insert('account', account, 'account', record))
    assert.equal(await store.reads.accountByAlias('demo'), account)
    assert.equal(await store.transact((tx) => tx.insert('account', '2', 'account', { ...record, account: '2' })), false)
    assert.deepEqual(await store.reads.accounts(), [account])
  })
  story('documents are written by compare and set', async (store) => {
    assert.equal(await store.documents.read('ring'), undefined)
    const first = await Promise.all([store.documents.write('ring', 'a', 0), store.documents.write('ring', 'b', 0)])
    assert.deepEqual(first, [true, false])
    assert.deepEqual({ ...(await store.documents.read('ring')) }, { text: 'a', revision: 1 })
    assert.equal(await store.documents.write('ring', 'c', 7), false)
    assert.equal(await store.documents.write('ring', 'c', 1), true)
    assert.deepEqual({ ...(await store.documents.read('ring')) }, { text: 'c', revision: 2 })
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linkTo } from '../../src/store/links.ts'
import type { RoleRecord } from '../../src/store/records.ts'
import type { Search, SearchPlace } from '../../src/store/search.ts'
import type { Changes, Store } from '../../src/store/store.ts'

const account = '111122223333'
export function role(name: string, path = '/'): RoleRecord {
  return {
    account,
    createdAt: '2026-01-01T00:00:00.000Z',
    managedBy: 'api',
    id: `AROA${name}`,
    name,
    path,
    inlinePolicies: {},
    attachedPolicies: [],
    tags: [],
    trustPolicy: '{}',
    maxSessionDurationSeconds: 3600,
  }
}

/** Two stores on one database, as two processes have them. */
export interface Opened extends AsyncDisposable {
  readonly store: Store
  readonly beside: Store
  /** Waits until each knows what the other committed, where that takes time. */
  readonly pass: () => Promise<void>
  /** So many commits back, changes can't be told any more. */
  readonly changesKept: number
}
type Stories = Readonly<Record<string, (store: Store, opened: Opened) => Promise<void>>>

/** Every durable store answers alike. */
export function storeConformance(name: string, open: () => Promise<Opened>): void {
  const stories = {
    ...records,
    ...lists,
    ...changes,
    ...twoStores,
    ...races,
    ...documents,
    ...outbox,
  }
  for (const [title, tell] of Object.entries(stories))
    test(`${name}: ${title}`, async () => {
      await using opened = await open()
      await tell(opened.store, opened)
    })
}

const records: Stories = {
  'a record is found as it was written': async (store) => {
    await store.transact((tx) => tx.insert('role', account, 'dev', role('Dev')))
    assert.deepEqual(await store.reads.find('role', account, 'dev'), role('Dev'))
    assert.equal(await store.reads.find('role', account, 'Dev'), undefined)
    assert.equal(await store.reads.find('user', account, 'dev'), undefined)
    assert.equal(await store.reads.find('role', '999999999999', 'dev'), undefined)
  },
  'inserting tells whether the key was free; update and remove whether it was there': async (
    store,
  ) => {
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
  },
  'a transaction that throws leaves nothing, and the next one works': async (store) => {
    const before = store.changes().position
    await assert.rejects(
      store.transact(async (tx) => {
        await tx.insert('role', account, 'dev', role('Dev'))
        throw new Error('no')
      }),
      /no/,
    )
    assert.equal(await store.reads.find('role', account, 'dev'), undefined)
    assert.deepEqual(store.changes(before), { position: before, keys: [] })
    await store.transact((tx) => tx.insert('role', account, 'dev', role('Dev')))
    assert.notEqual(store.changes().position, before)
  },
  'reads outside a transaction see nothing uncommitted, and transactions do not mix': async (
    store,
  ) => {
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
  },
}

const lists: Stories = {
  'lists are in order, paged, and filtered by path': async (store) => {
    await store.transact(async (tx) => {
      for (const name of ['delta', 'alpha', 'charlie', 'bravo'])
        await tx.insert('role', account, name, role(name, name === 'bravo' ? '/_x/' : '/'))
    })
    const names = async (page: Parameters<Store['reads']['list']>[2]) =>
      (await store.reads.list('role', account, page)).map(({ key }) => key)
    assert.deepEqual(await names({ limit: 10 }), ['alpha', 'bravo', 'charlie', 'delta'])
    assert.deepEqual(await names({ limit: 2, after: 'alpha' }), ['bravo', 'charlie'])
    assert.deepEqual(await names({ limit: 10, pathPrefix: '/_x/' }), ['bravo'])
    assert.deepEqual(await names({ limit: 10, pathPrefix: '/%/' }), [])
  },
  'a path that few have, and one that many have, list and link alike': async (store) => {
    const many = 1500
    await store.transact(async (tx) => {
      for (let i = 0; i < many; i++) {
        const attachedPolicies = i % 2 === 0 ? ['P'] : []
        const path = i % 500 === 3 ? '/staff/é/' : '/staff/all/'
        const one = { ...role(`r${i}`, path), attachedPolicies }
        await tx.insert('role', account, `r${String(i).padStart(4, '0')}`, one)
      }
      await tx.insert('role', account, 'x', { ...role('x', '/x/'), attachedPolicies: ['P'] })
    })
    const list = async (page: Parameters<Store['reads']['list']>[2]) =>
      (await store.reads.list('role', account, page)).map(({ key }) => key)
    const linked = async (page: Parameters<Store['reads']['linked']>[3]) =>
      (await store.reads.linked('role', account, linkTo.policy('P'), page)).map(({ key }) => key)
    assert.deepEqual(await list({ pathPrefix: '/staff/é/', limit: 9 }), ['r0003', 'r0503', 'r1003'])
    const after = { after: 'r0003', limit: 1 }
    assert.deepEqual(await list({ ...after, pathPrefix: '/staff/é/' }), ['r0503'])
    assert.deepEqual(await list({ ...after, pathPrefix: '/staff/' }), ['r0004'])
    assert.deepEqual(await list({ ...after, pathPrefix: '/' }), ['r0004'])
    assert.deepEqual(await list({ pathPrefix: '/nobody/', limit: 9 }), [])
    assert.deepEqual(await linked({ ...after, pathPrefix: '/staff/all/' }), ['r0004'])
    assert.deepEqual(await linked({ pathPrefix: '/staff/é/', limit: 9 }), [])
    assert.deepEqual(await linked({ pathPrefix: '/x', limit: 9 }), ['x'])
    assert.deepEqual(await linked({ pathPrefix: '/nobody/', limit: 9 }), [])
  },
  'a search finds by part, path and tag, in either order and direction, slice by slice': async (
    store,
  ) => {
    const many = 2300
    const at = (i: number) => new Date(Date.UTC(2026, 0, 1) + ((i * 7919) % many) * 1000)
    const made = Array.from({ length: many }, (_, i) => ({
      ...role(`R${String(i).padStart(5, '0')}`, i % 3 === 0 ? '/staff/' : '/'),
      createdAt: at(i).toISOString(),
      tags: [
        { Key: 'team', Value: i % 2 === 0 ? 'red' : 'blue' },
        ...(i % 800 === 1 ? [{ Key: 'rare', Value: 'a=b\u00e9' }] : []),
      ],
    }))
    made.push({ ...made[0]!, name: 'Lovelace%_', path: '/few/', tags: [] })
    await store.transact(async (tx) => {
      for (const one of made) await tx.insert('role', account, one.name.toLowerCase(), one)
      await tx.insert('role', '444455556666', 'other', { ...made[0]!, account: '444455556666' })
      await tx.insert('mfaDevice', account, '/lovelace', {
        ...{ account, createdAt: '', managedBy: 'api', name: 'lovelace', path: '/', tags: [] },
        ...{ serialNumber: '', id: '' },
      } as never)
    })
    const all = async (more: Partial<Search>, pages = Infinity) => {
      const found: string[] = []
      const search = { order: 'name', descending: false, limit: 700, ...more } as const
      let after: SearchPlace | undefined
      for (let slices = 0; slices < pages; slices++) {
        const slice = await store.reads.search('role', account, { ...search, after })
        assert.ok(slice.found.length <= search.limit)
        found.push(...slice.found.map(({ key }) => key))
        after = slice.next
        if (!after) break
      }
      return found
    }
    const wanted = (more: Partial<Search>) =>
      made
        .filter(({ name }) => name.toLowerCase().includes(more.part ?? ''))
        .filter(({ path }) => path.startsWith(more.pathPrefix ?? '/'))
        .filter(
          ({ tags }) =>
            !more.tag ||
            tags.some(
              ({ Key, Value }) => Key === more.tag!.key && (more.tag!.value ?? Value) === Value,
            ),
        )
        .map(({ name, createdAt }) => ({ key: name.toLowerCase(), createdAt }))
        .toSorted((a, b) => {
          const of = (one: typeof a) => (more.order === 'created' ? one.createdAt : '') + one.key
          return (of(a) < of(b) ? -1 : 1) * (more.descending ? -1 : 1)
        })
        .map(({ key }) => key)
    const searches: readonly Partial<Search>[] = [
      {},
      { part: '1119' },
      { part: 'lovelace%_' },
      { part: '%' },
      { pathPrefix: '/staff/' },
      { pathPrefix: '/few/' },
      { pathPrefix: '/staff/', part: '0123', tag: { key: 'team', value: 'red' } },
      { tag: { key: 'team' }, part: '999' },
      { tag: { key: 'team', value: 'blue' }, part: '999' },
      { tag: { key: 'rare' } },
      { tag: { key: 'rare', value: 'a=b\u00e9' }, pathPrefix: '/staff/' },
      { tag: { key: 'rare', value: 'a' } },
      { tag: { key: 'Team' } },
    ]
    for (const order of ['name', 'created'] as const)
      for (const descending of [false, true])
        for (const more of searches) {
          const search = { ...more, order, descending }
          assert.deepEqual(await all(search), wanted(search), JSON.stringify(search))
        }
    const first = await store.reads.search('role', account, {
      ...{ order: 'name', descending: false, part: 'lovelace', limit: 9, pathPrefix: '/few/' },
    } as const)
    assert.deepEqual(first, {
      found: [{ key: 'lovelace%_', created: made.at(-1)!.createdAt }],
      next: undefined,
    })
    await store.transact(async (tx) => {
      await tx.remove('role', account, 'lovelace%_')
      await tx.update('role', account, 'r00001', { ...made[1]!, path: '/few/', tags: [] })
    })
    assert.deepEqual(await all({ part: 'love' }), [])
    assert.deepEqual(await all({ pathPrefix: '/few/' }), ['r00001'])
    assert.deepEqual(await all({ tag: { key: 'rare' } }), ['r00801', 'r01601'])
  },
  'what records link to is told once, in order and in pages': async (store) => {
    await store.transact(async (tx) => {
      for (const [key, attachedPolicies] of [
        ['a', ['P/b', 'P/a']],
        ['b', ['P/b', 'Q', 'P/é']],
        ['c', ['P/z']],
      ] as const)
        await tx.insert('role', account, key, { ...role(key), attachedPolicies })
      await tx.insert('role', '444455556666', 'a', { ...role('a'), attachedPolicies: ['P/other'] })
    })
    await store.transact(async (tx) => void (await tx.remove('role', account, 'c')))
    const prefix = linkTo.policy('P/')
    const targets = (page: object) =>
      store.reads.linkTargets('role', account, { prefix, limit: 9, ...page })
    const [a, b, é] = ['a', 'b', 'é'].map((one) => `${prefix}${one}`)
    assert.deepEqual(await targets({}), [a, b, é])
    assert.deepEqual(await targets({ limit: 1 }), [a])
    assert.deepEqual(await targets({ after: a, limit: 1 }), [b])
    assert.deepEqual(await targets({ prefix: linkTo.policy('R') }), [])
  },
  'counts follow every write, and none that was rolled back': async (store) => {
    const holding = (...attachedPolicies: readonly string[]) => ({
      ...role('a'),
      attachedPolicies,
    })
    const counts = async () => [
      await store.reads.count('role', account),
      await store.reads.countLinked('role', account, linkTo.policy('P')),
      await store.reads.countLinked('role', account, linkTo.policy('Q')),
    ]
    await store.transact(async (tx) => {
      for (const key of ['a', 'b', 'a']) await tx.insert('role', account, key, holding('P'))
      assert.equal(await tx.count('role', account), 2)
    })
    assert.deepEqual(await counts(), [2, 2, 0])
    await store.transact(async (tx) => {
      await tx.update('role', account, 'a', holding('P', 'Q'))
      await tx.update('role', account, 'nobody', holding('P', 'Q'))
      await tx.remove('role', account, 'b')
      await tx.remove('role', account, 'b')
    })
    assert.deepEqual(await counts(), [1, 1, 1])
    const undone = store.transact(async (tx) => {
      await tx.insert('role', account, 'c', holding('P'))
      throw new Error('no')
    })
    await assert.rejects(undone, /no/)
    assert.deepEqual(await counts(), [1, 1, 1])
    await store.transact((tx) => tx.remove('role', account, 'a'))
    assert.deepEqual(await counts(), [0, 0, 0])
    assert.deepEqual(await store.reads.accounts(), [])
  },
  'a record is found by what it points at, for as long as it does': async (store) => {
    const arn = `arn:aws:iam::${account}:policy/Reading`
    const holding = (name: string, path = '/') => ({
      ...role(name, path),
      attachedPolicies: [arn, arn],
    })
    await store.transact(async (tx) => {
      for (const name of ['c', 'a', 'b'])
        await tx.insert('role', account, name, holding(name, name === 'b' ? '/x/' : '/'))
      await tx.insert('role', '999999999999', 'a', { ...holding('a'), account: '999999999999' })
    })
    const keys = async (page: Parameters<Store['reads']['linked']>[3]) =>
      (await store.reads.linked('role', account, linkTo.policy(arn), page)).map(({ key }) => key)
    assert.deepEqual(await keys({ limit: 9 }), ['a', 'b', 'c'])
    assert.deepEqual(await keys({ limit: 1, after: 'a' }), ['b'])
    assert.deepEqual(await keys({ limit: 9, pathPrefix: '/x/' }), ['b'])
    await store.transact(async (tx) => {
      await tx.update('role', account, 'a', role('a'))
      await tx.remove('role', account, 'b')
    })
    assert.deepEqual(await keys({ limit: 9 }), ['c'])
    assert.equal(await store.reads.countLinked('role', account, linkTo.policy(arn)), 1)
  },
  'an account is found by its alias, which is unique': async (store) => {
    const record = {
      account,
      partition: 'aws',
      alias: 'demo',
      createdAt: '',
      managedBy: 'config',
    } as const
    await store.transact((tx) => tx.insert('account', account, 'account', record))
    assert.equal(await store.reads.accountByAlias('demo'), account)
    assert.equal(
      await store.transact((tx) =>
        tx.insert('account', '2', 'account', { ...record, account: '2' }),
      ),
      false,
    )
    assert.deepEqual(await store.reads.accounts(), [account])
  },
  'a SAML provider is found by its id in any account, until it is removed': async (store) => {
    const record = (of: string, id: string) => ({
      account: of,
      id,
      name: 'Corp',
      metadata: '',
      tags: [],
      privateKeys: [],
      createdAt: '',
      managedBy: 'api' as const,
    })
    await store.transact(async (tx) => {
      await tx.insert('samlProvider', account, 'corp', record(account, 'SAMLSPA'))
      await tx.insert('samlProvider', '2', 'corp', record('2', 'SAMLSPB'))
      await tx.insert('role', account, 'saml', { ...role('saml'), id: 'SAMLSPC' })
    })
    const place = { account: '2', key: 'corp' }
    assert.deepEqual(await store.reads.samlProviderById('SAMLSPB'), place)
    assert.equal(await store.reads.samlProviderById('samlspb'), undefined)
    assert.equal(await store.reads.samlProviderById('SAMLSPC'), undefined)
    await store.transact((tx) => tx.remove('samlProvider', '2', 'corp'))
    assert.equal(await store.reads.samlProviderById('SAMLSPB'), undefined)
  },
}

const changes: Stories = {
  'a commit tells which records it changed, each once': async (store) => {
    const { position } = store.changes()
    await store.transact(async (tx) => {
      await tx.insert('role', account, 'dev', role('Dev'))
      await tx.update('role', account, 'dev', role('dev'))
      await tx.insert('role', account, 'a/b', role('a'))
      await tx.insert('role', account, 'dev', role('Taken'))
      await tx.remove('role', account, 'nobody')
    })
    const first = store.changes(position)
    assert.deepEqual(told(first), [`role/${account}/a/b`, `role/${account}/dev`])
    await store.transact((tx) => tx.remove('role', account, 'dev'))
    assert.deepEqual(told(store.changes(first.position)), [`role/${account}/dev`])
    assert.deepEqual(told(store.changes(position)).length, 3)
    const last = store.changes(position).position
    assert.deepEqual(store.changes(last), { position: last, keys: [] })
  },
  'a transaction that changes nothing tells nothing': async (store) => {
    const { position } = store.changes()
    await store.transact((tx) => tx.find('role', account, 'dev'))
    await store.transact((tx) => tx.remove('role', account, 'dev'))
    await store.documents.write('ring', 'a', 0)
    assert.deepEqual(store.changes(position), { position, keys: [] })
  },
  'who asks from too long ago, from nowhere or from the future has to forget all': async (
    store,
    { changesKept },
  ) => {
    const { position } = store.changes()
    for (let i = 0; i < changesKept * 2; i++)
      await store.transact((tx) => tx.insert('role', account, `r${i}`, role('r')))
    const behind = store.changes(position)
    assert.equal(behind.keys, 'all')
    assert.deepEqual(store.changes(), behind)
    assert.deepEqual(store.changes(behind.position + 1000), behind)
    assert.deepEqual(store.changes(behind.position).keys, [])
    const recent = store.changes(behind.position - changesKept / 2)
    assert.equal(told(recent).length, changesKept / 2, 'what is recent is told one by one')
  },
  'a commit of very many records may tell that all changed, and never too few': async (store) => {
    const { position } = store.changes()
    await store.transact(async (tx) => {
      for (let i = 0; i < 2000; i++) await tx.insert('role', account, `r${i}`, role('r'))
    })
    const { keys } = store.changes(position)
    assert.ok(keys === 'all' || keys.length === 2000)
  },
}

function told({ keys }: Changes): readonly string[] {
  assert.notEqual(keys, 'all')
  return keys === 'all' ? [] : [...keys].sort()
}

const twoStores: Stories = {
  "each of two sees the other's commits within the stated time": async (store, opened) => {
    const { beside, pass } = opened
    const find = (one: Store) => one.reads.find('role', account, 'dev')
    const holders = (one: Store) =>
      one.reads.linked('role', account, linkTo.policy('P'), { limit: 9 })
    await store.transact((tx) => tx.insert('role', account, 'dev', role('Dev')))
    assert.equal((await find(store))?.name, 'Dev')
    await pass()
    assert.equal((await find(beside))?.name, 'Dev')
    assert.deepEqual(await holders(store), [])
    const changed = { ...role('Dev'), attachedPolicies: ['P'] }
    await beside.transact((tx) => tx.update('role', account, 'dev', changed))
    assert.deepEqual(await find(beside), changed, 'its own counts at once')
    await pass()
    assert.deepEqual(await find(store), changed)
    assert.equal((await holders(store)).length, 1)
    await store.transact((tx) => tx.remove('role', account, 'dev'))
    assert.equal(await find(store), undefined)
    await pass()
    assert.equal(await find(beside), undefined)
  },
  'both are told the commits of both, each once': async (store, { beside, pass }) => {
    await pass()
    const [first, second] = [store.changes().position, beside.changes().position]
    const names = ['a', 'b', 'c', 'd']
    for (const [at, name] of names.entries()) {
      const writer = at % 2 === 0 ? store : beside
      await writer.transact((tx) => tx.insert('role', account, name, role(name)))
    }
    await pass()
    const expected = names.map((name) => `role/${account}/${name}`)
    assert.deepEqual(told(store.changes(first)), expected)
    assert.deepEqual(told(beside.changes(second)), expected)
  },
  'a document that one wrote the other reads': async (store, { beside }) => {
    assert.equal(await store.documents.write('ring', 'a', 0), true)
    assert.equal(await beside.documents.write('ring', 'b', 0), false)
    assert.deepEqual({ ...(await beside.documents.read('ring')) }, { text: 'a', revision: 1 })
  },
}

/** Both stores at once, again and again: exactly one wins. */
const races: Stories = {
  'of two who create one name, one does': async (store, { beside }) => {
    for (let n = 0; n < 20; n++) {
      const made = await Promise.all(
        [store, beside].map((one, at) =>
          one.transact(
            async (tx) =>
              (await tx.find('role', account, `r${n}`)) === undefined &&
              tx.insert('role', account, `r${n}`, role(`r${n}`, `/${at}/`)),
            [account],
          ),
        ),
      )
      assert.deepEqual(made.sort(), [false, true])
      const { path } = (await store.reads.find('role', account, `r${n}`))!
      assert.ok(path === '/0/' || path === '/1/')
    }
    assert.equal(await store.reads.count('role', account), 20)
  },
  'what is attached while it is deleted is deleted or attached': async (store, { beside }) => {
    const policy = linkTo.policy('P')
    await store.transact((tx) => tx.insert('role', account, 'holder', role('holder')), [account])
    for (let n = 0; n < 20; n++) {
      await store.transact((tx) => tx.insert('group', account, 'p', role('p') as never), [account])
      const attach = store.transact(
        async (tx) => {
          if (!(await tx.find('group', account, 'p'))) return false
          const holder = { ...role('holder'), attachedPolicies: ['P'] }
          return tx.update('role', account, 'holder', holder)
        },
        [account],
      )
      const remove = beside.transact(
        async (tx) =>
          (await tx.countLinked('role', account, policy)) === 0 && tx.remove('group', account, 'p'),
        [account],
      )
      assert.deepEqual((await Promise.all([attach, remove])).sort(), [false, true])
      await store.transact(
        async (tx) => {
          await tx.update('role', account, 'holder', role('holder'))
          await tx.remove('group', account, 'p')
        },
        [account],
      )
    }
  },
  'a quota is reached and never passed': async (store, { beside }) => {
    const most = 5
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        [store, beside][n % 2]!.transact(
          async (tx) =>
            (await tx.count('role', account)) < most &&
            tx.insert('role', account, `r${n}`, role(`r${n}`)),
          [account],
        ),
      ),
    )
    assert.equal(made.filter(Boolean).length, most)
    assert.equal(await store.reads.count('role', account), most)
  },
  'of 200 changes of one record at once none is lost': async (store, { beside }) => {
    await store.transact((tx) => tx.insert('role', account, 'dev', role('dev')), [account])
    const add = (n: number) =>
      [store, beside][n % 2]!.transact(
        async (tx) => {
          const found = (await tx.find('role', account, 'dev'))!
          const tags = [...found.tags, { Key: `k${n}`, Value: '' }]
          await tx.update('role', account, 'dev', { ...found, tags })
        },
        [account],
      )
    await Promise.all(Array.from({ length: 200 }, (_, n) => add(n)))
    const { tags } = (await store.reads.find('role', account, 'dev'))!
    assert.equal(new Set(tags.map(({ Key }) => Key)).size, 200)
  },
  'of two accounts that want one alias, one gets it': async (store, { beside }) => {
    const record = (of: string) =>
      ({ account: of, partition: 'aws', createdAt: '', managedBy: 'api' }) as const
    const ids = ['111111111111', '222222222222']
    await store.transact(async (tx) => {
      for (const id of ids) await tx.insert('account', id, 'account', record(id))
    })
    for (let n = 0; n < 10; n++) {
      const got = await Promise.all(
        ids.map((id, at) =>
          [store, beside][at]!.transact(
            async (tx) =>
              (await tx.accountByAlias(`a${n}`)) === undefined &&
              tx.update('account', id, 'account', { ...record(id), alias: `a${n}` }),
            [id],
          ),
        ),
      )
      assert.deepEqual(got.sort(), [false, true])
    }
  },
}

const documents: Stories = {
  'documents are written by compare and set': async (store) => {
    assert.equal(await store.documents.read('ring'), undefined)
    const first = await Promise.all([
      store.documents.write('ring', 'a', 0),
      store.documents.write('ring', 'b', 0),
    ])
    assert.deepEqual(first, [true, false])
    assert.deepEqual({ ...(await store.documents.read('ring')) }, { text: 'a', revision: 1 })
    assert.equal(await store.documents.write('ring', 'c', 7), false)
    assert.equal(await store.documents.write('ring', 'c', 1), true)
    assert.deepEqual({ ...(await store.documents.read('ring')) }, { text: 'c', revision: 2 })
  },
}

const outbox: Stories = {
  'what a transaction left is there exactly when it committed, for every process': async (
    store,
    { beside },
  ) => {
    const id = await store.transact(async (tx) => {
      await tx.insert('role', account, 'dev', role('Dev'))
      return tx.leave('first')
    })
    await assert.rejects(
      store.transact(async (tx) => {
        await tx.leave('never')
        throw new Error('no')
      }),
    )
    const second = await beside.transact((tx) => tx.leave('second'))
    for (const one of [store, beside])
      assert.deepEqual(await one.outbox.waiting(all), [
        { id, text: 'first' },
        { id: second, text: 'second' },
      ])
  },
  'what was delivered is gone, and its id never comes again': async (store, { beside }) => {
    const first = await store.transact((tx) => tx.leave('first'))
    const second = await store.transact((tx) => tx.leave('second'))
    await beside.outbox.delivered([first, second])
    assert.deepEqual(await store.outbox.waiting(all), [])
    assert.ok((await store.transact((tx) => tx.leave('third'))) > second)
  },
  'what waits is told in pages, and only what was left until then': async (store) => {
    const ids: number[] = []
    for (let n = 0; n < 5; n++) ids.push(await store.transact((tx) => tx.leave(String(n))))
    const page = await store.outbox.waiting({ ...all, limit: 2, after: ids[0]! })
    assert.deepEqual(
      page.map(({ text }) => text),
      ['1', '2'],
    )
    assert.deepEqual(await store.outbox.waiting({ ...all, until: new Date(0) }), [])
  },
}
const all = { until: new Date(8.64e15), after: 0, limit: 100 }

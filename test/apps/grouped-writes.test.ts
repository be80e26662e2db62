import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { groupWrites } from '../../src/apps/grouped-writes.ts'
import type { Put } from '../../src/store/ephemeral.ts'
import { movableClock } from '../conformance/ephemeral.ts'
import { Browser } from '../http/browser.ts'
import { inMemory } from '../http/in-memory.ts'
import { begin, enter, openScene } from './scene.ts'

function grouped() {
  const clock = movableClock()
  const store = inMemory(clock)
  const commits: string[][] = []
  let request: object | undefined
  const putAll = async (puts: readonly Put[]) => {
    commits.push(puts.map(({ key, value }) => `${key}=${value}`))
    for (const { space, key, value, expiresAt } of puts)
      await store.put(space, key, value, expiresAt)
  }
  const writes = groupWrites({ ephemeral: { ...store, putAll }, clock, current: () => request })
  const soon = (seconds = 60) => new Date(clock.now().getTime() + seconds * 1000)
  return {
    ...{ clock, store, commits, writes, soon },
    /** Works as this request from now on. */
    as: (next: object | undefined) => {
      request = next
    },
    put: (key: string, value: string, seconds?: number) =>
      writes.ephemeral.put('app', key, value, soon(seconds)),
    get: (key: string) => writes.ephemeral.get('app', key),
  }
}

test('what a request puts is seen by it alone, until all of it is committed at once', async () => {
  const at = grouped()
  const [one, other] = [{}, {}]
  at.writes.hold(one)
  at.writes.hold(other)
  at.as(one)
  await at.put('grant', '1')
  await at.put('code', '2')
  await at.put('grant', '3')
  assert.deepEqual([await at.get('grant'), await at.get('code')], ['3', '2'])
  at.as(other)
  assert.equal(await at.get('grant'), undefined)
  at.as(undefined)
  assert.equal(await at.get('grant'), undefined)
  assert.deepEqual(at.commits, [])
  await at.writes.commit(one)
  await at.writes.commit(one)
  await at.writes.commit(other)
  assert.deepEqual(at.commits, [['grant=3', 'code=2']])
  assert.equal(await at.get('grant'), '3')
})

test('what a request put and took, removed or let expire does not come back', async () => {
  const at = grouped()
  const request = {}
  for (const key of ['taken', 'removed', 'expired']) await at.put(key, 'before')
  at.as(request)
  at.writes.hold(request)
  for (const key of ['taken', 'removed']) await at.put(key, 'now')
  await at.put('expired', 'now', 2)
  assert.equal(await at.writes.ephemeral.take('app', 'taken'), 'now')
  assert.equal(await at.writes.ephemeral.take('app', 'taken'), undefined)
  await at.writes.ephemeral.remove('app', 'removed')
  assert.equal(await at.get('removed'), undefined)
  at.clock.pass(3)
  assert.equal(await at.get('expired'), undefined)
  await at.writes.commit(request)
  at.as(undefined)
  for (const key of ['taken', 'removed', 'expired']) assert.equal(await at.get(key), undefined, key)
})

test('claims are made at once, as is what nobody commits; the forgotten is not put', async () => {
  const at = grouped()
  const request = {}
  at.writes.hold(request)
  at.as(request)
  assert.equal(await at.writes.ephemeral.claim('app', 'code', at.soon()), true)
  assert.equal(await at.store.claim('app', 'code', at.soon()), false)
  await at.put('token', 'x')
  at.as({})
  await at.put('of another', 'y')
  assert.deepEqual(at.store.names(), ['app/code', 'app/of another'])
})

test('an answer that could not be kept is none', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const { browser } = await enter(at, await begin(wiki), 'alice', new Browser(at.origin))
  const { url } = await begin(wiki)
  const other = new DatabaseSync(join(at.folder, 'gatehouse.db'))
  other.exec('BEGIN IMMEDIATE')
  const shown = await browser.get(url.pathname + url.search)
  other.exec('ROLLBACK')
  other.close()
  assert.deepEqual([shown.status, shown.location], [503, null], 'the store is held by another')
  assert.equal(shown.headers.get('retry-after'), '2')
  assert.match(shown.text, /server_error/)
  const again = await browser.get(url.pathname + url.search)
  assert.match(again.location ?? '', /^https:\/\/wiki.corp.test\/callback\?code=/)
  const signIns = (all: readonly { readonly eventName: string }[]) =>
    all.filter(({ eventName }) => eventName === 'AppSignIn')
  const told = signIns(await at.events((all) => signIns(all).length >= 3)) as readonly {
    readonly errorCode?: string
  }[]
  assert.deepEqual(
    told.map(({ errorCode }) => errorCode),
    [undefined, 'server_error', undefined],
  )
})

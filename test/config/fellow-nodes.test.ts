import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Fellows, openFellows } from '../../src/config/fellow-nodes.ts'
import { differences, fingerprintOf } from '../../src/config/fingerprint.ts'
import { readSettings } from '../../src/config/load.ts'
import type { Settings } from '../../src/config/settings.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { type MovableClock, movableClock } from '../conformance/ephemeral.ts'

const base = (port: number, more = '', session = '12h') => `
listen: { port: ${port} }
publicUrl: https://sso.corp.test
operations: { port: ${port + 1} }
store: { sqlite: /srv/${port}.db }
keys: { rootKey: { file: /srv/${port}.key } }
audit: { file: /srv/${port}.jsonl }
session: { lifetime: ${session} }
${more}`

function settingsOf(text: string): Settings {
  const read = readSettings(text, '/srv/gatehouse.yaml', { P: 'of one', Q: 'of another' })
  assert.ok(read.ok, JSON.stringify(!read.ok && read.problems))
  return read.settings
}
const compare = (one: string, other: string) =>
  differences(fingerprintOf(settingsOf(one)), fingerprintOf(settingsOf(other)))

const account = (rest = '') => `accounts: { "111122223333": { ${rest} } }`
const redis = (rest: string) => `${account()}\nephemeral: { ${rest} }`

test('nodes may differ in where they listen and write, and in nothing that they answer', () => {
  assert.deepEqual(compare(base(1, account()), base(2, account())), [])
  assert.deepEqual(compare(base(1, account()), base(1, account(), '1h')), ['session'])
  const role = account('users: { a: {}, b: {} }')
  assert.deepEqual(compare(base(1, role), base(1, account())), ['accounts of main'])
  const other = `settingsName: other\n${account()}`
  assert.deepEqual(compare(base(1, role), base(1, other)), [], 'files of two names')
})

test('nodes have to use the same Redis, however each logs in there', () => {
  const one = base(1, redis('redis: "rediss://:${env:P}@a:1"'))
  const same = redis('redis: "rediss://a:1", username: u, password: "${env:Q}"')
  assert.deepEqual(compare(one, base(1, same)), [])
  for (const rest of ['redis: "rediss://b:1"', 'redis: "rediss://a:1", prefix: "x:"'])
    assert.deepEqual(compare(one, base(1, redis(rest))), ['ephemeral'], rest)
  assert.deepEqual(compare(one, base(1, account())), ['ephemeral'])
})

async function openHouse() {
  const store = await openSqliteStore({ path: ':memory:', clock: movableClock() })
  const said: string[] = []
  const open = (name: string, settings: () => Settings, clock: MovableClock = movableClock()) =>
    openFellows({
      ...{ documents: store.documents, id: name, name, clock },
      sealing: { seal: (text) => `!${text}`, open: (text) => text.slice(1) },
      fingerprint: () => fingerprintOf(settings()),
      log: (event, detail) => void said.push(`${name}: ${event} ${JSON.stringify(detail)}`),
    })
  return { store, said, open, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}
async function round(nodes: readonly Fellows[], times = 1) {
  for (let at = 0; at < times; at++) for (const node of nodes) await node.look()
}

test('each node says once that another differs, and what its fellows are', async () => {
  await using house = await openHouse()
  const same = settingsOf(base(1, account()))
  let third = settingsOf(base(3, account(), '1h'))
  await using a = house.open('a', () => same)
  await using b = house.open('b', () => same)
  await using c = house.open('c', () => third)
  await round([a, b, c])
  assert.deepEqual(house.said, [], 'one look may fall into a reload')
  await round([a, b, c], 3)
  assert.deepEqual(house.said.sort(), [
    'a: nodes-differ {"node":"c","sections":["session"]}',
    'b: nodes-differ {"node":"c","sections":["session"]}',
    'c: nodes-differ {"node":"a","sections":["session"]}',
    'c: nodes-differ {"node":"b","sections":["session"]}',
  ])
  assert.deepEqual(a.figures(), { nodes: 3, differing: 1 })
  assert.deepEqual(c.figures(), { nodes: 3, differing: 2 })
  assert.equal(a.remark(), 'c differs in session')
  third = same
  await round([a, b, c], 2)
  assert.deepEqual([a.remark(), a.figures().differing, house.said.length], [undefined, 0, 4])
  await c[Symbol.asyncDispose]()
  await round([a, b], 1)
  assert.deepEqual(a.figures(), { nodes: 2, differing: 0 })
})

test('a clock that is ten minutes off is told by those who see it', async () => {
  await using house = await openHouse()
  const settings = settingsOf(base(1, account()))
  const clock = (minutes: number) => movableClock(new Date(Date.now() + minutes * 60_000))
  await using right = house.open('right', () => settings)
  await using fast = house.open('fast', () => settings, clock(10))
  await using slow = house.open('slow', () => settings, clock(-10))
  await round([right, fast, slow], 3)
  assert.match(String(right.remark()), /fast differs in its clock \((599|600) s ahead\)/)
  assert.match(String(right.remark()), /slow differs in its clock \(-5\d\d s ahead\)/)
  assert.match(String(fast.remark()), /right differs in its clock \(-5\d\d s ahead\)/)
  assert.match(house.said.join(), /right: nodes-differ \{"node":"fast","sections":\[\],"second/)
})

test('many nodes that write at once all get their turn', async () => {
  await using house = await openHouse()
  const settings = settingsOf(base(1, account()))
  const nodes = Array.from({ length: 8 }, (_, at) => house.open(`n${at}`, () => settings))
  await Promise.all(nodes.map((node) => node.look()))
  await round(nodes)
  for (const node of nodes) assert.equal(node.figures().nodes, 8)
  for (const node of nodes) await node[Symbol.asyncDispose]()
})

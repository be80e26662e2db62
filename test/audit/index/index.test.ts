import assert from 'node:assert/strict'
import { existsSync, globSync } from 'node:fs'
import { appendFile, mkdtemp, rename, rm, truncate, watch, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { FileIndex } from '../../../src/audit/index/file-index.ts'
import { type AuditIndex, openAuditIndex } from '../../../src/audit/index/open-index.ts'
import { type EventSearch, eventsNamed, searchEvents } from '../../../src/audit/index/search.ts'
import { rotatedPath } from '../../../src/audit/rotation.ts'

const account = '111122223333'
const start = Date.parse('2026-11-20T09:00:00Z')

interface Some {
  readonly person?: string
  readonly name?: string
  readonly error?: string
  readonly address?: string
  readonly role?: string
  readonly owner?: string
  readonly key?: string
  readonly given?: string
  readonly reference?: string
  readonly source?: string
  readonly effect?: string
}

/** The line of event number `n`, one each second. */
function line(n: number, { owner = account, ...some }: Some = {}): string {
  const { person = 'ada', name = 'GetRole', error, address = '203.0.113.7', role, key } = some
  return `${JSON.stringify({
    eventVersion: '1.11',
    userIdentity: { type: 'AssumedRole', accountId: owner, accessKeyId: key },
    eventTime: new Date(start + n * 1000).toISOString(),
    eventSource: `${some.source ?? 'iam'}.amazonaws.com`,
    eventName: name,
    sourceIPAddress: address,
    errorCode: error,
    requestID: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    eventID: `e0000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    responseElements: some.given && { credentials: { accessKeyId: some.given } },
    additionalEventData: {
      gatehouse: {
        session: person,
        role: role ?? 'Reader',
        identity: { subject: person, username: person },
        reference: some.reference,
        decision: some.effect && { effect: some.effect, because: [] },
      },
    },
  })}\n`
}

/** An empty trail in a folder of its own, and its index. */
async function openScene() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-index-'))
  const trail = join(folder, 'audit.jsonl')
  await writeFile(trail, '')
  let index: AuditIndex = openAuditIndex(trail, 3_600_000)
  return {
    folder,
    trail,
    named: (token: string) => index.named(token),
    search: (more: Partial<EventSearch> = {}) =>
      index.search({ owners: [account], terms: {}, limit: 50, ...more }),
    rotated: () => rename(trail, rotatedPath(trail, new Date(start))),
    async again(between: () => Promise<void>) {
      await index[Symbol.asyncDispose]()
      await between()
      index = openAuditIndex(trail, 3_600_000)
    },
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

const numbers = (events: readonly { readonly eventTime: string }[]) =>
  events.map(({ eventTime }) => (Date.parse(eventTime) - start) / 1000)

test('an event is found by its ids and by its reference as it is read out', async () => {
  await using at = await openScene()
  const { trail, named } = at
  await appendFile(trail, line(1) + line(2, { reference: 'GH-7K2M-93QD' }) + line(3))
  for (const token of [
    'GH-7K2M-93QD',
    'gh7k2m93qd',
    ' gh 7k2m 93qd ',
    'e0000000-0000-4000-8000-000000000002',
    '00000000-0000-4000-8000-000000000002',
  ])
    assert.deepEqual(numbers((await named(token)).events), [2], token)
  assert.deepEqual((await named('GH-7K2M-93QE')).events, [])
  assert.deepEqual((await named('')).events, [])
})

test('events are found across rotations, and those of removed files are gone', async () => {
  await using at = await openScene()
  const { folder, trail, search, rotated, named } = at
  await appendFile(trail, line(1, { reference: 'AAAA-BBBB' }))
  assert.equal((await search()).events.length, 1)
  await rotated()
  await writeFile(trail, line(2))
  assert.deepEqual(numbers((await search()).events), [2, 1])
  assert.deepEqual(numbers((await named('aaaabbbb')).events), [1])
  assert.equal(globSync(`${trail}.index/*.db`).length, 2)
  const [old = ''] = globSync(join(folder, 'audit-*.jsonl'))
  await rm(old)
  assert.deepEqual(numbers((await search()).events), [2])
  assert.equal(globSync(`${trail}.index/*.db`).length, 1)
})

test('a torn line waits for its end, and what is no event is skipped', async () => {
  await using at = await openScene()
  const { trail, search } = at
  const whole = line(2)
  await appendFile(trail, `${line(1)}{"nonsense":\n[]\nnull\n${whole.slice(0, 40)}`)
  assert.deepEqual(numbers((await search()).events), [1])
  await appendFile(trail, whole.slice(40))
  assert.deepEqual(numbers((await search()).events), [2, 1])
})

test('a file that is another than before is indexed again', async () => {
  await using at = await openScene()
  const { trail, search } = at
  await appendFile(trail, line(1) + line(2))
  assert.equal((await search()).events.length, 2)
  await truncate(trail, 0)
  await appendFile(trail, line(7))
  assert.deepEqual(numbers((await search()).events), [7])
  await truncate(trail, 0)
  await appendFile(trail, line(8) + line(9) + line(10))
  assert.deepEqual(numbers((await search()).events), [10, 9, 8])
})

test('a damaged index is made again', async () => {
  await using at = await openScene()
  const { trail, search } = at
  await appendFile(trail, line(1))
  await search()
  const [database = ''] = globSync(`${trail}.index/*.db`)
  await at.again(() => writeFile(database, 'no database at all, however long it may be'))
  assert.deepEqual(numbers((await search()).events), [1])
  assert.ok(existsSync(database))
})

test('searches by person, action, role, error, address and key, alone and together', async () => {
  await using at = await openScene()
  const { trail, search } = at
  await appendFile(
    trail,
    [
      line(1, { person: 'Mei.Ling', name: 'DeleteRole', error: 'AccessDenied' }),
      line(2, { person: 'ada', error: 'AccessDenied', address: '198.51.100.2' }),
      line(3, { person: 'mei.ling', role: 'Admin', key: 'ASIA1', given: 'ASIA2' }),
      line(4, { person: 'ada', role: 'Admin', key: 'ASIA2' }),
    ].join(''),
  )
  const found = async (terms: EventSearch['terms']) => numbers((await search({ terms })).events)
  assert.deepEqual(await found({ person: ['mei.ling'] }), [3, 1])
  assert.deepEqual(await found({ person: ['mei*'] }), [3, 1])
  assert.deepEqual(await found({ person: ['mei*', 'ada'] }), [4, 3, 2, 1])
  assert.deepEqual(await found({ action: ['iam:DeleteRole'] }), [1])
  assert.deepEqual(await found({ role: ['Admin'] }), [4, 3])
  assert.deepEqual(await found({ error: ['AccessDenied'] }), [2, 1])
  assert.deepEqual(await found({ error: ['AccessDenied'], person: ['ada'] }), [2])
  assert.deepEqual(await found({ address: ['198.51.100.2'] }), [2])
  assert.deepEqual(await found({ key: ['ASIA2'] }), [4, 3])
  assert.deepEqual(await found({ person: ['nobody'] }), [])
})

test('searches by outcome and service; a role is found by name in calls and sign-ins', async () => {
  await using at = await openScene()
  const { trail, search } = at
  const arn = 'arn:aws:iam::111122223333:role/team/Admin'
  await appendFile(
    trail,
    [
      line(1, { error: 'AccessDenied' }),
      line(2, { error: 'NoSuchEntity' }),
      line(3, { role: 'Admin' }),
      line(4, { source: 'signin', error: 'no-grants', role: arn }),
      line(5, { error: 'ValidationError', effect: 'implicit-deny' }),
    ].join(''),
  )
  const found = async (terms: EventSearch['terms']) => numbers((await search({ terms })).events)
  assert.deepEqual(await found({ outcome: ['denied'] }), [5, 4, 1])
  assert.deepEqual(await found({ outcome: ['failed'] }), [2])
  assert.deepEqual(await found({ outcome: ['allowed', 'failed'] }), [3, 2])
  assert.deepEqual(await found({ source: ['signin'] }), [4])
  assert.deepEqual(await found({ role: ['Admin'] }), [4, 3])
})

test('a prefix of many names finds all of them', async () => {
  await using at = await openScene()
  const { trail, search } = at
  await appendFile(
    trail,
    Array.from({ length: 130 }, (_, i) => line(i, { person: `p${i}` })).join(''),
  )
  const { events } = await search({ terms: { person: ['p*'] }, limit: 1000 })
  assert.equal(events.length, 130)
})

test('an answer ends after some megabytes of events, and goes on', async () => {
  await using at = await openScene()
  const { trail, search } = at
  const long = 'x'.repeat(200_000)
  await appendFile(
    trail,
    Array.from({ length: 45 }, (_, i) => line(i, { reference: long })).join(''),
  )
  const seen: number[] = []
  let pages = 0
  for (let after: string | undefined; pages === 0 || after !== undefined; pages++) {
    const page = await search({ limit: 1000, after })
    seen.push(...numbers(page.events))
    after = page.next
  }
  assert.deepEqual([seen.length, new Set(seen).size, pages], [45, 45, 2])
})

test('nobody finds the events of another account', async () => {
  await using at = await openScene()
  const { trail, search } = at
  await appendFile(trail, line(1) + line(2, { owner: '999988887777' }))
  assert.deepEqual(numbers((await search()).events), [1])
  const both = await search({ owners: [account, '999988887777'] })
  assert.deepEqual(numbers(both.events), [2, 1])
  assert.deepEqual((await search({ owners: ['000000000000'] })).events, [])
  assert.deepEqual((await search({ owners: [] })).events, [])
})

test('pages go on where the last ended, across files; times limit both ends', async () => {
  await using at = await openScene()
  const { trail, search, rotated } = at
  await appendFile(trail, Array.from({ length: 7 }, (_, i) => line(i)).join(''))
  await rotated()
  await writeFile(trail, Array.from({ length: 7 }, (_, i) => line(7 + i)).join(''))
  const seen: number[] = []
  let after: string | undefined
  do {
    const page = await search({ limit: 3, ...(after && { after }) })
    seen.push(...numbers(page.events))
    after = page.next
  } while (after)
  assert.deepEqual(seen, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
  const some = await search({ from: start + 3000, to: start + 8000 })
  assert.deepEqual(numbers(some.events), [8, 7, 6, 5, 4, 3])
})

test('facets count what matches, and never keys or owners', async () => {
  await using at = await openScene()
  const { trail, search } = at
  const lines = Array.from({ length: 30 }, (_, i) =>
    line(i, { person: i % 3 === 0 ? 'ada' : 'ben', ...(i % 5 === 0 && { error: 'Denied' }) }),
  )
  await appendFile(trail, lines.join(''))
  const { facets, counted, events, next } = await search({ limit: 5, facetsOf: 100 })
  assert.equal(events.length, 5)
  assert.ok(next)
  assert.equal(counted, 30)
  const of = (kind: string) =>
    facets.filter((one) => one.kind === kind).map(({ text, count }) => `${text} ${count}`)
  assert.deepEqual(of('person'), ['ben 20', 'ada 10'])
  assert.deepEqual(of('error'), ['Denied 6'])
  assert.deepEqual(of('key'), [])
  assert.deepEqual(of('owner'), [])
})

test('indexes many megabytes in steps, and a search looks at a bounded number', async () => {
  await using at = await openScene()
  const { folder, trail } = at
  const lines = Array.from({ length: 12_000 }, (_, i) => line(i, { person: `p${i % 7}` }))
  await writeFile(trail, lines.join(''))
  const file = new FileIndex(trail, join(folder, '1.db'))
  let steps = 1
  while (file.readMore() > 0) steps++
  assert.ok(steps > 4, `${steps} steps`)
  const asked = { owners: [account], terms: { person: ['p3'] }, limit: 10 }
  assert.equal(searchEvents([file], asked).events.length, 10)
  const rare = { ...asked, terms: {}, from: start, to: start + 1000 }
  assert.deepEqual(numbers(searchEvents([file], rare).events), [1, 0])
  const nothing = searchEvents([file], { ...asked, terms: { person: ['p1'], role: ['p*'] } })
  assert.deepEqual(nothing.events, [])
  assert.equal(eventsNamed([file], 'e0000000-0000-4000-8000-000000011999').length, 1)
  const [newest, more] = [
    searchEvents([file], { ...asked, terms: {}, limit: 3000 }),
    searchEvents([file], { ...asked, limit: 1700 }),
  ]
  assert.deepEqual(
    numbers(newest.events),
    Array.from({ length: 3000 }, (_, i) => 11_999 - i),
  )
  assert.ok(more.events.every((event) => numbers([event])[0]! % 7 === 3))
  assert.equal(new Set(numbers(more.events)).size, 1700)
  file.close()
})

test('a file that does not change is not read again, and one that is written anew is', async () => {
  await using at = await openScene()
  const { folder, trail } = at
  await writeFile(trail, line(1) + line(2))
  const database = join(folder, '1.db')
  const file = new FileIndex(trail, database)
  const other = new DatabaseSync(database)
  /** Another number after each commit of somebody else. */
  const version = () => other.prepare('PRAGMA data_version').get()?.data_version
  while (file.readMore() > 0);
  const settled = version()
  for (let looks = 0; looks < 3; looks++) assert.equal(file.readMore(), 0)
  assert.equal(version(), settled)
  await appendFile(trail, line(3))
  file.readMore()
  const all = { owners: [account], terms: {}, limit: 10 }
  assert.deepEqual(numbers(searchEvents([file], all).events), [3, 2, 1])
  await writeFile(trail, line(4) + line(5) + line(6))
  file.readMore()
  assert.deepEqual(numbers(searchEvents([file], all).events), [6, 5, 4])
  other.close()
  file.close()
})

test('what a question leaves is indexed behind its answer', async () => {
  await using at = await openScene()
  const many = 30_000
  await writeFile(at.trail, Array.from({ length: many }, (_, i) => line(i)).join(''))
  const { behind } = await at.search()
  const [database = ''] = globSync(`${at.trail}.index/*.db`)
  using index = Object.assign(new DatabaseSync(database, { timeout: 60_000 }), {
    [Symbol.dispose]: () => index.close(),
  })
  const count = () => Number(index.prepare('SELECT count(*) AS n FROM event').get()?.n)
  const signal = AbortSignal.timeout(60_000)
  // Where the machine is so fast that nothing was left, nothing follows.
  const changes = watch(`${at.trail}.index`, { signal })
  if (behind > 0 && count() < many) for await (const _ of changes) if (count() === many) break
  assert.equal(count(), many)
})

test('a file without one of the terms is passed by before many others are looked up', async () => {
  await using at = await openScene()
  await writeFile(at.trail, line(1, { person: 'ada' }))
  const file = new FileIndex(at.trail, join(at.folder, '1.db'))
  file.readMore()
  file.termsFrom = () => assert.fail('terms were looked up for nothing')
  const asked = { person: ['a*'], outcome: ['denied'] }
  const found = searchEvents([file], { owners: [account], terms: asked, limit: 10 })
  assert.deepEqual(found.events, [])
  file.close()
})

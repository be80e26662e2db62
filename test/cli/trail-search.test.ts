import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { appendFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FileIndex } from '../../src/audit/index/file-index.ts'
import { findEvent, lastBefore, type TrailRecord } from '../../src/cli/trail-search.ts'

interface Some {
  readonly reference?: string
  readonly error?: string
}

/** A line as of a sign-in. */
const line = (eventName: string, { reference, error }: Some = {}) =>
  `${JSON.stringify({
    eventTime: '2026-01-02T03:04:05Z',
    eventSource: 'signin.amazonaws.com',
    eventName,
    errorCode: error,
    eventID: `id of ${eventName}`,
    requestID: `request of ${eventName}`,
    additionalEventData: { gatehouse: { reference, evidence: {} } },
  })}\n`
const rotated = (hour: string) => `audit-20260102T${hour}0405678Z-4711-000001.jsonl`

function trail(texts: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-search-'))
  const at = (name: string) => join(folder, name)
  for (const [name, text] of Object.entries(texts)) writeFileSync(at(name), text)
  const path = at('audit.jsonl')
  return {
    at,
    path,
    /** Indexes a file as the process that serves does. */
    async index(name: string) {
      const { ino } = await stat(at(name))
      mkdirSync(`${path}.index`, { recursive: true })
      const index = new FileIndex(at(name), join(`${path}.index`, `${ino}.db`))
      while (index.readMore() > 0);
      index.close()
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}

const named = (name: string) => (record: TrailRecord) => record.eventName.startsWith(name)
const event = (marker: string, matches = named(marker)) => ({ token: marker, marker, matches })
const good = { actions: ['signin:*', 'sts:Other'], marker: 'good', matches: named('good') }

/** The event of a reference, and the last good one before it. */
async function searched(path: string, reference: string) {
  const isIt = (record: TrailRecord) =>
    record.additionalEventData?.gatehouse?.reference === reference
  const found = await findEvent(path, event(reference, isIt))
  const before = found && (await lastBefore(path, found, good))
  return [found?.record.eventName, before?.eventName]
}

test('a log that is rotated during the search is still read up to the event', async () => {
  using log = trail({ 'audit.jsonl': line('good 1') + line('bad') + line('good 2') })
  const rotates = ({ eventName }: TrailRecord) => {
    renameSync(log.path, log.at(rotated('03')))
    writeFileSync(log.path, line('good 3'))
    return eventName === 'bad'
  }
  const found = await findEvent(log.path, event('bad', rotates))
  assert.equal(found?.file, log.at(rotated('03')))
  assert.equal((await lastBefore(log.path, found, good))?.eventName, 'good 1')
})

test('an old file that is removed during the search ends it for that file alone', async () => {
  using log = trail({
    'audit.jsonl': line('other'),
    [rotated('03')]: line('good'),
    [rotated('04')]: line('bad'),
    [rotated('05')]: line('bad?'),
  })
  const removes = ({ eventName }: TrailRecord) => {
    rmSync(log.at(rotated('04')), { force: true })
    return eventName === 'bad'
  }
  assert.equal(await findEvent(log.path, event('bad', removes)), undefined)
})

/** Makes a file unreadable but for its beginning and some events: who reads it whole is lost. */
function blot(file: string, ...kept: readonly string[]): void {
  const text = readFileSync(file, 'utf8')
  const lines = text.split('\n').map((one, at) => {
    return at < 3 || kept.some((name) => one.includes(name)) ? one : ' '.repeat(one.length)
  })
  writeFileSync(file, lines.join('\n'))
}
const many = (count: number, name: string) =>
  Array.from({ length: count }, () => line(name)).join('')

test('an event and the good one before it are found by the index alone', async () => {
  const old = `${many(300, 'call')}${line('good 1')}${line('bad good', { error: 'NoMatch' })}`
  using log = trail({
    [rotated('03')]: `${old}${line('bad', { reference: 'GH-1111-2222' })}`,
    'audit.jsonl': `${many(300, 'other')}${line('bad', { reference: 'GH-3333-4444' })}`,
  })
  await log.index(rotated('03'))
  await log.index('audit.jsonl')
  for (const name of [rotated('03'), 'audit.jsonl'])
    blot(log.at(name), '"good 1"', '"bad good"', '"bad"')
  assert.deepEqual(await searched(log.path, 'GH-1111-2222'), ['bad', 'good 1'])
  assert.deepEqual(await searched(log.path, 'GH-3333-4444'), ['bad', 'good 1'])
  assert.deepEqual(await searched(log.path, 'GH-5555-6666'), [undefined, undefined])
})

test('what the index does not have yet is read, and is newer than what it has', async () => {
  using log = trail({ 'audit.jsonl': many(20, 'call') + line('good 1') })
  await log.index('audit.jsonl')
  await appendFile(log.path, line('bad', { reference: 'GH-1111-2222' }))
  assert.deepEqual(await searched(log.path, 'GH-1111-2222'), ['bad', 'good 1'])
  await appendFile(log.path, line('good 2') + line('bad', { reference: 'GH-3333-4444' }))
  assert.deepEqual(await searched(log.path, 'GH-3333-4444'), ['bad', 'good 2'])
})

test('without an index, with one of another file and with a damaged one all is read', async () => {
  const text = `${line('good 1')}${line('bad', { reference: 'GH-1111-2222' })}`
  using log = trail({ 'audit.jsonl': `${many(20, 'before')}${text}` })
  await log.index('audit.jsonl')
  // The inode stays.
  writeFileSync(log.path, text + many(40, 'after'))
  assert.deepEqual(await searched(log.path, 'GH-1111-2222'), ['bad', 'good 1'])
  const { ino } = await stat(log.path)
  writeFileSync(join(`${log.path}.index`, `${ino}.db`), 'no database at all, however long it is')
  assert.deepEqual(await searched(log.path, 'GH-1111-2222'), ['bad', 'good 1'])
  rmSync(`${log.path}.index`, { recursive: true })
  assert.deepEqual(await searched(log.path, 'GH-1111-2222'), ['bad', 'good 1'])
})

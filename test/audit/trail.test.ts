import assert from 'node:assert/strict'
import {
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { countedAudit } from '../../src/audit/counted.ts'
import type { AuditEvent, Recordable } from '../../src/audit/event.ts'
import { rotatedFiles } from '../../src/audit/rotation.ts'
import { openFileTrail, Trail } from '../../src/audit/trail.ts'
import { openTrailFile, type TrailFile } from '../../src/audit/trail-file.ts'

const event = (eventID: string): Recordable => ({
  eventSource: 'sts.amazonaws.com',
  bytes: 1000,
  event: () => whole(eventID),
})
const whole = (eventID: string): AuditEvent => ({
  eventID,
  eventTime: new Date('2026-01-02T03:04:05.678Z'),
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRole',
  eventType: 'AwsApiCall',
  awsRegion: 'us-east-1',
  sourceIPAddress: '192.0.2.1',
  userAgent: 'a"b\nc',
  requestID: 'r',
  userIdentity: { type: 'Root' },
  readOnly: true,
  chain: { connector: 'staff', detail: 'why' },
})
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-audit-'))
  return {
    file: join(path, 'trail', 'audit.jsonl'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}
const lines = async (path: string) =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('events become CloudTrail records, one a line, in order', async () => {
  await using at = await folder()
  await using audit = await openFileTrail({ path: at.file, log: assert.fail })
  for (let i = 0; i < 500; i++) audit.record(event(String(i)))
  await audit.flush()
  const records = await lines(at.file)
  assert.deepEqual(
    records.map((r) => r.eventID),
    Array.from({ length: 500 }, (_, i) => String(i)),
  )
  assert.equal(records[0]!.eventTime, '2026-01-02T03:04:05Z')
  assert.deepEqual(records[0]!.additionalEventData, {
    gatehouse: { connector: 'staff', detail: 'why' },
  })
  assert.equal((await stat(at.file)).mode & 0o777, 0o600)
})

test('a file that was moved away is made anew', async () => {
  await using at = await folder()
  await using audit = await openFileTrail({ path: at.file, log: assert.fail })
  audit.record(event('1'))
  await audit.flush()
  await rename(at.file, `${at.file}.1`)
  audit.record(event('2'))
  await audit.flush()
  assert.deepEqual(
    (await lines(at.file)).map((r) => r.eventID),
    ['2'],
  )
  assert.deepEqual(
    (await lines(`${at.file}.1`)).map((r) => r.eventID),
    ['1'],
  )
})

test('a large file is rotated, nothing is lost, and only the newest stay', async () => {
  await using at = await folder()
  const rotation = { atBytes: 2000, keepFiles: 2 }
  await using audit = await openFileTrail({ path: at.file, log: assert.fail, rotation })
  for (let i = 0; i < 40; i++) {
    audit.record(event(String(i)))
    await audit.flush()
  }
  const files = await rotatedFiles(at.file)
  assert.equal(files.length, 2)
  const kept = await Promise.all([...files, at.file].map(lines))
  const ids = kept.flat().map((record) => Number(record.eventID))
  assert.deepEqual(
    ids,
    Array.from({ length: ids.length }, (_, index) => 40 - ids.length + index),
  )
  for (const file of files) {
    assert.ok((await stat(file)).size >= 2000)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
  }
})

test('a file that cannot be rotated grows on, and that is told', async () => {
  await using at = await folder()
  const told: string[] = []
  const log = (what: string) => void told.push(what)
  // No instant, so no name: the same as a folder that may not be changed.
  const clock = { now: () => new Date(Number.NaN) }
  const file = await openTrailFile(at.file, {
    rotation: { atBytes: 10 },
    clock,
    rotationFailed: () => log('failed'),
  })
  for (const text of ['0123456789\n', 'a\n', 'b\n']) await file.append(text)
  await file.close()
  assert.equal(await readFile(at.file, 'utf8'), '0123456789\na\nb\n')
  assert.deepEqual(told, ['failed'])
})

test('after the clock was set back the newest files stay', async () => {
  await using at = await folder()
  let now = new Date('2036-01-01T00:00:00Z')
  const rotation = { atBytes: 1, keepFiles: 2 }
  const file = await openTrailFile(at.file, { rotation, clock: { now: () => now } })
  await file.append('a\n')
  await file.append('b\n')
  now = new Date('2026-01-01T00:00:00Z')
  for (const text of ['c\n', 'd\n', 'e\n']) await file.append(text)
  const kept = await Promise.all((await rotatedFiles(at.file)).map((one) => readFile(one, 'utf8')))
  assert.deepEqual(kept, ['c\n', 'd\n'])
  assert.equal(await file.tail(100), 'c\nd\ne\n')
  await file.close()
})

test('two processes that rotate one file at once lose nothing', async () => {
  await using at = await folder()
  const options = {
    rotation: { atBytes: 1 },
    rotationFailed: (error: unknown) => assert.fail(String(error)),
  }
  const both = await Promise.all([1, 2].map(() => openTrailFile(at.file, options)))
  const texts = Array.from({ length: 20 }, (_, i) => [`a${i}\n`, `b${i}\n`]).flat()
  for (let i = 0; i < texts.length; i += 2)
    await Promise.all(both.map((file, which) => file.append(texts[i + which]!)))
  const files = [...(await rotatedFiles(at.file)), at.file]
  const found = await Promise.all(files.map((one) => readFile(one, 'utf8')))
  assert.deepEqual(found.join('').split('\n').sort(), texts.join('').split('\n').sort())
  // Each sees what the other wrote last, too.
  for (const file of both) assert.match(await file.tail(1000), /a19\n/)
  await Promise.all(both.map((file) => file.close()))
})

test('a full disk leaves no file open, however often it is tried', async (t) => {
  await using at = await folder()
  const file = await openTrailFile(at.file)
  await writeFile(`${at.file}.torn`, '{"torn":')
  await rename(`${at.file}.torn`, at.file)
  const one = await open(at.file)
  const handles = Object.getPrototypeOf(one) as FileHandle
  await one.close()
  const full = new Error('ENOSPC: no space left on device, write')
  const opened: FileHandle[] = []
  const appending = t.mock.method(handles, 'appendFile', function (this: FileHandle) {
    opened.push(this)
    return Promise.reject(full)
  })
  for (let tries = 1; tries < 4; tries++) await assert.rejects(file.append('a\n'), full)
  // Those of closed files are -1.
  assert.deepEqual(
    opened.map(({ fd }) => fd),
    [-1, -1, -1],
  )
  appending.mock.restore()
  await file.append('a\n')
  assert.equal(await readFile(at.file, 'utf8'), '{"torn":\na\n')
  await file.close()
})

test('a symbolic link stays when its file is rotated, on the volume of the file', async () => {
  await using at = await folder()
  const volume = join(at.file, '..', '..', 'volume')
  await mkdir(volume)
  await mkdir(join(at.file, '..'))
  await symlink(join(volume, 'events.jsonl'), at.file)
  const file = await openTrailFile(at.file, { rotation: { atBytes: 1, keepFiles: 2 } })
  for (const text of ['a\n', 'b\n', 'c\n', 'd\n']) await file.append(text)
  assert.equal(await readFile(join(volume, 'events.jsonl'), 'utf8'), 'd\n')
  const older = await rotatedFiles(at.file)
  assert.deepEqual(
    older.map((one) => dirname(one)),
    [volume, volume],
  )
  assert.equal(await file.tail(100), 'b\nc\nd\n')
  await file.close()
})

test('the names of new files survive a loss of power, at the sync after a rotation', async () => {
  await using at = await folder()
  const synced: string[] = []
  let failing = false
  const sync = async (folder: string) => {
    synced.push(folder)
    if (failing) throw new Error('the volume is gone')
  }
  const file = await openTrailFile(at.file, { rotation: { atBytes: 10 }, sync })
  await file.append('one\n')
  await file.sync()
  await file.append('two and more\n')
  await file.sync()
  assert.equal(synced.length, 1, 'the file at its start')
  failing = true
  await file.append('three\n')
  await assert.rejects(file.sync(), /the volume is gone/)
  failing = false
  await file.sync()
  await file.sync()
  assert.deepEqual(synced, Array(3).fill(dirname(at.file)))
  await file.close()
})

test('the end of a trail reaches into the file before it', async () => {
  await using at = await folder()
  const file = await openTrailFile(at.file, { rotation: { atBytes: 10 } })
  for (const text of ['0123456789\n', 'a\n']) await file.append(text)
  assert.equal(await file.tail(5), '89\na\n')
  assert.equal(await file.tail(100), '0123456789\na\n')
  await file.close()
})

test('a trail that cannot be written is told, and nothing is lost when it can again', async () => {
  await using at = await folder()
  const told: string[] = []
  await using audit = await openFileTrail({ path: at.file, log: (what) => told.push(what) })
  const trail = join(at.file, '..')
  await rename(trail, `${trail}-away`)
  audit.record(event('1'))
  await audit.flush()
  audit.record(event('2'))
  await audit.flush()
  assert.deepEqual(told, ['audit.failing'])
  await rename(`${trail}-away`, trail)
  await audit.flush()
  assert.deepEqual(told, ['audit.failing', 'audit.recovered'])
  assert.deepEqual(
    (await lines(at.file)).map((r) => r.eventID),
    ['1', '2'],
  )
})

test('a line that a crash tore off does not swallow the next event', async () => {
  await using at = await folder()
  await mkdir(join(at.file, '..'))
  await writeFile(at.file, '{"eventID":"before"}\n{"torn":')
  await using audit = await openFileTrail({ path: at.file, log: assert.fail })
  audit.record(event('after'))
  await audit.flush()
  const text = (await readFile(at.file, 'utf8')).trimEnd().split('\n')
  assert.equal(text.length, 3)
  assert.equal(JSON.parse(text[2]!).eventID, 'after')
})

test('while the trail cannot be written readiness and metrics say so', async () => {
  await using at = await folder()
  await using audit = await openFileTrail({ path: at.file, log: () => undefined })
  const registry = new Registry()
  countedAudit(audit, registry)
  const failing = async () => /^gatehouse_audit_failing (\d)$/m.exec(await registry.metrics())?.[1]
  await audit.probe()
  assert.equal(await failing(), '0')
  const trail = join(at.file, '..')
  await rename(trail, `${trail}-away`)
  audit.record(event('1'))
  await audit.flush()
  await assert.rejects(audit.probe(), /cannot be written: .*; 1 events wait/)
  assert.equal(await failing(), '1')
  await rename(`${trail}-away`, trail)
  await audit.flush()
  await audit.probe()
})

test('a path that is no file is refused by its name', async () => {
  await using at = await folder()
  await mkdir(at.file, { recursive: true })
  await assert.rejects(openFileTrail({ path: at.file, log: assert.fail }), /EISDIR|is no file/)
})

test('an event that cannot be put together is told, and costs no other', async () => {
  await using at = await folder()
  const told: unknown[] = []
  await using audit = await openFileTrail({
    path: at.file,
    log: (what, { reason }) => told.push([what, reason]),
  })
  audit.record(event('1'))
  audit.record({
    eventSource: 'iam.amazonaws.com',
    bytes: 1000,
    event: () => {
      throw new Error('a bug')
    },
  })
  audit.record(event('2'))
  await audit.flush()
  const records = await lines(at.file)
  assert.deepEqual(
    records.slice(0, 2).map((r) => r.eventID),
    ['1', '2'],
  )
  assert.equal(records[2]!.eventName, 'AuditEventsLost')
  assert.deepEqual(told, [['audit.lost', 'a bug']])
})

test('of more events than memory may hold the later go, and the trail tells the gap', async () => {
  await using at = await folder()
  const told: unknown[] = []
  await using audit = await openFileTrail({
    path: at.file,
    log: (what, { lost }) => told.push([what, lost]),
    keepBytes: 3500,
  })
  const trail = join(at.file, '..')
  await rename(trail, `${trail}-away`)
  for (const id of ['1', '2']) audit.record(event(id))
  await audit.flush()
  assert.equal(audit.losing, false)
  for (const id of ['3', '4', '5', '6']) audit.record(event(id))
  assert.equal(audit.losing, true)
  assert.equal(audit.figures.lostEvents, 3)
  await assert.rejects(audit.probe(), /3 were lost/)
  await rename(`${trail}-away`, trail)
  await audit.flush()
  const records = await lines(at.file)
  assert.deepEqual(
    records.map((r) => (r.eventName === 'AuditEventsLost' ? 'gap' : r.eventID)),
    ['1', '2', '3', 'gap'],
  )
  assert.match(JSON.stringify(records.at(-1)), /3 events since 20\d\d-\S+ were not kept/)
  assert.deepEqual(told, [
    ['audit.failing', undefined],
    ['audit.lost', 1],
    ['audit.lost', 2],
    ['audit.recovered', 3],
  ])
  assert.equal(audit.losing, false)
  assert.equal(audit.figures.waitingBytes, 0)
})

/** A file whose writes return when the test says so. */
function heldFile(): TrailFile & { readonly texts: string[]; release(): void } {
  const texts: string[] = []
  let release = () => {}
  return {
    texts,
    append(text) {
      texts.push(text)
      return new Promise((resolve) => {
        release = resolve
      })
    },
    sync: async () => undefined,
    tail: async () => '',
    close: async () => undefined,
    release: () => release(),
  }
}

test('a write that does not return is failing, is told, and never blocks the end', async () => {
  const file = heldFile()
  const told: string[] = []
  const log = (what: string) => told.push(what)
  const trail = new Trail(file, { path: 'held', log, stallMs: 1, closeMs: 1, keepBytes: 2500 })
  trail.record(event('1'))
  const failing = async (): Promise<void> => {
    try {
      await trail.probe()
    } catch {
      return
    }
    await new Promise(setImmediate)
    return failing()
  }
  await failing()
  await assert.rejects(trail.probe(), /has not returned for 1 ms/)
  trail.record(event('2'))
  trail.record(event('3'))
  assert.equal(trail.losing, true)
  assert.deepEqual(told, ['audit.failing', 'audit.lost'])
  await trail[Symbol.asyncDispose]()
  assert.deepEqual(told, ['audit.failing', 'audit.lost', 'audit.lost'])
})

test('a write that returns late makes the trail whole again', async () => {
  const file = heldFile()
  const told: string[] = []
  const trail = new Trail(file, { path: 'held', log: (what) => told.push(what), stallMs: 1 })
  trail.record(event('1'))
  while (!told.includes('audit.failing')) await new Promise(setImmediate)
  file.release()
  while (!told.includes('audit.recovered')) await new Promise(setImmediate)
  await trail.probe()
  assert.equal(file.texts.length, 1)
  assert.equal(trail.figures.waitingBytes, 0)
})

test('unproved calls fill half of the memory, and cost no proved one its place', async () => {
  const file = heldFile()
  const trail = new Trail(file, { path: 'held', log: () => undefined, keepBytes: 10_000 })
  for (let i = 0; i < 100; i++) trail.record({ ...event(`stranger ${i}`), unproved: true })
  assert.equal(trail.figures.waitingBytes, 5000)
  for (let i = 0; i < 5; i++) trail.record(event(`proved ${i}`))
  assert.equal(trail.figures.waitingBytes, 10_000)
  assert.equal(trail.figures.lostEvents, 95)
})

test('a heavy event waits as a line within its budget, and keeps nothing else alive', async () => {
  const file = heldFile()
  const trail = new Trail(file, { path: 'held', log: () => undefined })
  let made = 0
  trail.record({
    ...event('heavy'),
    bytes: 4_000_000,
    event: () => {
      made++
      return { ...whole('heavy'), requestParameters: { text: '\u0001'.repeat(500_000) } }
    },
  })
  assert.equal(made, 1)
  assert.ok(trail.figures.waitingBytes < 2 * 256 * 1024, String(trail.figures.waitingBytes))
})

test('a write takes a megabyte at most, so that no stretch of JSON holds up calls', async () => {
  const file = heldFile()
  const trail = new Trail(file, { path: 'held', log: () => undefined })
  const parameters = { text: 'x'.repeat(50_000) }
  for (let i = 0; i < 60; i++)
    trail.record({
      ...event(String(i)),
      event: () => ({ ...whole(String(i)), requestParameters: parameters }),
    })
  const written = trail.flush()
  const parts: number[] = []
  while (parts.reduce((a, b) => a + b, 0) < 60) {
    while (file.texts.length === parts.length) await new Promise(setImmediate)
    parts.push(file.texts.at(-1)!.trimEnd().split('\n').length)
    file.release()
  }
  await written
  assert.deepEqual(parts, [21, 21, 18])
})

test('events are counted by service and outcome', async () => {
  const registry = new Registry()
  const { record } = countedAudit(
    {
      record: () => undefined,
      flush: async () => undefined,
      probe: async () => undefined,
      deliver: () => undefined,
      durable: () => undefined,
      refuses: () => false,
      losing: false,
      figures: { waitingBytes: 4321, lostEvents: 7 },
      [Symbol.asyncDispose]: async () => undefined,
    },
    registry,
  )
  for (const errorCode of ['AccessDenied', undefined, undefined])
    record({ ...event('1'), ...(errorCode && { errorCode }) })
  for (let scrape = 0; scrape < 2; scrape++) {
    const counts = (await registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith('gatehouse_events_total'))
    assert.deepEqual(counts.toSorted(), [
      'gatehouse_events_total{service="sts",outcome="AccessDenied"} 1',
      'gatehouse_events_total{service="sts",outcome="ok"} 2',
    ])
  }
})

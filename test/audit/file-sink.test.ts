import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { AuditEvent, Recordable } from '../../src/audit/event.ts'
import { Registry } from 'prom-client'
import { countedAudit } from '../../src/audit/counted.ts'
import { openFileAudit } from '../../src/audit/file-sink.ts'

const event = (eventID: string): Recordable => ({ eventSource: 'sts.amazonaws.com', event: () => whole(eventID) })
const whole = (eventID: string): AuditEvent => ({
  eventID, eventTime: new Date('2026-01-02T03:04:05.678Z'), eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole', eventType: 'AwsApiCall',
  awsRegion: 'us-east-1', sourceIPAddress: '192.0.2.1', userAgent: 'a"b\nc', requestID: 'r', userIdentity: { type: 'Root' }, readOnly: true,
  chain: { connector: 'staff', detail: 'why' },
})
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-audit-'))
  return { file: join(path, 'trail', 'audit.jsonl'), [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
const lines = async (path: string) => (await readFile(path, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)

test('events become CloudTrail records, one a line, in order', async () => {
  await using at = await folder()
  await using audit = await openFileAudit({ path: at.file, log: assert.fail })
  for (let i = 0; i < 500; i++) audit.record(event(String(i)))
  await audit.flush()
  const records = await lines(at.file)
  assert.deepEqual(records.map((r) => r.eventID), Array.from({ length: 500 }, (_, i) => String(i)))
  assert.equal(records[0]!.eventTime, '2026-01-02T03:04:05Z')
  assert.deepEqual(records[0]!.additionalEventData, { gatehouse: { connector: 'staff', detail: 'why' } })
  assert.equal((await stat(at.file)).mode & 0o777, 0o600)
})

test('a file that was moved away is made anew', async () => {
  await using at = await folder()
  await using audit = await openFileAudit({ path: at.file, log: assert.fail })
  audit.record(event('1'))
  await audit.flush()
  await rename(at.file, `${at.file}.1`)
  audit.record(event('2'))
  await audit.flush()
  assert.deepEqual((await lines(at.file)).map((r) => r.eventID), ['2'])
  assert.deepEqual((await lines(`${at.file}.1`)).map((r) => r.eventID), ['1'])
})

test('a trail that can not be written is told, and nothing is lost when it can again', async () => {
  await using at = await folder()
  const told: string[] = []
  await using audit = await openFileAudit({ path: at.file, log: (what) => told.push(what) })
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
  assert.deepEqual((await lines(at.file)).map((r) => r.eventID), ['1', '2'])
})

test('a line that a crash tore off does not swallow the next event', async () => {
  await using at = await folder()
  await mkdir(join(at.file, '..'))
  await writeFile(at.file, '{"eventID":"before"}\n{"torn":')
  await using audit = await openFileAudit({ path: at.file, log: assert.fail })
  audit.record(event('after'))
  await audit.flush()
  const text = (await readFile(at.file, 'utf8')).trimEnd().split('\n')
  assert.equal(text.length, 3)
  assert.equal(JSON.parse(text[2]!).eventID, 'after')
})

test('while the trail can not be written readiness and metrics say so', async () => {
  await using at = await folder()
  await using audit = await openFileAudit({ path: at.file, log: () => undefined })
  const registry = new Registry()
  countedAudit(audit, registry)
  const failing = async () => /^gatehouse_audit_failing (\d)$/m.exec(await registry.metrics())?.[1]
  await audit.probe()
  assert.equal(await failing(), '0')
  const trail = join(at.file, '..')
  await rename(trail, `${trail}-away`)
  audit.record(event('1'))
  await audit.flush()
  await assert.rejects(audit.probe(), /can not be written: .*; 1 events wait/)
  assert.equal(await failing(), '1')
  await rename(`${trail}-away`, trail)
  await audit.flush()
  await audit.probe()
})

test('a path that is no file is refused by its name', async () => {
  await using at = await folder()
  await mkdir(at.file, { recursive: true })
  await assert.rejects(openFileAudit({ path: at.file, log: assert.fail }), /EISDIR|is no file/)
})

test('an event that can not be put together is told, and costs no other', async () => {
  await using at = await folder()
  const told: unknown[] = []
  await using audit = await openFileAudit({ path: at.file, log: (what, { reason }) => told.push([what, reason]) })
  audit.record(event('1'))
  audit.record({ eventSource: 'iam.amazonaws.com', event: () => { throw new Error('a bug') } })
  audit.record(event('2'))
  await audit.flush()
  assert.deepEqual((await lines(at.file)).map((r) => r.eventID), ['1', '2'])
  assert.deepEqual(told, [['audit.lost', 'a bug']])
})

test('of more events than are kept the oldest go', async () => {
  await using at = await folder()
  const told: unknown[] = []
  await using audit = await openFileAudit({ path: at.file, log: (what, { lost }) => told.push([what, lost]), keep: 3 })
  const trail = join(at.file, '..')
  await rename(trail, `${trail}-away`)
  for (const id of ['1', '2']) audit.record(event(id))
  await audit.flush()
  for (const id of ['3', '4', '5', '6']) audit.record(event(id))
  await rename(`${trail}-away`, trail)
  await audit.flush()
  assert.deepEqual((await lines(at.file)).map((r) => r.eventID), ['4', '5', '6'])
  assert.deepEqual(told, [['audit.failing', undefined], ['audit.recovered', 3]])
})

test('events are counted by service and outcome', async () => {
  const registry = new Registry()
  const { record } = countedAudit({ record: () => undefined, flush: async () => undefined, probe: async () => undefined, [Symbol.asyncDispose]: async () => undefined }, registry)
  for (const errorCode of ['AccessDenied', undefined, undefined]) record({ ...event('1'), ...(errorCode && { errorCode }) })
  for (let scrape = 0; scrape < 2; scrape++) {
    const counts = (await registry.metrics()).split('\n').filter((line) => line.startsWith('gatehouse_events_total'))
    assert.deepEqual(counts.toSorted(), ['gatehouse_events_total{service="sts",outcome="AccessDenied"} 1', 'gatehouse_events_total{service="sts",outcome="ok"} 2'])
  }
})

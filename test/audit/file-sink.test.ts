import assert from 'node:assert/strict'
import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { AuditEvent } from '../../src/audit/event.ts'
import { openFileAudit } from '../../src/audit/file-sink.ts'

const event = (eventID: string): AuditEvent => ({
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
  assert.deepEqual(records.map((r) => r['eventID']), Array.from({ length: 500 }, (_, i) => String(i)))
  assert.equal(records[0]!['eventTime'], '2026-01-02T03:04:05Z')
  assert.deepEqual(records[0]!['additionalEventData'], { gatehouse: { connector: 'staff', detail: 'why' } })
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
  assert.deepEqual((await lines(at.file)).map((r) => r['eventID']), ['2'])
  assert.deepEqual((await lines(`${at.file}.1`)).map((r) => r['eventID']), ['1'])
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
  assert.deepEqual((await lines(at.file)).map((r) => r['eventID']), ['1', '2'])
})

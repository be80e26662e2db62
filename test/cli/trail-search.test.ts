import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findEvent, lastBefore, type TrailRecord } from '../../src/cli/trail-search.ts'

const line = (eventName: string) => `${JSON.stringify({ eventTime: 'now', eventName })}\n`
const rotated = (hour: string) => `audit-20260102T${hour}0405678Z-4711-000001.jsonl`

function trail(texts: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-search-'))
  const at = (name: string) => join(folder, name)
  for (const [name, text] of Object.entries(texts)) writeFileSync(at(name), text)
  const remove = () => rmSync(folder, { recursive: true })
  return { at, path: at('audit.jsonl'), [Symbol.dispose]: remove }
}

const named = (name: string) => (record: TrailRecord) => record.eventName.startsWith(name)

test('a log that is rotated during the search is still read up to the event', async () => {
  using log = trail({ 'audit.jsonl': line('good 1') + line('bad') + line('good 2') })
  const found = await findEvent(log.path, 'bad', (record) => {
    renameSync(log.path, log.at(rotated('03')))
    writeFileSync(log.path, line('good 3'))
    return record.eventName === 'bad'
  })
  assert.equal(found?.file, log.at(rotated('03')))
  assert.equal((await lastBefore(found, 'good', named('good')))?.eventName, 'good 1')
})

test('an old file that is removed during the search ends it for that file alone', async () => {
  using log = trail({
    'audit.jsonl': line('other'),
    [rotated('03')]: line('good'),
    [rotated('04')]: line('bad'),
    [rotated('05')]: line('bad?'),
  })
  const found = await findEvent(log.path, 'bad', ({ eventName }) => {
    rmSync(log.at(rotated('04')), { force: true })
    return eventName === 'bad'
  })
  assert.equal(found, undefined)
})

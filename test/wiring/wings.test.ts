import assert from 'node:assert/strict'
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { readSettings } from '../../src/config/load.ts'
import { openGatehouse } from '../../src/gatehouse.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { openAuthorization } from '../../src/wiring/authorization.ts'
import { openFellowNodes } from '../../src/wiring/fellows.ts'
import { openGround } from '../../src/wiring/ground.ts'
import { openJudgedPeople } from '../../src/wiring/judged-people.ts'
import { openPeople } from '../../src/wiring/people.ts'
import { openSessions } from '../../src/wiring/sessions.ts'
import type { Surroundings } from '../../src/wiring/surroundings.ts'
import { openUpstream } from '../../src/wiring/upstream.ts'
import { buildWire } from '../../src/wiring/wire.ts'
import { movableClock } from '../conformance/ephemeral.ts'

const root = resolve(import.meta.dirname, '../..')
const log = () => undefined

async function site() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-wings-'))
  const text = `
publicUrl: http://localhost:1
store: { sqlite: ${join(folder, 'gatehouse.db')} }
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
accounts: { "111122223333": {} }
`
  const configuration = readSettings(text, join(folder, 'gatehouse.yaml'), {})
  assert.ok(configuration.ok)
  return {
    folder,
    configuration,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

test('a wing is at most a page, and hands on at most six names', async () => {
  await using at = await site()
  const { configuration } = at
  const around: Surroundings = {
    settings: configuration.settings,
    current: () => configuration,
    organization: () => ({ organization: undefined, name: '' }),
    env: {},
    publicUrl: new URL(configuration.settings.publicUrl),
    clock: movableClock(),
    ids: new Ids(),
    log,
  }
  await using ground = await openGround(around)
  const upstream = openUpstream(around, ground)
  await using sessions = openSessions(around, ground, upstream)
  await using judged = openJudgedPeople(around, ground)
  await using people = await openPeople(around, ground, { sessions, upstream, judged })
  using authorization = openAuthorization(around, { ground, sessions, people })
  await using fellows = openFellowNodes(around, ground)
  const inner = { fellows, ground, sessions, people, judged, authorization, upstream }
  const wire = buildWire(around, inner)
  for (const [name, wing] of Object.entries({ ...inner, wire }))
    assert.ok(Object.keys(wing).length <= 6, `${name} hands on ${Object.keys(wing).join(', ')}`)
  const long = globSync('src/wiring/*.ts', { cwd: root }).filter(
    (file) => readFileSync(join(root, file), 'utf8').split('\n').length > 61,
  )
  assert.deepEqual(long, [], 'over 60 lines: take a part out of the wing')
})

test('a start that fails closes what it opened', async () => {
  await using at = await site()
  const journal = join(at.folder, 'gatehouse.db-wal')
  // An audit file that is a folder fails the start when the store is open and written to.
  mkdirSync(join(at.folder, 'audit.jsonl'))
  await assert.rejects(openGatehouse(at.configuration, { env: {}, log }), /audit\.jsonl/)
  assert.ok(existsSync(join(at.folder, 'gatehouse.db')))
  // SQLite removes its journal when the last connection closes.
  assert.equal(existsSync(journal), false, 'the store is still open')
})

test('the end of a Gatehouse closes the store', async () => {
  await using at = await site()
  const journal = join(at.folder, 'gatehouse.db-wal')
  const gatehouse = await openGatehouse(at.configuration, { env: {}, log })
  assert.equal(existsSync(journal), true)
  await gatehouse[Symbol.asyncDispose]()
  assert.equal(existsSync(journal), false)
})

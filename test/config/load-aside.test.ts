import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { loadSettings } from '../../src/config/load.ts'
import { loadSettingsAside } from '../../src/config/load-aside.ts'

const trust =
  '{ Version: "2012-10-17", Statement: { Effect: Allow, ' +
  'Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" } }'

async function file(roles: number, more = '') {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-settings-'))
  const path = join(folder, 'gatehouse.yaml')
  const lines = Array.from(
    { length: roles },
    (_, at) => `      role-${at}: { trustPolicy: ${trust} }`,
  )
  await writeFile(
    path,
    `publicUrl: "http://\${env:HOST}:8080"
listen: { port: 8080 }
store: { sqlite: gatehouse.db }
keys: { rootKey: { file: root.key } }
audit: { file: audit.jsonl }
accounts:
  "111122223333":
    roles:
${lines.join('\n')}
${more}`,
  )
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
const env = { HOST: 'localhost' }

test('settings that a thread reads are those that are read here, with warnings', async () => {
  await using at = await file(2)
  const [here, aside] = [await loadSettings(at.path, env), await loadSettingsAside(at.path, env)]
  assert.ok(here.ok && aside.ok)
  assert.equal(aside.settings.publicUrl, 'http://localhost:8080')
  assert.ok(isDeepStrictEqual(aside.settings, here.settings))
  assert.deepEqual(aside.warnings, here.warnings)
  assert.deepEqual(Object.keys(aside), Object.keys(here))
})

test('problems come with their positions, from a file and from one that is not there', async () => {
  await using at = await file(1, 'unknown: 1')
  for (const path of [at.path, `${at.path}.gone`]) {
    const aside = await loadSettingsAside(path, env)
    assert.equal(aside.ok, false)
    assert.deepEqual(aside, await loadSettings(path, env))
  }
})

test('the event loop turns while many roles are read', async () => {
  await using at = await file(500)
  let turns = 0
  let over = false
  const turn = () => {
    turns++
    if (!over) setImmediate(turn)
  }
  setImmediate(turn)
  const { ok } = await loadSettingsAside(at.path, env)
  over = true
  assert.ok(ok)
  assert.ok(turns > 100, `${turns} turns`)
})

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { readSettings } from '../../src/config/load.ts'
import { settingsSchema } from '../../src/config/settings.ts'
import { reloadedSections, waitingForStart } from '../../src/config/takes-effect.ts'

const base = `
publicUrl: https://sso.example.com
store: { sqlite: gatehouse.db }
keys: { rootKey: { file: root.key } }
audit: { file: audit.log }
accounts: { 111122223333: {} }
`
function settingsOf(text: string) {
  const read = readSettings(text, 'g.yaml', {})
  assert.ok(read.ok)
  return read.settings
}
const running = settingsOf(base)

test('a reload applies what people and services depend on, without a restart', () => {
  const brokers = 'federation: { issuers: ["https://broker.example.com"] }'
  const rest = 'connectors: {}\nmappings: []\nsamlProviders: {}\n'
  const next = settingsOf(`${base}${brokers}\n${rest}`)
  assert.deepEqual(waitingForStart(running, next), [])
  const reloaded = [
    ...[
      'accounts',
      'organization',
      'connectors',
      'mappings',
      'apps',
      'resources',
      'acrValues',
      'services',
    ],
    ...['registration', 'terminal', 'gate', 'federation', 'samlProviders', 'securityKeys'],
  ]
  assert.deepEqual(reloadedSections, reloaded)
})

test('every other section waits for the next start once it differs', () => {
  for (const key of settingsSchema.keyof().options) {
    const next = { ...running, [key]: { changed: true } }
    const waiting = reloadedSections.includes(key) ? [] : [key]
    assert.deepEqual(waitingForStart(running, next), waiting)
  }
})

test('the page on running it names the sections that a reload applies', async () => {
  const page = await readFile(resolve(import.meta.dirname, '../../docs/operations.md'), 'utf8')
  const [, named = ''] = /reads the settings again\. (.+?) are applied without/s.exec(page) ?? []
  assert.deepEqual(
    Array.from(named.matchAll(/`(\w+)`/g), ([, section]) => section),
    reloadedSections,
  )
})

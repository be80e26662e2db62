import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { problemLine, readSettings } from '../../src/config/load.ts'
import { hashPassword } from '../../src/kernel/argon2id.ts'

const root = resolve(import.meta.dirname, '../..')
const around = `
listen: { port: 0 }
publicUrl: http://localhost:8080
store: { sqlite: ':memory:' }
keys: { rootKey: { file: root.key } }
audit: { file: audit.jsonl }
accounts: { "111122223333": { alias: docs } }
mappings: [{ name: any, grants: [{ role: "arn:aws:iam::111122223333:role/Any" }] }]
`

test('every connector that the documentation shows loads without a warning', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-docs-'))
  try {
    for (const name of ['corp-service-password', 'ad-service-password', 'oidc-client-secret'])
      await writeFile(join(folder, name), 'secret\n')
    await writeFile(join(folder, 'oncall-password-hash'), await hashPassword('oncall'))
    let seen = 0
    for (const page of globSync('docs/connectors/*.md', { cwd: root })) {
      for (const [, block = ''] of readFileSync(join(root, page), 'utf8').matchAll(
        /^```yaml\n(connectors:[\s\S]*?)^```/gm,
      )) {
        const loaded = readSettings(around + block, join(folder, 'gatehouse.yaml'), {})
        assert.ok(
          loaded.ok,
          loaded.ok ? '' : `${page}: ${loaded.problems.map(problemLine).join('\n')}`,
        )
        assert.deepEqual(loaded.warnings, [], page)
        seen += 1
      }
    }
    assert.equal(seen, 21)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('every site that the documentation shows loads without a warning', () => {
  const page = readFileSync(join(root, 'docs/forward-auth.md'), 'utf8')
  const blocks = [...page.matchAll(/^```yaml\n(gate:[\s\S]*?)^```/gm)].map(([, block]) => block!)
  assert.equal(blocks.length, 1)
  for (const block of blocks) {
    const https = around.replace('http://localhost:8080', 'https://sso.example.com')
    const loaded = readSettings(https + block, join(root, 'gatehouse.yaml'), {})
    assert.ok(loaded.ok, loaded.ok ? '' : loaded.problems.map(problemLine).join('\n'))
    assert.deepEqual(loaded.warnings, [])
  }
})

test('every app that the documentation shows loads without a warning', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-docs-'))
  try {
    const pages = ['docs/apps.md', 'docs/apps/exchange.md']
      .map((page) => readFileSync(join(root, page), 'utf8'))
      .join('\n')
    const blocks = [...pages.matchAll(/^```yaml\n(apps:[\s\S]*?)^```/gm)].map(([, block]) => block!)
    assert.equal(blocks.length, 2)
    for (const block of blocks) {
      for (const [, file] of block.matchAll(/\$\{file:([\w-]+)\}/g))
        await writeFile(join(folder, file!), 'a secret of this app\n')
      const loaded = readSettings(around + block, join(folder, 'gatehouse.yaml'), {})
      assert.ok(loaded.ok, loaded.ok ? '' : loaded.problems.map(problemLine).join('\n'))
      assert.deepEqual(loaded.warnings, [])
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the service that the documentation shows loads without a warning', () => {
  const page = readFileSync(join(root, 'docs/services.md'), 'utf8')
  const [, block = ''] = /^```yaml\n(services:[\s\S]*?)^```/m.exec(page) ?? []
  const loaded = readSettings(around + block, 'gatehouse.yaml', {})
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.problems.map(problemLine).join('\n'))
  assert.deepEqual(Object.keys(loaded.settings.services), ['orders'])
  assert.deepEqual(loaded.warnings, [])
})

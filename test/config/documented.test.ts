import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { hashPassword } from '../../src/connectors/file/argon2id.ts'
import { problemLine, readSettings } from '../../src/config/load.ts'

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
    for (const name of ['corp-service-password', 'ad-service-password']) await writeFile(join(folder, name), 'secret\n')
    await writeFile(join(folder, 'oncall-password-hash'), await hashPassword('oncall'))
    let seen = 0
    for (const page of globSync('docs/connectors/*.md', { cwd: root })) {
      for (const [, block = ''] of readFileSync(join(root, page), 'utf8').matchAll(/^```yaml\n(connectors:[\s\S]*?)^```/gm)) {
        const loaded = readSettings(around + block, join(folder, 'gatehouse.yaml'), {})
        assert.ok(loaded.ok, loaded.ok ? '' : `${page}: ${loaded.problems.map(problemLine).join('\n')}`)
        assert.deepEqual(loaded.warnings, [], page)
        seen += 1
      }
    }
    assert.equal(seen, 4)
  } finally {
    await rm(folder, { recursive: true })
  }
})

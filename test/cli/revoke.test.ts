import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Asked, revokeCommand } from '../../src/cli/revoke.ts'

async function commands() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-revoke-'))
  const [config, sqlite] = [join(folder, 'gatehouse.yaml'), join(folder, 'data', 'gatehouse.db')]
  await writeFile(config, `
publicUrl: http://localhost:1
store: { sqlite: ${sqlite} }
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
accounts: { "111122223333": {} }
`)
  const run = async (asked: Asked) => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = await revokeCommand(config, asked, {}, { out: (line) => void out.push(line), err: (line) => void err.push(line) })
    return { code, out, err }
  }
  return { folder, sqlite, run, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

test('where there is no store nothing is revoked, and none is made', async () => {
  await using at = await commands()
  const { code, out, err } = await at.run({ scope: 'everything', target: '' })
  assert.deepEqual([code, out, err.length], [1, [], 1])
  assert.ok(err[0]!.startsWith(`there is no store at \`${at.sqlite}\`: `), err[0])
  assert.deepEqual(await readdir(at.folder), ['gatehouse.yaml'])
})

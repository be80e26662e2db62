import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { keysCommand } from '../../src/cli/keys.ts'

async function commands() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'))
  const config = join(folder, 'gatehouse.yaml')
  await writeFile(config, `
listen: { port: 0 }
publicUrl: http://localhost:1
store: { sqlite: ${join(folder, 'gatehouse.db')} }
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
accounts: { "111122223333": {} }
`)
  const run = async (verb: 'list' | 'rotate' | 'retire', id = '') => {
    const [out, err]: string[][] = [[], []]
    const code = await keysCommand(config, verb, id, {}, { out: (line) => out!.push(line), err: (line) => err!.push(line) })
    return { code, out: out!, err: err! }
  }
  return { run, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

test('keys are listed, rotated and retired, and the newest is not', async () => {
  await using at = await commands()
  const { out: [first = ''] } = await at.run('list')
  assert.match(first, /^[\w-]{8} +made \S+Z +seals$/)
  const id = first.slice(0, 8)
  const early = await at.run('retire', id)
  assert.deepEqual([early.code, early.out, early.err], [1, [], [`key \`${id}\` is the newest, which seals: rotate first`]])
  const rotated = await at.run('rotate')
  assert.deepEqual([rotated.code, rotated.out.map((line) => line.split('  ')[2])], [0, ['opens', 'seals']])
  const retired = await at.run('retire', id)
  assert.match(retired.out[0]!, new RegExp(`^${id} +made \\S+Z +retired \\S+Z$`))
  assert.equal((await at.run('retire', 'elsewhere')).code, 1)
})

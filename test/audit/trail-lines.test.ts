import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { linesWith } from '../../src/audit/trail-lines.ts'

async function fileOf(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-lines-'))
  const path = join(folder, 'audit.jsonl')
  await writeFile(path, text)
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}
async function found(path: string, marker: string, end?: number) {
  const all: [string, number][] = []
  for await (const { text, offset } of linesWith(path, marker, { end })) all.push([text, offset])
  return all
}

test('lines with a marker are found wherever the parts of the file meet', async () => {
  // A part has a mebibyte: the marked lines lie before, across and behind its end.
  const filler = `${'x'.repeat(999)}\n`
  const before = filler.repeat(1048)
  const across = `é${'y'.repeat(700)}GH-1\n`
  const after = filler.repeat(1100)
  await using at = await fileOf(`GH-1 a\n${before}${across}${after}GH-1 b GH-1\ntorn GH-1`)
  const bytes = Buffer.byteLength(`GH-1 a\n${before}`)
  const second = bytes + Buffer.byteLength(across) + after.length
  assert.deepEqual(await found(at.path, 'GH-1'), [
    ['GH-1 a', 0],
    [across.trimEnd(), bytes],
    ['GH-1 b GH-1', second],
    ['torn GH-1', second + 12],
  ])
  assert.deepEqual(await found(at.path, 'GH-1', bytes), [['GH-1 a', 0]])
  assert.deepEqual(await found(at.path, 'GH-2'), [])
  assert.deepEqual(await found(at.path, 'GH-1', 0), [])
})

test('a line that no trail has costs no memory, and the next is found', async () => {
  const long = 'x'.repeat(6 * 1024 * 1024)
  await using at = await fileOf(`${long}\nGH-1\n`)
  assert.deepEqual(await found(at.path, 'GH-1'), [['GH-1', long.length + 1]])
})

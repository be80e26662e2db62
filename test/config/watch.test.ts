import assert from 'node:assert/strict'
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { watchSettings } from '../../src/config/watch.ts'

async function openFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** Counts calls; `next` resolves at the first one after it was asked for. */
function counter() {
  let waiting = Promise.withResolvers<void>()
  const state = {
    calls: 0,
    next: () => waiting.promise,
    called: () => {
      state.calls++
      waiting.resolve()
      waiting = Promise.withResolvers<void>()
    },
  }
  return state
}

test('a written and a replaced file are told once each, an unchanged one is not', async (t) => {
  const folder = await openFolder(t)
  const file = join(folder, 'g.yaml')
  await writeFile(file, 'a: 1')
  const seen = counter()
  await using _watching = watchSettings(file, seen.called)
  let told = seen.next()
  for (const text of ['a: 2', 'a: 3', 'a: 4']) await writeFile(file, text)
  await told
  assert.equal(seen.calls, 1)
  told = seen.next()
  await writeFile(join(folder, 'other.yaml'), 'x')
  await writeFile(file, 'a: 4')
  await writeFile(`${file}.new`, 'a: 5')
  await rename(`${file}.new`, file)
  await told
  assert.equal(seen.calls, 2)
})

test('a link that is swapped, as Kubernetes does, is told', async (t) => {
  const folder = await openFolder(t)
  for (const n of ['1', '2']) await writeFile(join(folder, `..v${n}`), `a: ${n}`)
  await symlink('..v1', join(folder, '..data'))
  await symlink('..data', join(folder, 'g.yaml'))
  const seen = counter()
  await using _watching = watchSettings(join(folder, 'g.yaml'), seen.called)
  const told = seen.next()
  await symlink('..v2', join(folder, '..next'))
  await rename(join(folder, '..next'), join(folder, '..data'))
  await told
  assert.equal(seen.calls, 1)
})

test('nothing is told after the end', async (t) => {
  const folder = await openFolder(t)
  const file = join(folder, 'g.yaml')
  await writeFile(file, 'a: 1')
  const seen = counter()
  const watching = watchSettings(file, seen.called)
  await writeFile(file, 'a: 2')
  await watching[Symbol.asyncDispose]()
  assert.equal(seen.calls, 0)
})

import assert from 'node:assert/strict'
import { appendFile, type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { appendShared } from '../../src/audit/shared-append.ts'
import { runProgram } from '../peers/child.ts'

async function openTrail() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-shared-'))
  const path = join(folder, 'audit.jsonl')
  const handle = await open(path, 'a+')
  return {
    path,
    handle,
    lines: async () => (await readFile(path, 'utf8')).split('\n'),
    async [Symbol.asyncDispose]() {
      await handle.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Another process writes at the last moment before the write itself. */
function interrupted(handle: FileHandle, other: () => Promise<void>) {
  let times = 0
  return {
    stat: handle.stat.bind(handle),
    read: handle.read.bind(handle),
    async write(bytes: Buffer) {
      if (times++ === 0) await other()
      return handle.write(bytes)
    },
  } as unknown as FileHandle
}

test('the piece of a line that a killed process left ends before the next line', async () => {
  await using trail = await openTrail()
  await appendShared(trail.handle, '{"a":1}\n')
  await appendFile(trail.path, '{"torn":')
  await appendShared(trail.handle, '{"b":2}\n{"c":3}\n')
  assert.deepEqual(await trail.lines(), ['{"a":1}', '{"torn":', '{"b":2}', '{"c":3}', ''])
})

test('a line that stands behind such a piece after all is written once more', async () => {
  await using trail = await openTrail()
  await appendShared(trail.handle, '{"a":1}\n')
  const handle = interrupted(trail.handle, () => appendFile(trail.path, '{"d":4}\n{"torn":'))
  await appendShared(handle, '{"b":2}\n{"c":3}\n')
  assert.deepEqual(await trail.lines(), [
    ...['{"a":1}', '{"d":4}', '{"torn":{"b":2}', '{"c":3}', '{"b":2}', ''],
  ])
})

test('whole lines of others between look and write change nothing', async () => {
  await using trail = await openTrail()
  const handle = interrupted(trail.handle, () => appendFile(trail.path, '{"d":4}\n'))
  await appendShared(handle, '{"b":2}\n')
  assert.deepEqual(await trail.lines(), ['{"d":4}', '{"b":2}', ''])
})

test('a write of which the system took a part is refused, to be written again', async () => {
  await using trail = await openTrail()
  const handle = {
    stat: trail.handle.stat.bind(trail.handle),
    read: trail.handle.read.bind(trail.handle),
    write: (bytes: Buffer) => trail.handle.write(bytes, 0, 4),
  } as unknown as FileHandle
  await assert.rejects(appendShared(handle, '{"b":2}\n'), /the file took 4 of 8 bytes/)
  await appendShared(trail.handle, '{"b":2}\n')
  assert.deepEqual(await trail.lines(), ['{"b"', '{"b":2}', ''])
})

test('two processes write long batches into one file, and every line is whole', async () => {
  await using trail = await openTrail()
  const [batches, lines] = [60, 200]
  const module = resolve(import.meta.dirname, '../../src/audit/shared-append.ts')
  const code = (name: string) => `
    import { open } from 'node:fs/promises'
    import { appendShared } from ${JSON.stringify(module)}
    const handle = await open(${JSON.stringify(trail.path)}, 'a+')
    for (let batch = 0; batch < ${batches}; batch++) {
      const text = Array.from({ length: ${lines} }, (_, at) =>
        JSON.stringify({ by: '${name}', batch, at, more: 'x'.repeat(500 + at) }) + '\\n')
      await appendShared(handle, text.join(''))
    }
    await handle.close()`
  const run = (name: string) =>
    runProgram(process.execPath, ['--input-type=module', '--eval', code(name)])
  await Promise.all([run('one'), run('two')])
  const read = (await trail.lines()).filter((line) => line !== '')
  const told = new Set(
    read.map((line) => {
      const { by, batch, at } = JSON.parse(line)
      return `${by} ${batch} ${at}`
    }),
  )
  assert.deepEqual([read.length, told.size], [2 * batches * lines, 2 * batches * lines])
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { exclusively } from '../../../src/cli/credentials/lock.ts'
import { processStart } from '../../../src/cli/credentials/process-start.ts'

const module = resolve(import.meta.dirname, '../../../src/cli/credentials/lock.ts')
const impatient = { waitMs: 0, staleAfterMs: 60_000, pollMs: 1 }

interface Scene extends AsyncDisposable {
  readonly folder: string
  readonly file: string
}
async function open(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-lock-'))
  return {
    folder,
    file: join(folder, 'a.lock'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Another process, which runs `work` while it holds the lock. */
function another(file: string, work: string) {
  const program =
    `import { exclusively } from ${JSON.stringify(module)}\n` +
    `await exclusively(${JSON.stringify(file)}, async () => { ${work} })`
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

const holds = "process.stdout.write('held'); await new Promise((end) => setTimeout(end, 600_000))"

for (const signal of ['SIGKILL', 'SIGHUP', 'SIGINT'] as const)
  test(`a lock whose holder ended by ${signal} is taken over at once`, async () => {
    await using at = await open()
    const holder = another(at.file, holds)
    await once(holder.stdout, 'data')
    await assert.rejects(
      exclusively(at.file, async () => {}, impatient),
      { message: `process ${holder.pid} holds \`${at.file}\`: end it, or wait` },
    )
    holder.kill(signal)
    await once(holder, 'exit')
    assert.equal(await exclusively(at.file, async () => 'mine', impatient), 'mine')
    assert.deepEqual(await readdir(at.folder), [])
  })

test('a process that has the id of an earlier one does not hold its lock', async () => {
  await using at = await open()
  await exclusively(at.file, async () => {
    const written = JSON.parse(await readFile(at.file, 'utf8'))
    assert.equal(written.start, processStart(process.pid))
    await writeFile(
      at.file,
      JSON.stringify({ ...written, start: 'earlier', nonce: '0'.repeat(16) }),
    )
    assert.equal(await exclusively(at.file, async () => 'mine', impatient), 'mine')
  })
})

test('who comes back late does not remove the lock of another', async () => {
  await using at = await open()
  const theirs = { pid: process.pid, start: 'x', place: 'elsewhere', nonce: '1'.repeat(16) }
  await exclusively(at.file, async () => writeFile(at.file, JSON.stringify(theirs)))
  assert.deepEqual(JSON.parse(await readFile(at.file, 'utf8')), theirs)
  await assert.rejects(
    exclusively(at.file, async () => {}, impatient),
    /holds/,
  )
  const longAgo = new Date(Date.now() - 61_000)
  await utimes(at.file, longAgo, longAgo)
  assert.equal(await exclusively(at.file, async () => 'mine', impatient), 'mine')
})

test('a damaged lock names nobody, and is taken over', async () => {
  await using at = await open()
  for (const damaged of ['', '4711', '{"nonce":"../x"}', 'null']) {
    await writeFile(at.file, damaged)
    assert.equal(await exclusively(at.file, async () => 'mine', impatient), 'mine', damaged)
  }
})

test('of many processes that find a dead holder, one works at a time', async () => {
  await using at = await open()
  const inside = join(at.folder, 'inside')
  // Creating fails when another one is inside; each leaves a dead holder's lock behind.
  const work =
    "const fs = await import('node:fs'); for (let i = 0; i < 3; i++) {" +
    `const fd = fs.openSync(${JSON.stringify(inside)}, 'wx'); fs.closeSync(fd);` +
    'await new Promise((end) => setImmediate(end));' +
    `fs.rmSync(${JSON.stringify(inside)}) }; process.kill(process.pid, 'SIGKILL')`
  const many = Array.from({ length: 6 }, () => another(at.file, work))
  const ends = await Promise.all(many.map((one) => once(one, 'exit')))
  assert.deepEqual(
    ends,
    many.map(() => [null, 'SIGKILL']),
  )
})

test('of many callers that find a dead holder at once, one works at a time', async () => {
  await using at = await open()
  for (let round = 0; round < 5; round += 1) {
    const dead = { pid: process.pid, start: 'earlier', place: '', nonce: '2'.repeat(16) }
    await exclusively(at.file, async () => {
      const { place } = JSON.parse(await readFile(at.file, 'utf8'))
      await writeFile(at.file, JSON.stringify({ ...dead, place }))
    })
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      for (let turn = 0; turn < 20; turn += 1) await setImmediate()
      inside -= 1
    }
    await Promise.all(Array.from({ length: 8 }, () => exclusively(at.file, work)))
    assert.equal(most, 1)
  }
})

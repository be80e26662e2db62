import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadRootKey } from '../../src/credentials/root-key.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'root-key-'))
})
after(() => rm(folder, { recursive: true }))

const key = Buffer.alloc(32, 7)
const text = key.toString('base64')
const refused = (message: RegExp) => (error: Error) => {
  assert.equal(error.name, 'RootKeyError')
  assert.match(error.message, message)
  assert.ok(!error.message.includes(text))
  return true
}

test('the first start makes the file for its owner alone, the next reads it', async () => {
  const file = join(folder, 'deep', 'root.key')
  const made = await loadRootKey({ file })
  assert.equal(made.length, 32)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.deepEqual(await loadRootKey({ file }), made)
  assert.deepEqual(await readdir(join(folder, 'deep')), ['root.key'])
})

test('two first starts at once agree on one key', async () => {
  const file = join(folder, 'race.key')
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadRootKey({ file })))
  for (const one of keys) assert.deepEqual(one, keys[0])
})

test('a file that others may read is refused, and so is what is no key', async () => {
  const file = join(folder, 'open.key')
  await writeFile(file, text)
  for (const mode of [0o640, 0o604, 0o660]) {
    await chmod(file, mode)
    await assert.rejects(loadRootKey({ file }), refused(/open to other users.*chmod 600/))
  }
  await chmod(file, 0o600)
  assert.deepEqual(await loadRootKey({ file }), key)
  for (const wrong of [
    '',
    'short',
    `${text}!`,
    Buffer.alloc(31).toString('base64'),
    Buffer.alloc(33).toString('base64'),
    'x'.repeat(9000),
  ]) {
    await writeFile(file, wrong)
    await assert.rejects(loadRootKey({ file }), refused(/does not hold a root key|too long/))
    assert.equal(await readFile(file, 'utf8'), wrong, 'a file that is there is never replaced')
  }
})

test('the environment holds it in base64', async () => {
  assert.deepEqual(await loadRootKey({ env: 'KEY' }, { KEY: ` ${text}\n` }), key)
  await assert.rejects(loadRootKey({ env: 'KEY' }, {}), refused(/`KEY` is not set/))
  await assert.rejects(
    loadRootKey({ env: 'KEY' }, { KEY: 'nonsense' }),
    refused(/base64 of 32 bytes/),
  )
})

test('a command prints it; no shell reads its arguments, no error shows its output', async () => {
  const print = (what: string) => ({
    command: [process.execPath, '-e', what, '$(exit 3); `false`'],
  })
  assert.deepEqual(await loadRootKey(print(`console.log('${text}')`)), key)
  const shown = await loadRootKey(
    print(
      'console.log(process.argv[1] === "$(exit 3); `false`" ? Buffer.alloc(32, ' +
        '9).toString("base64") : "")',
    ),
  )
  assert.deepEqual(shown, Buffer.alloc(32, 9))
  await assert.rejects(
    loadRootKey(print(`console.log('${text}'); process.exit(4)`)),
    refused(/failed \(4\)/),
  )
  await assert.rejects(loadRootKey({ command: ['/nowhere/at-all'] }), refused(/failed \(ENOENT\)/))
  await assert.rejects(loadRootKey({ command: [] }), refused(/is empty/))
})

test('a file that is gone is not made anew where the store holds what it sealed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-key-'))
  try {
    const file = join(folder, 'root.key')
    await assert.rejects(
      loadRootKey({ file }, {}, { mayCreate: false }),
      /is not there, and the store holds what it sealed: bring it back/,
    )
    assert.deepEqual(await readdir(folder), [])
  } finally {
    await rm(folder, { recursive: true })
  }
})

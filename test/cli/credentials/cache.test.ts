import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SealedCache } from '../../../src/cli/credentials/cache.ts'
import type { ProcessCredentials } from '../../../src/cli/credentials/exchange.ts'

const some: ProcessCredentials = {
  Version: 1,
  AccessKeyId: 'ASIAEXAMPLEEXAMPLE00',
  SecretAccessKey: 'not-a-real-secret',
  SessionToken: 'ghs1.x',
  Expiration: '2026-01-01T00:00:00Z',
}
async function folder(t: { after(fn: () => Promise<void>): void }): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-cache-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

test('what is kept comes back, and the file does not show it', async (t) => {
  const path = await folder(t)
  const cache = new SealedCache(path)
  await cache.write('a', some)
  assert.deepEqual(await cache.read('a'), some)
  for (const file of await readdir(path)) {
    assert.ok(!(await readFile(join(path, file))).includes('not-a-real-secret'))
    assert.equal((await stat(join(path, file))).mode & 0o077, 0)
  }
})

test('a changed, truncated or swapped file is an empty cache', async (t) => {
  const path = await folder(t)
  const cache = new SealedCache(path)
  await cache.write('a', some)
  const file = (await readdir(path)).find((name) => name !== 'key')!
  const sealed = await readFile(join(path, file))
  sealed[40]! ^= 1
  await writeFile(join(path, file), sealed)
  assert.equal(await cache.read('a'), undefined)
  await writeFile(join(path, file), sealed.subarray(0, 20))
  assert.equal(await cache.read('a'), undefined)
})

test('a damaged key is made anew, and what it sealed is an empty cache', async (t) => {
  const path = await folder(t)
  const cache = new SealedCache(path)
  for (const damaged of ['', 'junk', 'x'.repeat(33)]) {
    await cache.write('a', some)
    await writeFile(join(path, 'key'), damaged)
    assert.equal(await cache.read('a'), undefined)
    await cache.write('a', some)
    assert.deepEqual(await cache.read('a'), some)
    assert.equal((await stat(join(path, 'key'))).mode & 0o777, 0o600)
  }
  assert.equal((await readdir(path)).length, 2)
})

test('clearing removes what was kept and nothing else', async (t) => {
  const path = await folder(t)
  const cache = new SealedCache(path)
  await cache.write('a', some)
  await cache.write('b', some)
  await writeFile(join(path, 'notes.txt'), 'of somebody else')
  assert.equal(await cache.clear(), 2)
  assert.deepEqual(await readdir(path), ['notes.txt'])
  assert.equal(await new SealedCache(join(path, 'none')).clear(), 0)
})

test('what killed processes left is removed, and no file of a living one', async (t) => {
  const at = await folder(t)
  const cache = new SealedCache(at)
  await cache.write('kept', 'value')
  const name = (await readdir(at)).find((one) => one !== 'key')!
  const put = (file: string, text: string) => writeFile(join(at, file), text)
  const nonce = '0123456789abcdef'
  await cache.exclusively('lock', async () => {
    const lock = (await readdir(at)).find((one) => one.endsWith('.lock'))!
    const living = JSON.parse(await readFile(join(at, lock), 'utf8'))
    const gone = JSON.stringify({ ...living, start: 'another process', nonce })
    for (const end of ['', `.${nonce}`, `.${nonce}.new`]) await put(`${name}.lock${end}`, gone)
    const stays = [`${name}.lock.1111111111111111.new`, `${name}.lock.2222222222222222.new`]
    await put(stays[0]!, JSON.stringify({ ...living, nonce: '1111111111111111' }))
    // A living process may be about to write it.
    await put(stays[1]!, '')
    for (const file of [`${name}.98`, `${name}.99`, 'notes.txt']) await put(file, 'half')
    const old = new Date(Date.now() - 600_000)
    await utimes(join(at, `${name}.99`), old, old)
    await cache.tidy()
    const left = ['key', lock, name, `${name}.98`, 'notes.txt', ...stays]
    assert.deepEqual((await readdir(at)).sort(), left.sort())
  })
  assert.equal(await cache.read('kept'), 'value')
})

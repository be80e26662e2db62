import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CredentialsCache, type ProcessCredentials } from '../../src/cli/credentials/cache.ts'

const some: ProcessCredentials = {
  Version: 1, AccessKeyId: 'ASIAEXAMPLEEXAMPLE00', SecretAccessKey: 'not-a-real-secret', SessionToken: 'ghs1.x', Expiration: '2026-01-01T00:00:00Z',
}
async function folder(t: { after(fn: () => Promise<void>): void }): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-cache-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

test('what is kept comes back, and the file does not show it', async (t) => {
  const path = await folder(t)
  const cache = new CredentialsCache(path)
  await cache.write('a', some)
  assert.deepEqual(await cache.read('a'), some)
  for (const file of await readdir(path)) {
    assert.ok(!(await readFile(join(path, file))).includes('not-a-real-secret'))
    assert.equal((await stat(join(path, file))).mode & 0o077, 0)
  }
})

test('a changed, truncated or swapped file is an empty cache', async (t) => {
  const path = await folder(t)
  const cache = new CredentialsCache(path)
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
  const cache = new CredentialsCache(path)
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

test('of many callers at once, one works at a time', async (t) => {
  const cache = new CredentialsCache(await folder(t))
  let inside = 0
  let most = 0
  await Promise.all(Array.from({ length: 4 }, () => cache.exclusively('a', async () => {
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setImmediate(resolve))
    inside -= 1
  })))
  assert.equal(most, 1)
})

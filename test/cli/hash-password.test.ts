import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { parseArgon2id, verifyArgon2id } from '../../src/kernel/argon2id.ts'

const launcher = join(resolve(import.meta.dirname, '../..'), 'bin', 'gatehouse.js')

async function hashed(password: string) {
  const child = spawn(process.execPath, [launcher, 'hash-password'], { stdio: 'pipe' })
  child.stdin.end(password)
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { out: out.trim(), err: err.trim(), code: code as number }
}

test('hash-password prints a hash for the file connector, and never the password', async () => {
  const { out, err, code } = await hashed('kept safe, é\n')
  assert.deepEqual([code, err], [0, ''])
  const hash = parseArgon2id(out)
  assert.ok(hash)
  assert.equal(await verifyArgon2id(hash, 'kept safe, é'), true)
  assert.equal(
    await verifyArgon2id(hash, 'kept safe, é\n'),
    false,
    'the line end is not part of it',
  )
})

test('hash-password refuses what no sign-in would take', async () => {
  for (const password of ['', '\n', '   ', 'a\0b', 'x'.repeat(1025)]) {
    const { out, err, code } = await hashed(password)
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, /^this password cannot be used: /)
  }
})

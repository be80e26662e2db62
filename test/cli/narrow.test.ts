import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { narrowCommand, type NarrowOptions } from '../../src/cli/narrow.ts'
import { allow, document } from '../sessions/bench.ts'

const env = { AWS_ACCESS_KEY_ID: 'ASIA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 'ghs1.k.p' }
const end = '2030-01-02T03:04:05.000Z'

async function run(policy: string, options: NarrowOptions = {}, more: NodeJS.ProcessEnv = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-narrow-'))
  try {
    const file = join(folder, 'policy.json')
    await writeFile(file, policy)
    const [out, err]: [string[], string[]] = [[], []]
    const code = await narrowCommand({ policy: file, ...options }, { ...env, ...more }, { out: (line) => void out.push(line), err: (line) => void err.push(line) })
    return { code, out, err: err.join('\n') }
  } finally {
    await rm(folder, { recursive: true })
  }
}
const reading = document(allow('s3:GetObject'))

test('without an end the output has none, and the command says what that means', async () => {
  const { code, out, err } = await run(reading)
  assert.deepEqual([code, Object.hasOwn(JSON.parse(out[0]!), 'Expiration')], [0, false])
  assert.match(err, /no Expiration.*Set AWS_CREDENTIAL_EXPIRATION.*or give --duration/)
})

test('the end that is known, or made, is told, and nothing else is said', async () => {
  const known = await run(reading, {}, { AWS_CREDENTIAL_EXPIRATION: end })
  assert.deepEqual([JSON.parse(known.out[0]!).Expiration, known.err], [end, ''])
  const made = await run(reading, { duration: 900 })
  assert.ok(Math.abs(Date.parse(JSON.parse(made.out[0]!).Expiration) - Date.now() - 900_000) < 60_000)
  assert.equal(made.err, '')
  const lines = await run(reading, { env: true }, { AWS_CREDENTIAL_EXPIRATION: end })
  assert.equal(lines.out.at(-1), `export AWS_CREDENTIAL_EXPIRATION=${end}`)
  assert.deepEqual([(await run(reading, { env: true })).out.length, (await run(reading, { env: true })).err], [2, ''])
})

test('a policy that would make the token too long is refused, and nothing is printed', async () => {
  const { code, out, err } = await run(document(...Array.from({ length: 4 }, () => allow('s3:GetObject', `arn:aws:s3:::${'x'.repeat(1400)}`))), {}, { AWS_SESSION_TOKEN: `ghs1.k.${'p'.repeat(1000)}` })
  assert.deepEqual([code, out], [1, []])
  assert.match(err, /would have \d+ characters, and more than 8192 are refused: use a shorter policy/)
})

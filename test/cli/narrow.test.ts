import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type NarrowOptions, narrowCommand } from '../../src/cli/narrow.ts'
import { allow, document } from '../sessions/scene.ts'

const env = { AWS_ACCESS_KEY_ID: 'ASIA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 'ghs1.k.p' }
const end = '2030-01-02T03:04:05.000Z'

async function run(policy: string, options: NarrowOptions = {}, more: NodeJS.ProcessEnv = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-narrow-'))
  try {
    const file = join(folder, 'policy.json')
    await writeFile(file, policy)
    const [out, err]: [string[], string[]] = [[], []]
    const code = await narrowCommand(
      { policy: file, ...options },
      { ...env, ...more },
      { out: (line) => void out.push(line), err: (line) => void err.push(line) },
    )
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
  assert.ok(
    Math.abs(Date.parse(JSON.parse(made.out[0]!).Expiration) - Date.now() - 900_000) < 60_000,
  )
  assert.match(
    made.err,
    new RegExp(
      String.raw`^the true end is not known: .* may end before 20\S+Z\. ` +
        'Set AWS_CREDENTIAL_EXPIRATION to their end$',
    ),
  )
  const both = await run(reading, { duration: 900 }, { AWS_CREDENTIAL_EXPIRATION: end })
  assert.equal(both.err, '')
  const lines = await run(reading, { env: true }, { AWS_CREDENTIAL_EXPIRATION: end })
  assert.equal(lines.out.at(-1), `export AWS_CREDENTIAL_EXPIRATION=${end}`)
  assert.deepEqual(
    [(await run(reading, { env: true })).out.length, (await run(reading, { env: true })).err],
    [2, ''],
  )
})

test('a policy that would make the token too long is refused, and nothing is printed', async () => {
  const { code, out, err } = await run(
    document(
      ...Array.from({ length: 4 }, () => allow('s3:GetObject', `arn:aws:s3:::${'x'.repeat(1400)}`)),
    ),
    {},
    { AWS_SESSION_TOKEN: `ghs1.k.${'p'.repeat(1000)}` },
  )
  assert.deepEqual([code, out], [1, []])
  assert.match(
    err,
    /would have \d+ characters, and more than 8192 are refused: use a shorter policy/,
  )
})

test('an end outside of 1m to 12h is refused', async () => {
  for (const [duration, told] of [
    [1, '1s'],
    [30, '30s'],
    [59, '59s'],
    [43_201, '12h1s'],
    [46_800, '13h'],
  ] as const) {
    const { code, out, err } = await run(reading, { duration })
    assert.deepEqual([code, out, err], [1, [], `--duration \`${told}\`: expected 1m to 12h`])
  }
  for (const duration of [60, 43_200]) assert.equal((await run(reading, { duration })).code, 0)
})

test('a broken policy is reported with file and position, a missing one by name', async () => {
  for (const [policy, place] of [
    ['{"Version": "2012-10-17",\n "Statement": [', /policy\.json:2:\d+: /],
    ['', /policy\.json:1:1: /],
    ['{"Version": "2012-10-17", "Statement": {"Effect": "Maybe"}}', /policy\.json:1:\d+: /],
  ] as const) {
    const { code, out, err } = await run(policy)
    assert.deepEqual([code, out], [1, []])
    assert.match(err, place)
  }
  assert.deepEqual(await run(reading, { policy: '/nowhere.json' }), {
    code: 1,
    out: [],
    err: '/nowhere.json: no such file',
  })
})

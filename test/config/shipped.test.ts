import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { settingsJsonSchema } from '../../src/config/json-schema.ts'
import { loadSettings, problemLine } from '../../src/config/load.ts'
import { hashPassword, parseArgon2id, verifyArgon2id } from '../../src/kernel/argon2id.ts'

const root = resolve(import.meta.dirname, '../..')
async function load(path: string, env: Record<string, string>) {
  const loaded = await loadSettings(path, env)
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.problems.map(problemLine).join('\n'))
  return loaded
}
const secret = randomBytes(30).toString('base64')

test('the example loads, and names every key there is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  try {
    await cp(join(root, 'config/gatehouse.example.yaml'), join(folder, 'gatehouse.yaml'))
    await writeFile(join(folder, 'corp-service-password'), 'service\n')
    const { settings, warnings } = await load(join(folder, 'gatehouse.yaml'), {
      REDIS_PASSWORD: 'redis',
      ROOT_SECRET_ACCESS_KEY: secret,
      BROKER_SECRET_ACCESS_KEY: secret,
      OIDC_CLIENT_SECRET: 'an openid secret',
      GITHUB_CLIENT_SECRET: 'a secret of github',
      WIKI_SECRET: 'a secret of the wiki',
      GATE_SECRET: 'a secret of the proxies',
      ONCALL_PASSWORD_HASH: await hashPassword('oncall'),
      ROOT_PASSWORD_HASH: await hashPassword('root'),
    })
    assert.deepEqual(warnings, [])
    assert.deepEqual(structuredClone(settings), settings, 'a thread can hand it on (load-aside.ts)')
    assert.deepEqual(Object.keys(settings.connectors), [
      'corp',
      'idp',
      'openid',
      'github',
      'break-glass',
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
  const text = await readFile(join(root, 'config/gatehouse.example.yaml'), 'utf8')
  const missing = [...keysOf(settingsJsonSchema())].filter(
    (key) => !new RegExp(`(^|[\\s{])${key}:`, 'm').test(text),
  )
  assert.deepEqual(missing, [], 'config/gatehouse.example.yaml explains every key')
})

test('the demo loads without a warning, and the passwords in its comments are right', async () => {
  const { settings, mappings, warnings } = await load(join(root, 'config/demo/gatehouse.yaml'), {})
  assert.deepEqual(warnings, [])
  assert.equal(settings.publicUrl, 'http://localhost:8080')
  const staff = settings.connectors.staff
  assert.ok(staff?.type === 'file')
  const roles: Record<string, readonly string[]> = {}
  for (const { username, passwordHash, groups, attributes } of staff.people) {
    assert.ok(await verifyArgon2id(parseArgon2id(passwordHash)!, `${username}-demo-2026`), username)
    const { grants } = mappings.evaluate({
      connector: 'staff',
      protocol: 'file',
      subject: username,
      username,
      displayName: username,
      groups,
      attributes: new Map(
        Object.entries(attributes).map(([name, value]) => [name, [value].flat()]),
      ),
      authenticatedAt: new Date(),
      strength: 'password',
    })
    roles[username] = grants.map(({ roleArn }) => roleArn.split('/')[1]!)
  }
  assert.deepEqual(roles, {
    amina: ['Developer', 'BillingViewer'],
    jonas: ['Developer'],
    priya: ['Auditor'],
  })
})

test('the composed setup loads; its only warning is the cleartext wire', async () => {
  const { settings, warnings } = await load(join(root, 'config/compose/gatehouse.yaml'), {
    GATEHOUSE_LDAP_PASSWORD: 'service-account',
  })
  assert.deepEqual(
    warnings.map(({ path }) => path),
    ['connectors.directory.tls.mode'],
  )
  assert.equal(settings.ephemeral?.redis, 'redis://redis:6379')
})

interface Schema {
  readonly [key: string]: unknown
}
function* keysOf(schema: unknown): Generator<string> {
  if (Array.isArray(schema)) for (const one of schema) yield* keysOf(one)
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return
  const { properties, ...rest } = schema as Schema & { properties?: Record<string, unknown> }
  for (const [key, inner] of Object.entries(properties ?? {})) {
    yield key
    yield* keysOf(inner)
  }
  for (const key of ['items', 'additionalProperties', 'anyOf', 'oneOf']) yield* keysOf(rest[key])
}

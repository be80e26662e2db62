import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { readSettings } from '../../src/config/load.ts'
import { freePort, runProgram, startPeer, untilReady } from '../peers/child.ts'
import { openRedis } from '../peers/redis.ts'
import { findProgram, requirePeer } from '../peers/require.ts'
import { openRunning } from './running.ts'

const home = resolve(import.meta.dirname, '../..')
const settingsPath = join(home, 'config/compose/gatehouse.yaml')
interface Composed {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly volumes?: readonly string[]
        readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
        readonly ports?: readonly string[]
        readonly healthcheck?: { readonly test: readonly string[] }
      }
    >
  >
  readonly volumes: object
}

const nodes = ['gatehouse-1', 'gatehouse-2'] as const

const readComposed = async () =>
  parse(await readFile(join(home, 'docker-compose.yml'), 'utf8'), { merge: true }) as Composed

test('what the composed setup names is there', async () => {
  const { services, volumes } = await readComposed()
  const others = ['nginx', 'openldap', 'postgres', 'redis']
  assert.deepEqual(Object.keys(services), [...nodes, ...others])
  for (const { volumes: mounts = [], depends_on: needs = {} } of Object.values(services)) {
    for (const mount of mounts) {
      const [source = ''] = mount.split(':')
      assert.ok(source.startsWith('./') ? existsSync(join(home, source)) : source in volumes, mount)
    }
    for (const name of Object.keys(needs)) assert.ok(name in services, name)
  }
  const copied = [
    ...(await readFile(join(home, 'Dockerfile'), 'utf8')).matchAll(/^COPY (.+) \S+$/gm),
  ].flatMap(([, sources = '']) => sources.split(' '))
  assert.deepEqual(
    copied.filter((source) => !existsSync(join(home, source))),
    [],
  )
})

test('a composed service is started when those that it needs answer', async () => {
  const { services } = await readComposed()
  const needs = Object.values(services).flatMap((one) => Object.entries(one.depends_on ?? {}))
  assert.deepEqual(needs.map(([name]) => name).sort(), [
    ...['gatehouse-1', 'gatehouse-1', 'gatehouse-2', 'openldap', 'postgres', 'redis'],
  ])
  for (const [name, { condition }] of needs) {
    assert.equal(condition, 'service_healthy', name)
    assert.ok(services[name]?.healthcheck, `${name} tells nobody when it answers`)
  }
  for (const node of nodes) {
    const own = services[node]?.healthcheck?.test.join(' ')
    assert.match(own ?? '', /127\.0\.0\.1:9090\/readyz/)
  }
})

test('composed operations are for the machine alone, and the key has its own volume', async () => {
  const { services } = await readComposed()
  const { ok, settings } = readSettings(await readFile(settingsPath, 'utf8'), settingsPath, {
    GATEHOUSE_LDAP_PASSWORD: 'service-account',
  }) as Extract<ReturnType<typeof readSettings>, { ok: true }>
  assert.ok(ok)
  assert.deepEqual(settings.operations, { host: '0.0.0.0', port: 9090 })
  const { rootKey } = settings.keys
  assert.ok('file' in rootKey)
  for (const node of nodes) {
    const { ports = [], volumes: mounts = [] } = services[node]!
    assert.match(ports.join(' '), /^127\.0\.0\.1:909\d:9090$/, 'and nothing else is published')
    const volumeOf = (path: string) =>
      mounts.find((mount) => dirname(path) === mount.split(':')[1])?.split(':')[0]
    assert.equal(volumeOf(rootKey.file), 'gatehouse-key', 'nodes have one key')
    assert.equal(volumeOf(settings.audit.file), `${node}-data`, 'each has its own trail')
  }
  const made = await readFile(join(home, 'Dockerfile'), 'utf8')
  assert.match(made, new RegExp(`install -d -o node .* ${dirname(rootKey.file)}$`, 'm'))
})

test('nginx of the composed setup asks both nodes, at the ports where they listen', async () => {
  const text = await readFile(join(home, 'config/compose/nginx.conf'), 'utf8')
  const asked = [...text.matchAll(/^ {4}server (\S+)/gm)].map(([, server]) => server)
  assert.deepEqual(
    asked,
    nodes.map((node) => `${node}:8080`),
  )
})

/** The composed directory, started by its own script. */
async function composedDirectory() {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-compose-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const url = `ldap://127.0.0.1:${await freePort()}`
  const peer = undo.use(
    startPeer('/usr/bin/env', [
      `GATEHOUSE_LDAP_URL=${url}/`,
      `GATEHOUSE_LDAP_DIRECTORY=${join(folder, 'data')}`,
      'sh',
      join(home, 'config/compose/ldap/start.sh'),
    ]),
  )
  const { services } = await readComposed()
  const [, search = '', ...args] = services.openldap?.healthcheck?.test ?? []
  const asked = args.map((one) => (one === 'ldap://127.0.0.1' ? url : one))
  await untilReady(peer, () =>
    runProgram(findProgram(search) ?? search, asked).then(
      () => true,
      () => false,
    ),
  )
  const owned = undo.move()
  return { url, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

test('the composed directory, Redis and Gatehouse go together', async (t) => {
  if (!requirePeer(t, 'slapd') || !requirePeer(t, 'redis')) return
  await using directory = await composedDirectory()
  await using redis = await openRedis()
  const text = await readFile(settingsPath, 'utf8')
  const rest = text
    .slice(text.indexOf('connectors:'))
    .replace('ldap://openldap', directory.url)
    .replace(/\$\{env:GATEHOUSE_LDAP_PASSWORD\}/, 'service-account')
  await using running = await openRunning(`ephemeral: { redis: "${redis.url}" }\n${rest}`)

  const answer = await fetch(running.origin, {
    method: 'POST',
    body: new URLSearchParams({
      Action: 'AssumeRoleWithLDAPIdentity',
      Version: '2011-06-15',
      LDAPUsername: 'amina',
      LDAPPassword: 'correct-horse-battery',
      RoleArn: 'arn:aws:iam::111122223333:role/Developer',
    }),
  })
  const xml = await answer.text()
  assert.equal(answer.status, 200, xml)
  assert.match(xml, /<AccessKeyId>ASIA/)

  const form = await fetch(`${running.origin}/signin`)
  const cookie = form.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const page = await form.text()
  const csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const signedIn = await fetch(`${running.origin}/signin`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: running.origin },
    body: new URLSearchParams({
      _csrf: csrf,
      connector: 'directory',
      username: 'amina',
      password: 'correct-horse-battery',
    }),
  })
  assert.equal(signedIn.status, 303, await signedIn.text())
  const own = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const portal = await fetch(`${running.origin}/portal`, { headers: { cookie: own } })
  assert.equal(portal.status, 200)
  assert.match(await portal.text(), /Developer/)

  await redis.stop()
  const refused = await fetch(`${running.origin}/portal`, { headers: { cookie: own } })
  assert.equal(refused.status, 503, 'without its short-lived state nobody is signed in')
  assert.doesNotMatch(await refused.text(), /ECONN|redis/i)
})

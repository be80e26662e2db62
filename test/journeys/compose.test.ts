import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { freePort, runProgram, startPeer, untilReady } from '../peers/child.ts'
import { openRedis } from '../peers/redis.ts'
import { findProgram, requirePeer } from '../peers/require.ts'
import { openRunning } from './running.ts'

const home = resolve(import.meta.dirname, '../..')
interface Composed {
  readonly services: Readonly<Record<string, { readonly volumes?: readonly string[]; readonly depends_on?: object; readonly command?: readonly string[] }>>
  readonly volumes: object
}

test('what the composed setup names is there', async () => {
  const { services, volumes } = parse(await readFile(join(home, 'docker-compose.yml'), 'utf8')) as Composed
  assert.deepEqual(Object.keys(services), ['gatehouse', 'openldap', 'redis'])
  for (const { volumes: mounts = [], depends_on: needs = {} } of Object.values(services)) {
    for (const mount of mounts) {
      const [source = ''] = mount.split(':')
      assert.ok(source.startsWith('./') ? existsSync(join(home, source)) : source in volumes, mount)
    }
    for (const name of Object.keys(needs)) assert.ok(name in services, name)
  }
  const copied = [...(await readFile(join(home, 'Dockerfile'), 'utf8')).matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '))
  assert.deepEqual(copied.filter((source) => !existsSync(join(home, source))), [])
})

/** The composed directory, started by its own script. */
async function composedDirectory() {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-compose-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const url = `ldap://127.0.0.1:${await freePort()}`
  const peer = undo.use(startPeer('/usr/bin/env', [
    `GATEHOUSE_LDAP_URL=${url}/`, `GATEHOUSE_LDAP_DIRECTORY=${join(folder, 'data')}`, 'sh', join(home, 'config/compose/ldap/start.sh'),
  ]))
  const search = findProgram('ldapsearch') ?? 'ldapsearch'
  await untilReady(peer, () => runProgram(search, ['-x', '-H', url, '-s', 'base', '-b', '']).then(() => true, () => false))
  const owned = undo.move()
  return { url, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

test('the composed directory, Redis and Gatehouse go together', async (t) => {
  if (!requirePeer(t, 'slapd') || !requirePeer(t, 'redis')) return
  await using directory = await composedDirectory()
  await using redis = await openRedis()
  const text = await readFile(join(home, 'config/compose/gatehouse.yaml'), 'utf8')
  const rest = text.slice(text.indexOf('connectors:')).replace('ldap://openldap', directory.url).replace(/\$\{env:GATEHOUSE_LDAP_PASSWORD\}/, 'service-account')
  await using running = await openRunning(`ephemeral: { redis: "${redis.url}" }\n${rest}`)

  const answer = await fetch(running.origin, {
    method: 'POST',
    body: new URLSearchParams({
      Action: 'AssumeRoleWithLDAPIdentity', Version: '2011-06-15', LDAPUsername: 'amina', LDAPPassword: 'correct-horse-battery',
      RoleArn: 'arn:aws:iam::111122223333:role/Developer',
    }),
  })
  const xml = await answer.text()
  assert.equal(answer.status, 200, xml)
  assert.match(xml, /<AccessKeyId>ASIA/)

  const form = await fetch(`${running.origin}/signin`)
  const cookie = form.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ')
  const page = await form.text()
  const csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const signedIn = await fetch(`${running.origin}/signin`, {
    method: 'POST', redirect: 'manual', headers: { cookie, origin: running.origin },
    body: new URLSearchParams({ _csrf: csrf, connector: 'directory', username: 'amina', password: 'correct-horse-battery' }),
  })
  assert.equal(signedIn.status, 303, await signedIn.text())
  const own = signedIn.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ')
  const portal = await fetch(`${running.origin}/portal`, { headers: { cookie: own } })
  assert.equal(portal.status, 200)
  assert.match(await portal.text(), /Developer/)

  await redis.stop()
  const refused = await fetch(`${running.origin}/portal`, { headers: { cookie: own } })
  assert.equal(refused.status, 500, 'without its short-lived state nobody is signed in')
  assert.doesNotMatch(await refused.text(), /ECONN|redis/i)
})

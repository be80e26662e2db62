import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fromWebToken } from '@aws-sdk/credential-providers'
import express from 'express'
import { type Guarded, serviceGuard } from '../../src/client/guard.ts'
import {
  asked,
  type Credentials,
  keys,
  openScene,
  order,
  received,
  settings,
} from '../authorization/scene.ts'
import { call, listenWith } from '../client/orders-service.ts'
import { startPeer, untilReady } from '../peers/child.ts'
import { startOidc } from '../peers/oidc.ts'
import { cleanEnvironment, requirePeer } from '../peers/require.ts'
import { startSlapd } from '../peers/slapd.ts'
import { signedCall } from './broker.ts'
import { slapdConnector } from './directory-settings.ts'
import { openRunning, type RunningHere } from './running.ts'

const root = resolve(import.meta.dirname, '../..')
const examples = join(root, 'docs/examples/services')
const account = '111122223333'
const clerk = `arn:aws:iam::${account}:role/Clerk`

/** A small service: GET /orders/ID, for whoever may read that order. */
function ordersService({ origin }: RunningHere) {
  const guard = serviceGuard({
    url: origin,
    service: 'orders',
    credentials: () => keys.orders,
    keep: true,
  })
  const app = express()
  app.get(
    '/orders/:id',
    guard.guard<express.Request>(({ params }) => ({
      action: 'orders:GetOrder',
      resource: order(String(params.id)),
    })),
    (req, res) => void res.send(`${req.params.id} for ${(req as Request).caller.SessionName}`),
  )
  return { app, [Symbol.dispose]: () => guard[Symbol.dispose]() }
}
type Request = Guarded<express.Request>

/** The Clerk's trust policy for another federated principal; the rest as in the scene. */
const trusting = (principal: string, action: string, more = '') =>
  settings(`    maxAge: 60s\n    localVerification: true`)
    .replace(`Principal: { AWS: "${account}" }`, `Principal: { Federated: "${principal}" }${more}`)
    .replace('"sts:AssumeRole"', `"${action}"`)

async function run(program: string, args: readonly string[], env: object, input = '') {
  const child = spawn(program, args, { env: { ...cleanEnvironment(), ...env } })
  child.stdin.on('error', () => undefined).end(input)
  const [out, err] = [text(child.stdout), text(child.stderr)]
  const [code] = await once(child, 'close')
  return { code, out: await out, err: await err }
}

test('a person of the directory reads their own order only, until revoked', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using directory = await startSlapd()
  const rule = {
    name: 'clerks',
    when: '"engineering" in identity.groups',
    grants: [{ role: clerk, tags: { owner: `\${identity.username}` } }],
  }
  const corp = { label: 'Corp', accounts: [account], ...slapdConnector(directory) }
  const provider = `arn:aws:iam::${account}:ldap-provider/corp`
  await using house = await openRunning(
    `${trusting(provider, 'sts:AssumeRoleWithLDAPIdentity')}
connectors: ${JSON.stringify({ corp })}
mappings: ${JSON.stringify([rule])}`,
  )
  const { code, out, err } = await run(
    process.execPath,
    [
      ...[join(root, 'bin/gatehouse.js'), 'credentials', '--endpoint', house.origin],
      ...['--username', 'alice', '--provider', 'corp', '--role', clerk],
    ],
    {
      GATEHOUSE_PASSWORD: directory.passwordOf('alice'),
      XDG_CACHE_HOME: join(house.folder, 'cache'),
      PATH: process.env.PATH,
    },
  )
  assert.equal(code, 0, err)
  const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(out)
  const alice: Credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  }
  using service = ordersService(house)
  await using at = await listenWith(service.app)
  const own = await call(at.port, alice, { path: '/orders/alice-1' })
  assert.deepEqual([own.status, own.body], [200, 'alice-1 for alice'])
  const neighbours = await call(at.port, alice, { path: '/orders/bob-1' })
  assert.equal(neighbours.status, 403)
  assert.match(
    neighbours.body,
    /You may not perform orders:GetOrder on arn:.*order\/bob-1: nothing that you have allows it/,
  )

  const admin = {
    AccessKeyId: keys.ann.accessKeyId,
    SecretAccessKey: keys.ann.secretAccessKey,
  }
  const person = { Scope: 'session', Target: AccessKeyId }
  const revoked = await signedCall(house.origin, admin, { Action: 'RevokeSessions', ...person })
  assert.match(revoked, /<RevokedBy>/)
  let status = 200
  for (let tries = 0; status === 200 && tries < 1000; tries++)
    status = (await call(at.port, alice, { path: '/orders/alice-1' })).status
  assert.equal(status, 401)
})

test('an app with a web identity token reads only its user’s orders', async () => {
  const host = 'idp.corp.test'
  const owner = 'https://aws.amazon.com/tags'
  await using idp = await startOidc(host, ['app-of-ann', 'app-of-bob'], (client) => ({
    [owner]: { principal_tags: { owner: [client.slice('app-of-'.length)] } },
  }))
  const provider = `arn:aws:iam::${account}:oidc-provider/${host}`
  const condition =
    `, Condition: { StringEquals: { "${host}:aud": "urn:orders" }, ` +
    `StringLike: { "${host}:sub": "app-of-*" } }`
  const text = trusting(provider, 'sts:AssumeRoleWithWebIdentity', condition).replace(
    '    users:',
    `    oidcProviders: { "${idp.issuer}": { clientIds: ["urn:orders"],
      thumbprints: [${idp.thumbprint}] } }\n    users:`,
  )
  await using house = await openRunning(`${idp.resolveOnly}\n${text}`)
  using service = ordersService(house)
  await using at = await listenWith(service.app)
  for (const [who, other] of [
    ['ann', 'bob'],
    ['bob', 'ann'],
  ]) {
    const credentials = fromWebToken({
      roleArn: clerk,
      roleSessionName: `app-of-${who}`,
      webIdentityToken: await idp.token(`app-of-${who}`, 'urn:orders'),
      clientConfig: { endpoint: house.origin, region: 'us-east-1' },
    })
    const session = await credentials()
    const own = await call(at.port, session, { path: `/orders/${who}-1` })
    assert.deepEqual([own.status, own.body], [200, `${who}-1 for app-of-${who}`])
    assert.equal((await call(at.port, session, { path: `/orders/${other}-1` })).status, 403)
  }
})

/** WSGI of the standard library, which does not hand on the target as it was sent. */
const pythonService = `
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server
from gatehouse_service import Gatehouse
class Handler(WSGIRequestHandler):
    def get_environ(self):
        sent = {"RAW_URI": self.path, "REMOTE_ADDR": self.client_address[0]}
        return {**super().get_environ(), **sent}
    def log_message(self, *args): pass
gatehouse = Gatehouse(sys.argv[1], "orders")
def orders(environ, start):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    arn = "arn:aws:orders:us-east-1:${account}:order/" + environ["PATH_INFO"].rsplit("/", 1)[1]
    answer = gatehouse.authorize(environ, "orders:GetOrder", arn, body)
    start(f"{answer.status} x", [])
    return [(answer.caller["Arn"] if answer.allowed else answer.say).encode()]
server = make_server("127.0.0.1", 0, orders, handler_class=Handler)
print("port", server.server_port, flush=True)
server.serve_forever()
`

test('a service in Python asks as the example does', async (t) => {
  if (!requirePeer(t, 'boto3')) return
  await using scene = await openScene('', new Date())
  const { accessKeyId, secretAccessKey } = keys.orders
  await using python = startPeer('env', [
    `PYTHONPATH=${examples}`,
    `AWS_ACCESS_KEY_ID=${accessKeyId}`,
    `AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    ...['PYTHONDONTWRITEBYTECODE=1', '/usr/bin/python3', '-c', pythonService, scene.house.origin],
  ])
  await untilReady(python, async () => python.said().includes('port '))
  const port = Number(/port (\d+)/.exec(python.said())?.[1])
  const session = await scene.assume()
  const own = await call(port, session)
  assert.deepEqual(own, {
    status: 200,
    body: 'arn:aws:sts::111122223333:assumed-role/Clerk/ann',
  })
  const post = { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } }
  assert.equal((await call(port, session, post)).status, 200)
  const neighbours = await call(port, session, { path: '/orders/bob-1' })
  assert.equal(neighbours.status, 403)
  assert.match(neighbours.body, /nothing that you have allows it/)
  assert.equal((await call(port, undefined)).status, 401)
  // The settings take no tokens for this service: what matters is that it is asked about as one.
  const headers = { authorization: 'Bearer an.access.token' }
  const token = await call(port, undefined, { headers })
  assert.deepEqual([token.status, /carries no credentials/.test(token.body)], [401, true])
})

test('curl asks as the recipe does, and registers a service', async (t) => {
  if (!requirePeer(t, 'proxies')) return
  await using scene = await openScene('', new Date())
  const request = await received(await scene.assume(), scene.now())
  const { accessKeyId, secretAccessKey } = keys.orders
  const ask = async (given: object, ...path: readonly string[]) => {
    const { out, err } = await run(
      '/bin/sh',
      [join(examples, 'authorize.sh'), ...path],
      {
        GATEHOUSE_URL: scene.house.origin,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
      JSON.stringify(given),
    )
    return { said: JSON.parse(out || '{}'), text: `${out}${err}` }
  }
  const { said, text } = await ask(asked(request))
  assert.equal(said.Answers?.[0]?.Verdict, 'allow', text)
  const { Request: _request, ...rest } = asked(request)
  const token = await ask({ ...rest, Bearer: 'an.access.token' })
  assert.equal(token.said.Answers?.[0]?.Verdict, 'unproved', token.text)
  const Document = JSON.stringify({ accounts: [account], actions: { Count: { level: 'Read' } } })
  const service = { Version: '2026-12-02', Prefix: 'stock', Document }
  const registered = await ask(service, '/services/create')
  assert.equal(registered.said.Service?.InForce, true, registered.text)
  const lines = (await readFile(join(examples, 'gatehouse_service.py'), 'utf8')).split('\n')
  assert.ok(lines.length < 100, 'the Python example fits a page')
})

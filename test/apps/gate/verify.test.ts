import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { cookieNames } from '../../../src/apps/gate/cookies.ts'
import type { Decision } from '../../../src/apps/gate/decide.ts'
import type { GateSettings } from '../../../src/apps/gate/site.ts'
import { buildVerify, type GateAnswer } from '../../../src/apps/gate/verify.ts'
import { networks } from '../../../src/outbound/networks.ts'

const cookie = 'A'.repeat(43)
const secret = 'a secret between proxies and gate'
const settings: GateSettings = {
  proxies: ['10.0.0.0/8', '2001:db8::/32'],
  recheckSeconds: 30,
  sites: {
    wiki: {
      label: 'Wiki',
      hosts: ['wiki.corp.test'],
      headers: { user: 'Remote-User', groups: 'Remote-Groups' },
      paths: [
        { path: '/status', public: true },
        { path: '/admin', when: 'false' },
        { path: '/staff', when: 'true' },
      ],
    },
  },
}
const verdict = { app: 'wiki', reason: '', claims: {} }
const allowed: Decision = {
  result: 'allowed',
  headers: ['Remote-User', 'alice', 'Remote-Groups', ''],
  paths: new Map([
    ['/admin', { ...verdict, result: 'refused' }],
    ['/staff', { ...verdict, result: 'allowed' }],
  ]),
}

interface Asking {
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly raw?: readonly string[]
  readonly from?: string
  readonly of?: Partial<GateSettings>
  readonly decision?: Decision
}

/** A question as Traefik asks it, changed. */
function ask(uri: string, { headers = {}, raw = [], from = '10.1.2.3', ...rest }: Asking = {}) {
  const all: Record<string, string> = {
    host: 'gatehouse',
    'x-forwarded-host': 'wiki.corp.test',
    'x-forwarded-uri': uri,
    'x-forwarded-method': 'GET',
    accept: 'text/html',
    cookie: `__Host-gatehouse-gate=${cookie}; theme=dark`,
    ...headers,
  }
  const changed: GateSettings = { ...settings, ...rest.of }
  const verify = buildVerify({
    settings: changed,
    isProxy: networks(changed.proxies),
    decisions: { of: () => rest.decision ?? allowed, size: 0 },
    publicUrl: new URL('https://sso.corp.test'),
    cookies: cookieNames(true),
  })
  const rawHeaders = [...Object.entries(all).flat(), ...raw]
  const req = { url: rest.url ?? '/gate/verify', method: 'GET', headers: all, rawHeaders }
  return verify({ req: req as unknown as IncomingMessage, sourceAddress: from }) as GateAnswer
}

const said = ({ status, outcome }: GateAnswer) => `${status} ${outcome}`
const locationOf = ({ headers }: GateAnswer) => headers[headers.indexOf('Location') + 1]

test('a proxy is believed by its address, by the secret, or by both', () => {
  const withSecret = { headers: { 'x-gatehouse-proxy': secret } }
  const wrong = { headers: { 'x-gatehouse-proxy': `${secret}x` } }
  const none = { proxies: [] }
  const table: readonly (readonly [string, Asking, boolean])[] = [
    ['an address of the list', {}, true],
    ['an IPv6 address of the list', { from: '2001:db8::7' }, true],
    ['another address', { from: '192.0.2.7' }, false],
    ['no address', { from: '' }, false],
    ['a secret that nobody asked for', { from: '192.0.2.7', ...withSecret }, false],
    ['the public host, as clients reach it', { headers: { host: 'SSO.corp.test' } }, false],
    ['the public host with a port', { headers: { host: 'sso.corp.test:443' } }, false],
    ['the public host with a last dot', { headers: { host: 'sso.corp.test.:8443' } }, false],
    [
      'the public host, with the secret',
      { of: { secret }, headers: { host: 'sso.corp.test', 'x-gatehouse-proxy': secret } },
      true,
    ],
    ['no proxies in the settings', { of: none }, false],
    ['no proxies in the settings, with a secret', { of: none, ...withSecret }, false],
    ['the secret', { of: { ...none, secret }, from: '192.0.2.7', ...withSecret }, true],
    ['a wrong secret', { of: { ...none, secret }, ...wrong }, false],
    ['no secret', { of: { ...none, secret } }, false],
    ['both', { of: { secret }, ...withSecret }, true],
    ['the address without the secret', { of: { secret } }, false],
    ['the secret elsewhere', { of: { secret }, from: '192.0.2.7', ...withSecret }, false],
  ]
  for (const [what, asking, believed] of table)
    assert.equal(said(ask('/page', asking)), believed ? '200 allowed' : '403 not-believed', what)
})

test('the application gets all identity headers and the cookies that are not ours', () => {
  assert.deepEqual(ask('/page').headers, [
    ...['Cache-Control', 'no-store', 'Remote-User', 'alice', 'Remote-Groups', ''],
    ...['Cookie', 'theme=dark'],
  ])
  assert.deepEqual(ask('/status', { headers: { cookie: 'theme=dark' } }).headers, [
    ...['Cache-Control', 'no-store', 'Remote-User', '', 'Remote-Groups', ''],
    ...['Cookie', 'theme=dark'],
  ])
})

test('whatever a question lacks or says twice, it is refused', () => {
  const table: readonly (readonly [string, Asking])[] = [
    ['an unknown host', { headers: { 'x-forwarded-host': 'evil.test' } }],
    ['a dot at the end', { headers: { 'x-forwarded-host': 'wiki.corp.test.' } }],
    ['a port', { headers: { 'x-forwarded-host': 'wiki.corp.test:8443' } }],
    ['a name of Object', { headers: { 'x-forwarded-host': 'constructor' } }],
    ['two paths', { raw: ['X-Forwarded-Uri', '/status'] }],
    ['two hosts', { raw: ['X-FORWARDED-HOST', 'wiki.corp.test'] }],
    ['two methods', { raw: ['x-forwarded-method', 'POST'] }],
    ["nginx's address too", { headers: { 'x-original-url': 'https://wiki.corp.test/status' } }],
    ["Envoy's path too", { url: '/gate/verify/status' }],
    ['an identity header', { raw: ['Remote-User', 'admin'] }],
    ['a look-alike', { raw: ['REMOTE_USER', 'admin'] }],
  ]
  for (const [what, asking] of table) {
    assert.equal(said(ask('/page', asking)), '403 unreadable', what)
    assert.equal(said(ask('/status', asking)), '403 unreadable', `${what}, public`)
  }
})

test('conditions of paths hold besides that of the site', () => {
  assert.equal(said(ask('/staff/x')), '200 allowed')
  assert.equal(said(ask('/admin')), '302 refused')
  assert.equal(said(ask('/ADMIN/x')), '302 refused')
  assert.equal(said(ask('/admin', { headers: { accept: '*/*' } })), '403 refused')
  assert.equal(said(ask('/staff/..;/admin')), '302 refused')
  const refused: Decision = { result: 'refused', reason: '' }
  assert.equal(said(ask('/staff', { decision: refused })), '302 refused')
  assert.equal(said(ask('/status', { decision: refused })), '200 public')
})

test('who is not signed in is sent to the sign-in of that very page, a script is told 401', () => {
  const ended: Decision = { result: 'ended' }
  const uri = '/a%2Fb?c=%26&d=//evil.test'
  const page = ask(uri, { decision: ended })
  assert.equal(said(page), '302 sign-in')
  const start = 'https://wiki.corp.test/.gatehouse/start?to='
  assert.equal(locationOf(page), start + encodeURIComponent(uri))
  const script = ask(uri, { decision: ended, headers: { accept: '*/*' } })
  assert.equal(said(script), '401 sign-in')
  assert.ok(!script.headers.includes('Location'))
  // nginx follows no redirect of ours: it takes the status, and makes one from the address.
  const nginx = buildNginxQuestion(uri, ended)
  assert.equal(said(nginx), '401 sign-in')
  assert.equal(locationOf(nginx), start + encodeURIComponent(uri))
})

test('a path too long to be carried leads to the front page', () => {
  const long = `/${'a'.repeat(12_000)}`
  const ended: Decision = { result: 'ended' }
  const front = 'https://wiki.corp.test/.gatehouse/start?to=%2F'
  assert.equal(locationOf(ask(long, { decision: ended })), front)
  // It may lie below a condition, and is not told apart.
  assert.equal(said(ask(long)), '302 refused')
  assert.equal(said(ask(long, { headers: { accept: '*/*' } })), '403 refused')
})

function buildNginxQuestion(uri: string, decision: Decision): GateAnswer {
  const headers: Record<string, string> = {
    host: 'gatehouse',
    'x-original-url': `https://wiki.corp.test${uri}`,
    'x-original-method': 'GET',
    accept: 'text/html',
    cookie: `__Host-gatehouse-gate=${cookie}`,
  }
  const verify = buildVerify({
    settings,
    isProxy: () => true,
    decisions: { of: () => decision, size: 0 },
    publicUrl: new URL('https://sso.corp.test'),
    cookies: cookieNames(true),
  })
  const req = { url: '/gate/verify', method: 'GET', headers, rawHeaders: [] }
  return verify({ req: req as unknown as IncomingMessage, sourceAddress: '10.0.0.1' }) as GateAnswer
}

import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import {
  type Asked,
  headerNames,
  isVerify,
  opensPage,
  readAsked,
} from '../../../src/apps/gate/asked.ts'

const read = (headers: IncomingHttpHeaders, url = '/gate/verify', method = 'GET') =>
  readAsked({ url, method, headers: { host: 'gatehouse:8080', ...headers } })

test('the request is read from what each proxy documents to send', () => {
  const wanted = { host: 'wiki.corp.test', target: '/a%2Fb?c=d', method: 'POST' }
  const forwarded = {
    'x-forwarded-host': 'wiki.corp.test',
    'x-forwarded-uri': '/a%2Fb?c=d',
    'x-forwarded-method': 'POST',
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '192.0.2.7',
  }
  const nginx = {
    'x-original-url': 'https://wiki.corp.test/a%2Fb?c=d',
    'x-original-method': 'POST',
  }
  const table: readonly (readonly [string, Asked | undefined, boolean])[] = [
    ['nginx, auth_request', read(nginx), true],
    ['ingress-nginx', read({ ...nginx, 'x-forwarded-for': '192.0.2.7' }), true],
    ['Traefik, forwardAuth', read({ ...forwarded, 'x-forwarded-port': '443' }), false],
    ['Caddy, forward_auth', read(forwarded, '/gate/verify?c=d'), false],
    ['HAProxy, our script', read(forwarded), false],
    [
      'Envoy, ext_authz with path_prefix',
      read({ host: 'wiki.corp.test' }, '/gate/verify/a%2Fb?c=d', 'POST'),
      false,
    ],
  ]
  for (const [proxy, asked, proxyAnswers] of table)
    assert.deepEqual(asked, { ...wanted, proxyAnswers }, proxy)
})

test('what is missing, said in two ways, or no host or path is not guessed', () => {
  const forwarded = { 'x-forwarded-host': 'wiki.corp.test', 'x-forwarded-uri': '/' }
  const nginx = { 'x-original-url': 'https://wiki.corp.test/' }
  const envoy = '/gate/verify/'
  const table: readonly (readonly [string, Asked | undefined])[] = [
    ['nothing', read({})],
    ['two forms', read({ ...forwarded, ...nginx })],
    ["Envoy's and a client's", read({ ...forwarded, host: 'wiki.corp.test' }, envoy)],
    ["Envoy's and a client's address", read({ ...nginx, host: 'wiki.corp.test' }, envoy)],
    ['no host', read({ 'x-forwarded-uri': '/' })],
    ['no path', read({ 'x-forwarded-host': 'wiki.corp.test' })],
    ['two hosts', read({ ...forwarded, 'x-forwarded-host': 'wiki.corp.test, evil.test' })],
    ['two paths', read({ ...forwarded, 'x-forwarded-uri': 'a, /' })],
    ['user info', read({ 'x-original-url': 'https://wiki.corp.test@evil.test/' })],
    ['another scheme', read({ 'x-original-url': 'ftp://wiki.corp.test/' })],
    ['a backslash', read({ 'x-original-url': 'https://wiki.corp.test\\@evil.test/' })],
    ['no path of the address', read({ 'x-original-url': 'https://wiki.corp.test' })],
    ['a query for a path', read({ 'x-original-url': 'https://wiki.corp.test?/' })],
    ['an address for a path', read({ ...forwarded, 'x-forwarded-uri': 'http://evil.test/' })],
    ['an asterisk', read({ ...forwarded, 'x-forwarded-uri': '*' })],
  ]
  for (const [what, asked] of table) assert.equal(asked, undefined, what)
})

test('a header that tells the request may come once, in whatever case', () => {
  const once = ['Host', 'a', 'X-Forwarded-Uri', '/', 'Accept', 'a', 'Accept', 'b']
  assert.deepEqual(headerNames(once), ['host', 'x-forwarded-uri', 'accept', 'accept'])
  for (const name of ['X-Forwarded-Uri', 'x-forwarded-uri', 'Host', 'HOST'])
    assert.equal(headerNames([...once, name, '/status']), undefined, name)
})

test('only the own address of the gate is the gate', () => {
  for (const url of ['/gate/verify', '/gate/verify/', '/gate/verify/x', '/gate/verify?x'])
    assert.ok(isVerify(url), url)
  for (const url of ['/gate/verifyx', '/gate', '/gate/enter/x', '/', '/x/gate/verify'])
    assert.ok(!isVerify(url), url)
})

test('only a browser that opens a page is sent to the sign-in', () => {
  const accept = 'text/html,application/xhtml+xml,*/*;q=0.8'
  const page = { accept, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  const asked = { host: 'a', target: '/', method: 'GET', proxyAnswers: false } as const
  assert.ok(opensPage(asked, page))
  assert.ok(opensPage({ ...asked, method: 'HEAD' }, page))
  assert.ok(opensPage(asked, { accept }), 'an old browser')
  const others: readonly IncomingHttpHeaders[] = [
    {},
    { accept: '*/*' },
    { accept: 'application/json' },
    { ...page, accept: 'image/avif,*/*' },
    { ...page, 'sec-fetch-mode': 'cors' },
    { ...page, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    { ...page, 'sec-fetch-mode': 'websocket', 'sec-fetch-dest': 'websocket' },
    { ...page, 'sec-fetch-dest': 'iframe' },
    { ...page, 'x-requested-with': 'XMLHttpRequest' },
    { ...page, upgrade: 'websocket' },
  ]
  for (const headers of others) assert.ok(!opensPage(asked, headers), JSON.stringify(headers))
  for (const method of ['POST', 'OPTIONS', 'get', undefined])
    assert.ok(!opensPage({ ...asked, method }, page), method)
})

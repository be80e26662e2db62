import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { type Headers, opens, type Visitor } from '../apps/gate/visitor.ts'
import { requirePeer } from '../peers/require.ts'
import { axeFindings, fillSignIn, openDesk } from './chromium.ts'
import { type Arrived, type GateScene, openGateScene, proxyNames } from './gate-scene.ts'

const script: Headers = { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }

for (const name of proxyNames) {
  test(`behind ${name}, as in its example, people reach an application, and nobody gets round it`, {
    timeout: 300_000,
  }, async (t) => {
    if (!requirePeer(t, 'proxies')) return
    await using scene = await openGateScene(name)
    const { wiki, arrived, at } = scene
    const alice = scene.visitor()
    alice.jar(new URL(wiki).host).set('theme', 'dark')
    const page = `${wiki}/page/a%20b?q=1&x=%2F..%2F`
    const shown = await alice.travel(page, 'alice')
    assert.equal(shown.at, page, shown.text)
    assert.match(shown.text, /Hello alice/)
    const { url, headers } = arrived.at(-1)!
    assert.equal(url, '/page/a%20b?q=1&x=%2F..%2F')
    assert.deepEqual(
      ['user', 'name', 'groups', 'email'].map((one) => headers[`remote-${one}`]),
      ['alice', 'alice of Corp', 'wiki-admins', 'alice@corp.test'],
    )
    assert.equal(headers.cookie, 'theme=dark')
    const keys = createRemoteJWKSet(new URL(`${at.origin}/oauth2/jwks`))
    const { payload } = await jwtVerify(String(headers['remote-token']), keys, { audience: wiki })
    assert.equal(payload.preferred_username, 'alice')

    await upgrades(scene, alice)
    await scripts(scene, alice)
    await longPaths(scene, alice)

    // Nobody gets in by the spelling of a path, or by headers.
    const carol = scene.visitor()
    assert.match((await carol.travel(`${wiki}/`, 'carol')).text, /Hello carol/)
    await paths(scene, carol)
    await brought(scene, carol)
    await questions(scene)

    // Nothing gets through while Gatehouse is away.
    await at[Symbol.asyncDispose]()
    arrived.length = 0
    for (const who of [alice, scene.visitor()])
      for (const path of ['/page', '/status'])
        assert.ok((await who.get(wiki + path)).status >= 500, path)
    assert.deepEqual(arrived, [])
  })
}

/** An allowed upgrade is a tunnel; a refused one is an answer, behind which nothing is open. */
async function upgrades({ wiki, arrived, visitor }: GateScene, alice: Visitor): Promise<void> {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
    'sec-fetch-mode': 'websocket',
  }
  const asked = alice.send(`${wiki}/socket`, upgrade)
  asked.end()
  const [answer, socket] = (await Promise.race([
    once(asked, 'upgrade'),
    once(asked, 'response'),
  ])) as [IncomingMessage, Socket]
  assert.equal(answer.statusCode, 101)
  socket.write('through')
  const [echo] = (await once(socket, 'data')) as [Buffer]
  assert.equal(echo.toString(), 'through')
  socket.destroy()
  const tunnel = arrived.at(-1)!
  assert.deepEqual([tunnel.url, tunnel.headers['remote-user']], ['/socket', 'alice'])

  const before = arrived.length
  const refused = visitor().send(`${wiki}/socket`, upgrade)
  refused.end()
  const [denied] = (await Promise.race([once(refused, 'response'), once(refused, 'upgrade')])) as [
    IncomingMessage,
  ]
  assert.equal(denied.statusCode, 401)
  assert.equal(denied.headers.location, undefined)
  denied.resume()
  assert.equal(arrived.length, before)
}

/** A script is told 401 and given nothing; with a session it is served. */
async function scripts({ wiki, arrived, visitor }: GateScene, alice: Visitor): Promise<void> {
  const before = arrived.length
  const got = await visitor().get(`${wiki}/api`, script)
  assert.deepEqual(
    [got.status, got.setCookies, got.headers.location, arrived.length],
    [401, [], undefined, before],
  )
  assert.equal((await alice.get(`${wiki}/api`, script)).status, 200)
  const posted = await visitor().get(`${wiki}/api`, opens, 'POST')
  assert.deepEqual([posted.status, posted.setCookies], [401, []])
  assert.equal((await visitor().get(`${wiki}/hook`, script, 'POST')).status, 200)
  assert.equal((await visitor().get(`${wiki}/hook`, script)).status, 401)
}

async function longPaths({ wiki, visitor }: GateScene, alice: Visitor): Promise<void> {
  for (const length of [2000, 5000, 7500]) {
    const url = `${wiki}/${'a'.repeat(length)}`
    assert.equal((await alice.get(url)).status, 200, `${length}`)
    assert.equal((await visitor().get(url)).status, 302, `${length}`)
    assert.equal((await visitor().get(url, script)).status, 401, `${length}`)
  }
}

/** What a server may make of a path: decoded twice, parameters dropped, dots resolved, folded. */
function readings(url: string): readonly string[] {
  const [path = ''] = url.split(/[?#]/)
  const once = path.replaceAll(/%([0-9a-f]{2})/gi, (_, hex) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
  const twice = once.replaceAll(/%([0-9a-f]{2})/gi, (_, hex) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
  return [path, once, twice].flatMap((one) => {
    const plain = one
      .replaceAll('\\', '/')
      .replaceAll(/;[^/]*/g, '')
      .replaceAll(/\/+/g, '/')
    const parts: string[] = []
    for (const part of plain.split('/'))
      if (part === '..') parts.pop()
      else if (part !== '.') parts.push(part)
    return [plain, parts.join('/')].map((text) => text.toLowerCase())
  })
}

const spellings = [
  ...['/admin', '/admin/users', '/ADMIN/users', '/Admin', '/%61dmin/users', '/admin%2fusers'],
  ...['//admin/users', '/x/../admin/users', '/./admin/users', '/x/..%2fadmin/users'],
  ...['/x/%2e%2e/admin/users', '/x/.%2e/admin', '/admin;x=1/users', '/x/..;/admin/users'],
  ...['/%2561dmin/users', '/x%2f..%2fadmin', '/admin/', '/admin//users', '/status/../admin/users'],
  ...['/status/..%2fadmin', '/status/%2e%2e/admin', '/status%2f..%2fadmin', '/status/..;/admin'],
  ...[
    '/status//../admin',
    '/admin/help/../users',
    '/admin/help/..%2fusers',
    '/admin%20',
    '/admin.',
  ],
  ...['/status%23/../admin', '/status%3f/../admin', '/admin/help%2f..%2f..%2fadmin', '/admin%00'],
  ...['/.gatehouse/../admin/users', '/.gatehouse%2f..%2fadmin', '/.gatehouse/..;/admin/users'],
  ...['/status/..%5cadmin', '/x?/status', '/x?a=/../status', '/x/status', '/STATUS', '/statusx'],
  ...['/%2fstatus', '/..%2fstatus/../x', '/status/%252e%252e/x', '/status;/../x', '/status..'],
]

async function paths(scene: GateScene, carol: Visitor): Promise<void> {
  const { wiki, arrived } = scene
  for (const who of [carol, scene.visitor()]) {
    for (const path of spellings) {
      arrived.length = 0
      const { status } = await who.get(wiki + path, script)
      assert.ok(status < 500, `${path}: ${status}`)
      for (const { url, headers } of arrived) {
        const all = readings(url)
        const help = all.every((one) => /^\/admin\/help(\/|$)/.test(one))
        assert.ok(help || all.every((one) => !/^\/admin(\/|$)/.test(one)), `${path} → ${url}`)
        if (headers['remote-user']) assert.equal(who, carol)
        else assert.ok(help || all.every((one) => /^\/status(\/|$)/.test(one)), `${path} → ${url}`)
      }
    }
  }
  // The rules do let through what they should.
  arrived.length = 0
  for (const path of ['/status', '/status/db', '/admin/help/a'])
    assert.equal((await scene.visitor().get(wiki + path, script)).status, 200, path)
  assert.equal(arrived.length, 3)
}

/** Values of identity headers as an application finds them that takes `_` for `-`. */
function identityIn({ rawHeaders }: Arrived): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {}
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')
    if (/^remote-/.test(name) && rawHeaders[at + 1] !== '')
      found[name] = [...(found[name] ?? []), rawHeaders[at + 1]!]
  }
  return found
}

const broughtHeaders: readonly Headers[] = [
  ...['Remote-User', 'remote-user', 'REMOTE_USER', 'Remote_User', 'Remote-Groups', 'remote_groups'],
  ...['Remote-Email', 'Remote-Token', 'Remote_Token', 'Remote.User'],
].flatMap((name) => [{ [name]: 'admin' }, { [name]: ['admin', 'root'] }, { [name]: '' }])

/** An identity that the client brings along never arrives, beside a person or beside nobody. */
async function brought(scene: GateScene, carol: Visitor): Promise<void> {
  const { wiki, arrived } = scene
  for (const headers of broughtHeaders) {
    for (const [who, path] of [
      [carol, '/page'],
      [carol, '/status'],
      [scene.visitor(), '/status'],
      [scene.visitor(), '/page'],
    ] as const) {
      arrived.length = 0
      await who.get(wiki + path, { ...script, ...headers })
      for (const one of arrived) {
        const { 'remote-token': token, ...told } = identityIn(one)
        const what = `${JSON.stringify(headers)} ${path}`
        if (path === '/status') assert.deepEqual([told, token], [{}, undefined], what)
        else {
          assert.deepEqual(
            told,
            {
              'remote-user': ['carol'],
              'remote-name': ['carol of Corp'],
              'remote-email': ['carol@corp.test'],
            },
            what,
          )
          assert.match(token?.join() ?? '', /^eyJ[\w.-]+$/)
        }
      }
    }
  }
}

/** What the client says of its request in the proxy's own words. */
async function questions({ wiki, sso, arrived, visitor }: GateScene): Promise<void> {
  const host = new URL(wiki).host
  const words: readonly Headers[] = [
    { 'x-forwarded-uri': '/status' },
    { 'x-forwarded-uri': ['/status', '/status'] },
    { x_forwarded_uri: '/status' },
    { 'x-original-url': `${wiki}/status` },
    { 'x-original-uri': '/status' },
    { 'x-rewrite-url': '/status' },
    { 'x-forwarded-host': host, 'x-forwarded-uri': '/status', 'x-forwarded-method': 'GET' },
    { 'x-forwarded-method': 'POST', 'x-http-method-override': 'POST' },
    { 'x-original-method': 'POST' },
    { forwarded: `host=${host};for=127.0.0.1` },
    { 'x-gatehouse-proxy': 'guess' },
  ]
  arrived.length = 0
  for (const headers of words)
    for (const path of ['/page', '/hook', '/admin'])
      for (const how of [script, opens])
        assert.ok((await visitor().get(wiki + path, { ...how, ...headers })).status < 500)
  assert.deepEqual(arrived, [])
  // Through the host of Gatehouse itself, where the proxy is a client as others.
  for (const path of ['', '/status'])
    for (const headers of [{}, { 'x-original-url': `${wiki}/status` }])
      assert.equal((await visitor().get(`${sso}/gate/verify${path}`, headers)).status, 403)
}

test('nginx replaces identity headers also when the gate does not see them', {
  timeout: 300_000,
}, async (t) => {
  if (!requirePeer(t, 'proxies')) return
  // The question without what the client brought: the application's own lines have to hold.
  const blind = ['User', 'Name', 'Groups', 'Email', 'Token']
    .map((name) => `proxy_set_header Remote-${name} "";`)
    .join(' ')
  await using scene = await openGateScene('nginx', {
    change: (text) => text.replace('internal;', `internal; ${blind}`),
  })
  const { wiki, arrived } = scene
  const carol = scene.visitor()
  await carol.travel(`${wiki}/`, 'carol')
  for (const path of ['/page', '/status']) {
    for (const headers of broughtHeaders) {
      arrived.length = 0
      assert.equal((await carol.get(wiki + path, { ...script, ...headers })).status, 200)
      const { 'remote-token': _, ...told } = identityIn(arrived[0]!)
      assert.deepEqual(Object.values(told).flat().includes('admin'), false)
      assert.deepEqual(told['remote-user'], path === '/page' ? ['carol'] : undefined)
      assert.equal(told['remote-groups'], undefined)
    }
  }
})

test('behind nginx a request for one application is never decided on as one for another', {
  timeout: 300_000,
}, async (t) => {
  if (!requirePeer(t, 'proxies')) return
  await using scene = await openGateScene('nginx', {
    change: (text) =>
      text + text.replace(/^map.*?^\}/ms, '').replaceAll('wiki.example.com', 'plain.example.com'),
  })
  const { wiki, arrived } = scene
  const plain = wiki.replace('wiki', 'plain')
  const bob = scene.visitor()
  assert.match((await bob.travel(`${plain}/`, 'bob')).text, /Hello bob/)
  for (const path of ['/', '/admin/users']) {
    arrived.length = 0
    // RFC 9112, section 3.2.2: nginx takes the address of the first line before Host.
    const sent = bob.send(`${plain}/`, script)
    sent.path = wiki + path
    sent.end()
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.resume()
    assert.deepEqual([answer.statusCode, arrived], [401, []], path)
  }
  // Nor does the gate take nginx's word for it that a client asks in its place.
  const question = bob.send(`${plain}/`, { ...script, 'x-original-url': `${plain}/` })
  question.path = `${scene.sso}/gate/verify`
  question.end()
  const [answer] = (await once(question, 'response')) as [IncomingMessage]
  answer.resume()
  assert.deepEqual([answer.statusCode, answer.headers['remote-token']], [403, undefined])
})

test('in Chromium behind nginx: two tabs, a script, no access, and signing out', {
  timeout: 300_000,
}, async (t) => {
  if (!requirePeer(t, 'proxies') || !requirePeer(t, 'chromium')) return
  await using scene = await openGateScene('nginx')
  const { wiki, sso } = scene
  await using desk = await openDesk({ ignoreHTTPSErrors: true })
  const { page, context } = desk
  const [one, two] = [`${wiki}/one?q=a%20b#part`, `${wiki}/two`]
  await page.goto(one)
  const tab = await context.newPage()
  await tab.goto(two)
  await fillSignIn(tab, 'carol', 'right horse')
  await tab.getByRole('heading', { name: 'Hello carol' }).waitFor()
  assert.equal(tab.url(), two)
  // The sign-in of the first tab made the form of this one void.
  await page.reload()
  await fillSignIn(page, 'carol', 'right horse')
  await page.getByRole('heading', { name: 'Hello carol' }).waitFor()
  // Browsers carry the fragment over redirects, and not over a page: the proxy never sees it.
  assert.equal(page.url().split('#')[0], one.split('#')[0])
  const cookies = await context.cookies(wiki)
  for (const { name, path, httpOnly, secure, sameSite, domain } of cookies)
    assert.deepEqual(
      [name.startsWith('__Host-gatehouse-gate'), path, httpOnly, secure, sameSite, domain],
      [true, '/', true, true, 'Lax', 'wiki.localhost'],
    )
  assert.equal(cookies.length, 2)

  await page.goto(`${wiki}/admin/users`)
  await page.getByRole('heading', { name: 'You may not open this page of Wiki' }).waitFor()
  assert.equal(new URL(page.url()).origin, sso)
  assert.deepEqual(await axeFindings(page), [])
  await page.goto(`${wiki}/.gatehouse/return?code=x`)
  await page.getByRole('heading', { name: 'The sign-in to Wiki has ended' }).waitFor()
  assert.deepEqual(await axeFindings(page), [])
  await page.getByRole('link', { name: 'Open Wiki' }).click()
  await page.getByRole('heading', { name: 'Hello carol' }).waitFor()

  await tab.goto(`${wiki}/.gatehouse/sign-out`)
  await tab.getByRole('button', { name: 'Sign out', exact: true }).click()
  await tab.getByRole('heading', { name: 'You are signed out' }).waitFor()
  const status = () => page.evaluate('fetch("/api").then((answer) => answer.status)')
  while ((await status()) === 200) await page.evaluate('new Promise(requestAnimationFrame)')
  assert.equal(await status(), 401)
  await page.goto(two)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

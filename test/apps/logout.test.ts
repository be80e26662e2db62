import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { Browser } from '../http/browser.ts'
import { startHttps } from '../outbound/https-server.ts'
import { appSettings, begin, enter, openScene, type Scene, travel } from './scene.ts'

const hosts = ['wiki.corp.test', 'board.corp.test']
const address = (host: string) => `    backChannelLogoutUri: https://${host}/logged-out\n`

/** Two apps that listen, on one server; the scene that tells them. */
async function openListening() {
  await using undo = new AsyncDisposableStack()
  const heard = new EventEmitter()
  const tokens: string[] = []
  let status = 200
  const server = undo.use(
    await startHttps(hosts, async (req, res) => {
      const form = new URLSearchParams(await text(req))
      tokens.push(`${req.headers.host?.split(':')[0]} ${form.get('logout_token')}`)
      res.writeHead(status).end()
      heard.emit('token')
    }),
  )
  const at = undo.use(
    await openScene(
      `outbound:
  caFile: ${server.certificates.caFile}
  resolve: { ${hosts.map((host) => `${host}: "${server.endpoint}"`).join(', ')} }
${appSettings
  .replace('    when: \'"staff"', `${address(hosts[0]!)}    when: '"staff"`)
  .replace('    subject: pairwise\n', `    subject: pairwise\n${address(hosts[1]!)}`)}`,
    ),
  )
  const owned = undo.move()
  return {
    at,
    answer: (next: number) => {
      status = next
    },
    async tokens(count: number) {
      while (tokens.length < count) await once(heard, 'token')
      return tokens.splice(0)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** As an app reads it (Back-Channel Logout 1.0, section 2.6). */
async function read(at: Scene, message: string, audience: string): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${at.origin}/oauth2/jwks`))
  const [, token] = message.split(' ')
  const asked = { issuer: at.origin, audience, typ: 'logout+jwt', requiredClaims: ['jti', 'sid'] }
  return (await jwtVerify(token!, keys, asked)).payload
}

async function leave(browser: Browser, everywhere = false): Promise<void> {
  const page = await browser.get('/signout')
  await browser.post(everywhere ? '/signout/everywhere' : '/signout', { _csrf: page.csrf })
}

test('every app that listens is told once that a sign-in ended, by its own session', async () => {
  await using open = await openListening()
  const { at } = open
  const wiki = await at.app('wiki')
  const board = await at.app('board', client.None())
  const first = await enter(at, await begin(wiki), 'alice')
  const asks = { redirect_uri: 'https://board.corp.test/callback' }
  const second = await enter(at, await begin(board, asks), 'nobody', first.browser)
  const carol = await enter(at, await begin(wiki), 'carol')
  await leave(first.browser)
  const messages = (await open.tokens(2)).sort()
  const [ofBoard, ofWiki] = [
    await read(at, messages[0]!, 'board'),
    await read(at, messages[1]!, 'wiki'),
  ]
  assert.equal(ofWiki.sid, first.tokens.claims()!.sid)
  assert.equal(ofBoard.sid, second.tokens.claims()!.sid)
  assert.notEqual(ofWiki.sid, ofBoard.sid)
  assert.deepEqual(Object.keys(ofWiki.events as object), [
    'http://schemas.openid.net/event/backchannel-logout',
  ])
  assert.deepEqual(
    [ofWiki.nonce, ofWiki.sub, ofWiki.exp! - ofWiki.iat!],
    [undefined, undefined, 120],
  )

  await leave(carol.browser)
  const [last, ...more] = await open.tokens(1)
  assert.equal((await read(at, last!, 'wiki')).sid, carol.tokens.claims()!.sid)
  assert.deepEqual(more, [], 'nobody is told twice')
})

test('a sign-out at an app tells the others, and it too', async () => {
  await using open = await openListening()
  const { at } = open
  const wiki = await at.app('wiki')
  const { browser, tokens } = await enter(at, await begin(wiki), 'alice')
  const url = client.buildEndSessionUrl(wiki, { id_token_hint: tokens.id_token! })
  const asked = await browser.get(url.pathname + url.search)
  await browser.post('/oauth2/logout/confirm', { xsrf: asked.hidden('xsrf'), logout: 'yes' })
  const [message] = await open.tokens(1)
  assert.equal((await read(at, message!, 'wiki')).sid, tokens.claims()!.sid)
})

test('a sign-in that was revoked elsewhere is told with the next request about it', async () => {
  await using open = await openListening()
  const { at } = open
  const wiki = await at.app('wiki')
  const there = await enter(at, await begin(wiki), 'alice')
  at.clock.pass(1)
  const here = new Browser(at.origin)
  await here.signIn('alice', 'right horse', { connector: 'corp' })
  await leave(here, true)
  await assert.rejects(client.refreshTokenGrant(wiki, there.tokens.refresh_token!))
  const [message] = await open.tokens(1)
  assert.equal((await read(at, message!, 'wiki')).sid, there.tokens.claims()!.sid)
})

test('an app that does not answer holds up nobody, and is in the log', async () => {
  await using open = await openListening()
  const { at } = open
  open.answer(500)
  const { browser } = await enter(at, await begin(await at.app('wiki')), 'alice')
  await leave(browser)
  assert.equal((await browser.get('/portal')).location, '/signin')
  assert.equal((await open.tokens(2)).length, 2, 'tried twice')
  while (!at.logged.some((line) => line.startsWith('app-not-told')))
    await new Promise((resolve) => setImmediate(resolve))
  const line = at.logged.find((one) => one.startsWith('app-not-told'))
  assert.equal(line, 'app-not-told {"app":"wiki","reason":"it answered 500"}')
})

test('another site signs nobody out, and no sign-out leads where it should not', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const { browser, tokens } = await enter(at, await begin(wiki), 'alice')
  const bye = 'https://wiki.corp.test/bye'
  await browser.get(`/oauth2/logout?id_token_hint=${tokens.id_token}`)
  for (const xsrf of ['', 'x'.repeat(48)]) {
    const forged = await browser.post('/oauth2/logout/confirm', { xsrf, logout: 'yes' })
    assert.equal(forged.status, 400)
  }
  assert.notEqual((await browser.get('/portal')).location, '/signin', 'still signed in')
  const evil = [
    'https://evil.test/',
    'https://wiki.corp.test/bye/',
    'https://wiki.corp.test/bye?x=1',
    'https://wiki.corp.test/bye#x',
    'https://wiki.corp.test./bye',
    'https://wiki.corp.test@evil.test/bye',
    'https://WIKI.corp.test/bye',
    'http://wiki.corp.test/bye',
    'https://wiki.corp.test/callback',
    '//evil.test/bye',
    'javascript:alert(1)',
  ]
  for (const post_logout_redirect_uri of evil) {
    const query = new URLSearchParams({
      id_token_hint: tokens.id_token!,
      post_logout_redirect_uri,
    })
    const shown = await browser.get(`/oauth2/logout?${query}`)
    assert.deepEqual([shown.status, shown.location], [400, null], post_logout_redirect_uri)
  }
  const unnamed = await browser.get(
    `/oauth2/logout?${new URLSearchParams({ post_logout_redirect_uri: bye })}`,
  )
  const done = await browser.post('/oauth2/logout/confirm', {
    xsrf: unnamed.hidden('xsrf'),
    logout: 'yes',
  })
  const end = await travel(browser, /content="0;url=([^"]*)"/.exec(done.text)![1]!)
  assert.notEqual(typeof end, 'string', 'without an app it goes nowhere')
})

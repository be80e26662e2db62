import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import * as client from 'openid-client'
import type { Page } from 'playwright-core'
import { problemLine, readSettings } from '../../src/config/load.ts'
import { Browser, type Shown } from '../http/browser.ts'
import { axeFindings, fillSignIn, openDesk } from '../journeys/chromium.ts'
import { appSettings, begin, enter, openScene, redeem, type Scene } from './scene.ts'

const wikiOut = '{ uri: "https://wiki.corp.test/out?a=b", sessionRequired: true }'
const wikiFrame = `    frontChannelLogout: ${wikiOut}\n`
const boardFrame = '    frontChannelLogout: { uri: https://board.corp.test/out }\n'
const settings = appSettings
  .replace('    when: \'"staff"', `${wikiFrame}    when: '"staff"`)
  .replace('    subject: pairwise\n', `    subject: pairwise\n${boardFrame}`)
const asksBoard = { redirect_uri: 'https://board.corp.test/callback' }

function framesOf({ text }: Shown): readonly string[] {
  const found = [...text.matchAll(/<iframe ([^>]*)>/g)].map(([, attributes]) => attributes!)
  for (const attributes of found) {
    assert.match(attributes, /^hidden /)
    assert.match(attributes, / sandbox="allow-scripts allow-same-origin"/)
    assert.match(attributes, / referrerpolicy="no-referrer"/)
  }
  return found.map((one) => / src="([^"]*)"/.exec(one)![1]!.replaceAll('&amp;', '&'))
}

function framesAllowed({ headers }: Shown): string | undefined {
  const policy = headers.get('content-security-policy')!
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /frame-ancestors 'none'/)
  return /frame-src ([^;]*)/.exec(policy)?.[1]
}

function hasNoFrames(shown: Shown): void {
  assert.deepEqual([framesOf(shown), framesAllowed(shown)], [[], undefined])
}

async function leave(browser: Browser): Promise<Shown> {
  const page = await browser.get('/signout')
  hasNoFrames(page)
  const answer = await browser.post('/signout', { _csrf: page.csrf })
  assert.deepEqual([answer.status, answer.location], [303, '/signout'])
  hasNoFrames(answer)
  return answer
}

/** The address with `iss` and `sid` as the wiki wants them. */
function wikiAddress(at: Scene, sid: unknown): string {
  const query = new URLSearchParams({ a: 'b', iss: at.origin, sid: String(sid) })
  return `https://wiki.corp.test/out?${query}`
}

test('the page after a sign-out tells the apps that this sign-in went to, once', async () => {
  await using at = await openScene(settings)
  const wiki = await at.app('wiki')
  const board = await at.app('board', client.None())
  const alice = await enter(at, await begin(wiki), 'alice')
  await enter(at, await begin(board, asksBoard), 'nobody', alice.browser)
  const carol = await enter(at, await begin(wiki), 'carol')
  const bob = new Browser(at.origin)
  await bob.signIn('bob', 'right horse', { connector: 'corp' })

  await leave(alice.browser)
  const ticket = alice.browser.cookies.get('gatehouse-frames')!
  const page = await alice.browser.get('/signout')
  assert.equal(page.title, 'You are signed out')
  const sid = alice.tokens.claims()!.sid
  assert.deepEqual(framesOf(page), [wikiAddress(at, sid), 'https://board.corp.test/out'])
  assert.equal(framesAllowed(page), 'https://wiki.corp.test https://board.corp.test')
  assert.equal(alice.browser.cookies.has('gatehouse-frames'), false)

  hasNoFrames(await alice.browser.get('/signout'))
  alice.browser.cookies.set('gatehouse-frames', ticket)
  hasNoFrames(await alice.browser.get('/signout'))
  hasNoFrames(await new Browser(at.origin).get('/signout'))
  await leave(bob)
  hasNoFrames(await bob.get('/signout'))
  await leave(carol.browser)
  const ofCarol = framesOf(await carol.browser.get('/signout'))
  assert.deepEqual(ofCarol, [wikiAddress(at, carol.tokens.claims()!.sid)])
})

test('a page that was never reached tells nobody who comes later on this browser', async () => {
  await using at = await openScene(settings)
  const { browser } = await enter(at, await begin(await at.app('wiki')), 'alice')
  await leave(browser)
  await browser.signIn('bob', 'right horse', { connector: 'corp' })
  assert.equal(browser.cookies.has('gatehouse-frames'), false)
  await leave(browser)
  hasNoFrames(await browser.get('/signout'))

  const late = await enter(at, await begin(await at.app('wiki')), 'carol')
  await leave(late.browser)
  at.clock.pass(601)
  hasNoFrames(await late.browser.get('/signout'))
  for (const forged of ['', 'x'.repeat(43), '../Frames', '__proto__']) {
    late.browser.cookies.set('gatehouse-frames', forged)
    hasNoFrames(await late.browser.get('/signout'))
  }
})

test('a sign-out at an app tells apps in its answer, and "stay" tells none', async () => {
  await using at = await openScene(settings)
  const wiki = await at.app('wiki')
  const ask = async (browser: Browser, query: Record<string, string>) => {
    const shown = await browser.get(`/oauth2/logout?${new URLSearchParams(query)}`)
    hasNoFrames(shown)
    return shown.hidden('xsrf')
  }
  const confirm = '/oauth2/logout/confirm'
  const bye = 'https://wiki.corp.test/bye'

  const { browser, tokens } = await enter(at, await begin(wiki), 'alice')
  const back = { id_token_hint: tokens.id_token!, post_logout_redirect_uri: bye }
  hasNoFrames(await browser.post(confirm, { xsrf: 'x'.repeat(48), logout: 'yes' }))
  hasNoFrames(await browser.post(confirm, { xsrf: await ask(browser, back) }))
  const again = await enter(at, await begin(wiki), 'nobody', browser)
  const xsrf = await ask(browser, { ...back, id_token_hint: again.tokens.id_token! })
  const page = await browser.post(confirm, { xsrf, logout: 'yes' })
  assert.equal(page.title, 'You are signed out')
  const sids = [again, { tokens }].map((one) => wikiAddress(at, one.tokens.claims()!.sid))
  assert.deepEqual(framesOf(page), sids)
  assert.equal(framesAllowed(page), 'https://wiki.corp.test')
  assert.match(page.text, new RegExp(`data-go-on="2" href="${bye}"`))
  assert.match(page.text, new RegExp(`http-equiv="refresh" content="2;url=${bye}"`))
  hasNoFrames(await browser.post(confirm, { xsrf, logout: 'yes' }))
  hasNoFrames(await browser.get('/signout'))

  const carol = await enter(at, await begin(wiki), 'carol')
  const here = await ask(carol.browser, {})
  const last = await carol.browser.post(confirm, { xsrf: here, logout: 'yes' })
  assert.deepEqual(framesOf(last), [wikiAddress(at, carol.tokens.claims()!.sid)])
  assert.doesNotMatch(last.text, /http-equiv="refresh"/, 'it stays')
  hasNoFrames(await carol.browser.get('/oauth2/logout/success'))
})

test('discovery says so, and `sid` is in ID tokens of apps that want it alone', async () => {
  await using at = await openScene(settings)
  const found = (await (await fetch(`${at.origin}/.well-known/openid-configuration`)).json()) as {
    readonly [name: string]: unknown
  }
  assert.equal(found.frontchannel_logout_supported, true)
  assert.equal(found.frontchannel_logout_session_supported, true)
  const { browser, tokens } = await enter(at, await begin(await at.app('wiki')), 'alice')
  assert.match(String(tokens.claims()!.sid), /^[\w-]{21,}$/)
  const board = await begin(await at.app('board', client.None()), asksBoard)
  assert.equal((await enter(at, board, 'nobody', browser)).tokens.claims()!.sid, undefined)
})

test('one page has no more than twenty frames', async () => {
  const more = Array.from({ length: 22 }, (_, i) => {
    const host = `https://app${i}.corp.test`
    return `  app${i}:
    label: App
    redirectUris: [${host}/callback]
    frontChannelLogout: { uri: ${host}/out }
`
  })
  await using at = await openScene(appSettings + more.join(''))
  const browser = new Browser(at.origin)
  await browser.signIn('alice', 'right horse', { connector: 'corp' })
  for (let i = 0; i < 22; i++) {
    const redirect_uri = `https://app${i}.corp.test/callback`
    const attempt = await begin(await at.app(`app${i}`, client.None()), { redirect_uri })
    await enter(at, attempt, 'nobody', browser)
  }
  await leave(browser)
  const page = await browser.get('/signout')
  assert.equal(framesOf(page).length, 20)
  assert.equal(framesAllowed(page)!.split(' ').length, 20)
})

test('an address that is not of the app, or would change the policy, is refused', () => {
  const redirect = 'https://wiki.corp.test/callback, "http://127.0.0.1:8080/back"'
  const problems = (uri: string, redirects = redirect) => {
    const loaded = readSettings(
      `
publicUrl: https://sso.corp.test
store: { sqlite: ':memory:' }
keys: { rootKey: { file: root.key } }
audit: { file: audit.jsonl }
accounts: { "111122223333": {} }
apps:
  wiki:
    label: Wiki
    type: native
    redirectUris: [${redirects}]
    frontChannelLogout: { uri: ${JSON.stringify(uri)} }
`,
      '/gatehouse.yaml',
      {},
    )
    return loaded.ok ? [] : loaded.problems.map(problemLine)
  }
  for (const good of ['https://wiki.corp.test/out?x=1', 'http://127.0.0.1:8080/out'])
    assert.deepEqual(problems(good), [], good)
  const evil = [
    'https://evil.test/out',
    'http://wiki.corp.test/out',
    'https://wiki.corp.test:8443/out',
    'https://wiki.corp.test./out',
    'https://wiki.corp.test@evil.test/out',
    'https://user:secret@wiki.corp.test/out',
    'https://wiki.corp.test/out#x',
    'https://wiki.corp.test/*',
    'https://wiki.corp.test/out?sid=1',
    'https://wiki.corp.test/out?iss=1',
    'http://127.0.0.1/out',
    'javascript:alert(1)',
    'data:text/html,x',
    'com.corp.wiki:/out',
    '//wiki.corp.test/out',
    '/out',
    '',
  ]
  for (const uri of evil) {
    const [line = '', ...others] = problems(uri)
    assert.match(line, /apps\.wiki\.frontChannelLogout\.uri/, uri)
    assert.deepEqual(others, [], uri)
  }
  for (const origin of ["https://a;script-src'unsafe-inline'.test", 'https://[::1]:8443'])
    assert.match(
      problems(`${origin}/out`, `"${origin}/callback"`)[0] ?? '',
      /expected a host name or an IPv4 address/,
      origin,
    )
})

/** An app whose front-channel address answers, or does not; and says what it was asked. */
async function startApp(answers: boolean) {
  const heard = new EventEmitter()
  const asked: { readonly url: string; readonly referrer: string | undefined }[] = []
  const server = createServer((req, res) => {
    if (req.url!.startsWith('/out')) {
      asked.push({ url: req.url!, referrer: req.headers.referer })
      heard.emit('asked')
      if (!answers) return
    }
    res.setHeader('Content-Type', 'text/html').end('<h1>Here is the app</h1>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async asked() {
      while (asked.length === 0) await once(heard, 'asked')
      return asked.splice(0)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function isFine(page: Page): Promise<void> {
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [320, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    assert.deepEqual(await axeFindings(page), [], `${width} px, ${colorScheme}`)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= width, `it scrolls sideways at ${width} px`)
  }
}

for (const answers of [true, false])
  test(`in Chromium a person gets on after a sign-out, and an app that ${
    answers ? 'answers' : 'hangs'
  } hears of it`, { timeout: 120_000 }, async () => {
    await using app = await startApp(answers)
    const out = `{ uri: "${app.origin}/out", sessionRequired: true }`
    await using at = await openScene(
      appSettings
        .replace('https://wiki.corp.test/callback', `"${app.origin}/callback"`)
        .replace('https://wiki.corp.test/bye', `"${app.origin}/bye"`)
        .replace('    when: \'"staff"', `    frontChannelLogout: ${out}\n    when: '"staff"`),
    )
    const wiki = await at.app('wiki')
    await using desk = await openDesk()
    const { page } = desk
    const comeIn = async () => {
      const attempt = await begin(wiki, { redirect_uri: `${app.origin}/callback` })
      await page.goto(attempt.url.href)
      await fillSignIn(page, 'alice', 'right horse')
      await page.getByRole('heading', { name: 'Here is the app' }).waitFor()
      return redeem(attempt, page.url())
    }
    const heardOf = async (sid: unknown) => {
      const query = new URLSearchParams({ iss: at.origin, sid: String(sid) })
      assert.deepEqual(await app.asked(), [{ url: `/out?${query}`, referrer: undefined }])
    }
    const first = await comeIn()
    await page.goto(`${at.origin}/signout`)
    await page.getByRole('button', { name: 'Sign out' }).first().click()
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    await heardOf(first.claims()!.sid)
    if (answers) await isFine(page)

    // A sign-in is told from the one before by its time.
    at.clock.pass(1)
    const second = await comeIn()
    const bye = `${app.origin}/bye`
    const asks = { id_token_hint: second.id_token!, post_logout_redirect_uri: bye }
    await page.goto(client.buildEndSessionUrl(wiki, asks).href, { waitUntil: 'commit' })
    await page.getByRole('button', { name: 'Sign out' }).click({ noWaitAfter: true })
    await heardOf(second.claims()!.sid)
    await page.waitForURL(bye, { waitUntil: 'commit' })
    await page.getByRole('heading', { name: 'Here is the app' }).waitFor()
  })

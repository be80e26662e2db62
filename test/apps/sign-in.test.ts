import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as client from 'openid-client'
import { Browser, type Shown } from '../http/browser.ts'
import { back, begin, enter, onward, openScene, redeem, secret, signInOn, travel } from './scene.ts'

const page = (reached: string | Shown): Shown => {
  if (typeof reached === 'string') assert.fail(`no page, but ${reached}`)
  return reached
}
const answerOf = (reached: string | Shown): URLSearchParams => {
  if (typeof reached !== 'string') assert.fail(`no answer, but the page ${reached.title}`)
  return new URL(reached).searchParams
}

test('a person signs in to an app, which is told what the settings say', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const { tokens } = await enter(at, await begin(wiki), 'alice')
  const { sub, ...told } = tokens.claims()!
  assert.match(sub, /^[\w-]{43}$/)
  const { name, preferred_username, groups, email, admin, amr } = told
  assert.deepEqual(
    { name, preferred_username, groups, email, admin, amr },
    {
      name: 'alice of Corp',
      preferred_username: 'alice',
      groups: ['wiki-admins'],
      email: 'alice@corp.test',
      admin: true,
      amr: ['pwd'],
    },
  )
  const info = await client.fetchUserInfo(wiki, tokens.access_token, sub)
  assert.deepEqual(info.groups, ['wiki-admins'])

  const events = await at.events((all) => all.some(({ eventName }) => eventName === 'AppToken'))
  const ofApps = events.filter(({ eventName }) => eventName.startsWith('App'))
  assert.deepEqual(
    ofApps.map(({ eventName, requestParameters, userIdentity }) => [
      eventName,
      requestParameters?.app,
      userIdentity.userName,
    ]),
    [
      ['AppSignIn', 'wiki', 'alice'],
      ['AppToken', 'wiki', 'alice'],
    ],
  )
})

test('who is signed in goes through, with one identity for each app that shares it', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const board = await at.app('board', client.None())
  const first = await enter(at, await begin(wiki), 'alice')
  const boardAsks = { redirect_uri: 'https://board.corp.test/callback' }
  const second = await enter(at, await begin(board, boardAsks), 'nobody', first.browser)
  const [one, two] = [first.tokens.claims()!, second.tokens.claims()!]
  assert.notEqual(two.sub, one.sub, 'a pairwise subject')
  assert.equal(two.groups, undefined)
  const header = JSON.parse(
    Buffer.from(second.tokens.id_token!.split('.')[0]!, 'base64url').toString(),
  )
  assert.equal(header.alg, 'ES256')
  const again = await enter(at, await begin(wiki), 'nobody', first.browser)
  assert.equal(again.tokens.claims()!.sub, one.sub)
})

test('who may not use an app reads so, and goes back to it or signs in as another', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const browser = new Browser(at.origin)
  const attempt = await begin(wiki)
  const refused = page(await signInOn(browser, await travel(browser, attempt.url), 'bob'))
  assert.equal(refused.status, 403)
  assert.equal(refused.title, 'You may not use Wiki')
  const declined = /href="(\/apps\/continue\/[^"]*declined)"/.exec(refused.text)![1]!
  const answer = answerOf(await travel(browser, declined))
  assert.equal(answer.get('error'), 'access_denied')
  assert.equal(answer.get('state'), attempt.state)
  const events = await at.events((all) =>
    all.some(({ errorCode }) => errorCode === 'access_denied'),
  )
  const { detail } = events.find(({ errorCode }) => errorCode === 'access_denied')!
    .additionalEventData.gatehouse
  assert.match(detail!, /"staff" in identity.groups` does not hold/)
})

test("a stranger's app is told nothing before the person agrees", async () => {
  await using at = await openScene()
  const stranger = await at.app('stranger', client.ClientSecretPost(secret))
  const asks = { redirect_uri: 'https://stranger.test/callback' }
  const browser = new Browser(at.origin)
  const first = await begin(stranger, asks)
  const question = page(await signInOn(browser, await travel(browser, first.url), 'alice'))
  assert.equal(question.title, 'Sign in to Stranger?')
  assert.match(question.text, /alice@corp\.test/)
  const path = /action="([^"]*)"/.exec(question.text)![1]!
  const forged = await browser.post(path, { decision: 'allowed' })
  assert.equal(forged.status, 403, 'a form of another site')
  const no = await browser.post(path, { _csrf: question.csrf, decision: 'declined' })
  assert.equal(answerOf(await travel(browser, onward(no)!)).get('error'), 'access_denied')

  const second = await begin(stranger, asks)
  const again = page(await travel(browser, second.url))
  const yes = await browser.post(/action="([^"]*)"/.exec(again.text)![1]!, {
    _csrf: again.csrf,
    decision: 'allowed',
  })
  assert.equal(yes.status, 200, 'a page: form-action does not allow the redirect')
  const to = await travel(browser, onward(yes)!)
  assert.equal((await redeem(second, String(to))).claims()!.email, 'alice@corp.test')
  const third = await begin(stranger, asks)
  assert.equal(typeof (await travel(browser, third.url)), 'string', 'asked once for a sign-in')
  const out = await browser.get('/signout')
  await browser.post('/signout', { _csrf: out.csrf })
  at.clock.pass(1)
  const fourth = await begin(stranger, asks)
  const anew = page(await signInOn(browser, await travel(browser, fourth.url), 'alice'))
  assert.equal(anew.title, 'Sign in to Stranger?', 'what an earlier sign-in gave has ended')
})

test('prompt and max_age: none asks nobody, login and an old sign-in ask again', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const browser = new Browser(at.origin)
  const silent = await begin(wiki, { prompt: 'none' })
  assert.equal(answerOf(await travel(browser, silent.url)).get('error'), 'login_required')
  await enter(at, await begin(wiki), 'alice', browser)
  const quiet = await enter(at, await begin(wiki, { prompt: 'none' }), 'nobody', browser)
  assert.ok(quiet.tokens.id_token)
  at.clock.pass(120)
  const old = page(await travel(browser, (await begin(wiki, { max_age: '60' })).url))
  assert.equal(old.title, 'Sign in')
  const anew = await begin(wiki, { prompt: 'login' })
  const asked = page(await travel(browser, anew.url))
  assert.equal(asked.title, 'Sign in')
  const to = await signInOn(browser, asked, 'alice')
  assert.ok((await redeem(anew, String(to))).id_token)
})

test('a sign-in of a moment before does not answer prompt=login', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const { browser } = await enter(at, await begin(wiki), 'alice')
  const anew = await begin(wiki, { prompt: 'login' })
  const asked = page(await travel(browser, anew.url))
  assert.equal(asked.title, 'Sign in')
  const unmoved = page(await travel(browser, asked.hidden('next')))
  assert.equal(unmoved.title, 'Sign in', 'going on without signing in asks again')
  at.clock.pass(1)
  const to = await signInOn(browser, asked, 'alice')
  assert.ok((await redeem(anew, String(to))).id_token)
})

test('a sign-out here ends what apps were given; one at an app ends the sign-in', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const { browser, tokens } = await enter(at, await begin(wiki), 'alice')
  await client.refreshTokenGrant(wiki, tokens.refresh_token!)
  const question = await browser.get('/signout')
  await browser.post('/signout', { _csrf: question.csrf })
  await assert.rejects(client.fetchUserInfo(wiki, tokens.access_token, tokens.claims()!.sub))
  await assert.rejects(client.refreshTokenGrant(wiki, tokens.refresh_token!))
  assert.equal(page(await travel(browser, (await begin(wiki)).url)).title, 'Sign in')
  at.clock.pass(1)

  const second = await enter(at, await begin(wiki), 'alice', browser)
  const leave = client.buildEndSessionUrl(wiki, {
    id_token_hint: second.tokens.id_token!,
    post_logout_redirect_uri: 'https://wiki.corp.test/bye',
    state: 'kept',
  })
  const ask = page(await travel(browser, leave))
  assert.equal(ask.title, 'Sign out')
  const done = await browser.post('/oauth2/logout/confirm', {
    xsrf: ask.hidden('xsrf'),
    logout: 'yes',
  })
  assert.equal(onward(done), 'https://wiki.corp.test/bye?state=kept')
  assert.equal((await browser.get('/portal')).location, '/signin')
  await assert.rejects(
    client.fetchUserInfo(wiki, second.tokens.access_token, second.tokens.claims()!.sub),
  )
  const events = await at.events((all) => all.some(({ eventName }) => eventName === 'AppSignOut'))
  assert.ok(events.some(({ eventName }) => eventName === 'AppSignOut'))
})

test('an app that is not in the settings is nowhere, and without apps nothing is', async () => {
  await using at = await openScene()
  const gone = await new Browser(at.origin).get(
    '/oauth2/authorize?client_id=ghost&response_type=code',
  )
  assert.equal(gone.status, 400)
  assert.equal(gone.location, null)
  await using bare = await openScene(
    'accounts: { "111122223333": {} }\nterminal: { enabled: false }',
  )
  for (const path of ['/.well-known/openid-configuration', '/oauth2/authorize', '/oauth2/jwks'])
    assert.equal((await new Browser(bare.origin).get(path)).status, 404, path)
})

test('addresses are ours, whatever host a request names', async () => {
  await using at = await openScene()
  const { request } = await import('node:http')
  const { json } = await import('node:stream/consumers')
  const headers = { host: 'evil.test', 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'ftp' }
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(`${at.origin}/.well-known/openid-configuration`, { headers }, resolve)
      .on('error', reject)
      .end()
  })
  const told = JSON.stringify(await json(answer))
  assert.doesNotMatch(told, /evil/)
  assert.match(told, new RegExp(`"issuer":"${at.origin}"`))
  assert.match(told, /"code_challenge_methods_supported":\["S256"\]/)
  assert.equal(back.startsWith('https'), true)
})

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import * as client from 'openid-client'
import { buildRegisteredApps } from '../../src/apps/registered-apps.ts'
import { type AppsAsked, appsCommand } from '../../src/cli/apps.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { Browser } from '../http/browser.ts'
import {
  appSettings,
  begin,
  onward,
  openScene,
  redeem,
  type Scene,
  signInOn,
  travel,
} from './scene.ts'

const back = 'https://new.test/callback'
const settings = `${appSettings}
registration: { enabled: true, when: '"staff" in identity.groups', most: 3 }
`

async function open(t: TestContext, text = settings) {
  const at = await openScene(text)
  t.after(() => at[Symbol.asyncDispose]())
  const store = await openSqliteStore({ path: join(at.folder, 'gatehouse.db'), clock: systemClock })
  t.after(() => store[Symbol.asyncDispose]())
  const ports = { documents: store.documents, ids: new Ids() }
  return { at, store, apps: buildRegisteredApps({ ...ports, clock: systemClock }), ports }
}

const ask = (at: Scene, token: string, document: unknown) =>
  fetch(`${at.origin}/oauth2/register`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(document),
  })

const good = { client_name: 'New app', redirect_uris: [back] }

interface Answer {
  readonly client_id: string
  readonly registration_access_token: string
  readonly registration_client_uri: string
  readonly [member: string]: unknown
}

async function registered(at: Scene, token: string, document: object = good): Promise<Answer> {
  const answer = await ask(at, token, document)
  const text = await answer.text()
  assert.equal(answer.status, 201, text)
  return JSON.parse(text) as Answer
}

test('an invited app registers, asks its person, and gets tokens', async (t) => {
  const { at, apps, store } = await open(t)
  const { token } = await apps.invite()
  const app = await registered(at, token, { ...good, scope: 'x', grant_types: undefined })
  assert.match(app.client_id, /^dyn\./)
  assert.equal(app.client_secret, undefined)
  assert.equal(app.token_endpoint_auth_method, 'none')
  const text = (await store.documents.read('registered-apps'))?.text ?? ''
  assert.ok(!text.includes(token) && !text.includes(app.registration_access_token))

  const config = await at.app(app.client_id, client.None())
  const attempt = await begin(config, { redirect_uri: back })
  const browser = new Browser(at.origin)
  const page = await signInOn(browser, await travel(browser, attempt.url), 'alice')
  assert.ok(typeof page !== 'string', 'a third party is let in without a question')
  assert.equal(page.title, 'Sign in to New app?')
  assert.match(page.text, /new\.test/)
  const yes = await browser.post(/action="([^"]*)"/.exec(page.text)![1]!, {
    _csrf: page.csrf,
    decision: 'allowed',
  })
  const tokens = await redeem(attempt, String(await travel(browser, onward(yes)!)))
  assert.equal(tokens.claims()!.preferred_username, 'alice')
  assert.equal(tokens.claims()!.groups, undefined)
  assert.equal(tokens.refresh_token, undefined)
  await apps.remove(app.client_id)
  const info = await fetch(`${at.origin}/oauth2/userinfo`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  assert.equal(info.status, 401, 'what a removed app was given is no longer good')
})

test('a person who does not fit the rule, and a request without PKCE, get nothing', async (t) => {
  const { at, apps } = await open(t)
  const app = await registered(at, (await apps.invite()).token)
  const config = await at.app(app.client_id, client.None())

  const refused = new Browser(at.origin)
  const begun = await begin(config, { redirect_uri: back })
  const of = await signInOn(refused, await travel(refused, begun.url), 'bob')
  if (typeof of === 'string') assert.match(of, /error=access_denied/)
  else assert.doesNotMatch(of.text, /Sign in to New app/)
  const without = new URL(begun.url)
  without.searchParams.delete('code_challenge')
  without.searchParams.delete('code_challenge_method')
  const answer = await travel(new Browser(at.origin), without)
  assert.match(typeof answer === 'string' ? answer : answer.text, /invalid_request|PKCE/)
})

test('an invitation serves once, also for several at once', async (t) => {
  const { at, apps } = await open(t)
  const { token } = await apps.invite()
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(at, token, good)))
  const statuses = answers.map(({ status }) => status).sort()
  assert.deepEqual(statuses, [201, ...Array.from({ length: 7 }, () => 401)])
  assert.equal((await ask(at, token, good)).status, 401)
  await apps.refresh()
  assert.equal(Object.keys(apps.current()).length, 1)
})

test('two stores that register with one invitation at once have one winner', async (t) => {
  const { apps, ports } = await open(t)
  const { token } = await apps.invite()
  const app = {
    name: 'New',
    type: 'web',
    redirectUris: [back],
    signing: 'RS256',
    refreshTokens: false,
    registeredAt: '2026-01-01T00:00:00.000Z',
  } as const
  const others = Array.from({ length: 4 }, () =>
    buildRegisteredApps({ ...ports, clock: systemClock }),
  )
  const outcomes = await Promise.all(
    others.map((one, index) => one.register(token, `dyn.${index}`, app, 9)),
  )
  assert.deepEqual(outcomes.toSorted(), ['done', 'gone', 'gone', 'gone'])
})

test('an invitation ends after an hour, and few are open at once', async (t) => {
  const { at, ports } = await open(t)
  const before = { now: () => new Date(0) }
  const { token } = await buildRegisteredApps({ ...ports, clock: before }).invite()
  assert.equal((await ask(at, token, good)).status, 401)
  const apps = buildRegisteredApps({ ...ports, clock: systemClock })
  for (let open = 0; open < 20; open++) await apps.invite()
  await assert.rejects(apps.invite(), RangeError)
})

const hostile: readonly (readonly [what: string, document: unknown])[] = [
  ['keys at an address', { jwks_uri: 'http://169.254.169.254/keys' }],
  ['keys', { jwks: { keys: [] } }],
  ['a logo', { logo_uri: 'http://169.254.169.254/' }],
  ['a sector address', { sector_identifier_uri: 'https://127.0.0.1/' }],
  ['a software statement', { software_statement: 'e30.e30.' }],
  ['request addresses', { request_uris: ['https://127.0.0.1/'] }],
  ['a logout address', { backchannel_logout_uri: 'https://127.0.0.1/' }],
  ['a name with markup', { client_name: '<b>Payroll</b>' }],
  ['a name that turns the line', { client_name: 'App\u202egnp' }],
  ['a name of two lines', { client_name: 'App\nBank' }],
  ['no name', { client_name: undefined }],
  ['a long name', { client_name: 'x'.repeat(61) }],
  ['a secret', { token_endpoint_auth_method: 'client_secret_basic' }],
  ['client credentials', { grant_types: ['client_credentials'] }],
  ['exchange', { grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'] }],
  ['codes of devices', { grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] }],
  ['refresh tokens that are off', { grant_types: ['authorization_code', 'refresh_token'] }],
  ['the implicit flow', { response_types: ['id_token'] }],
  ['no signature', { id_token_signed_response_alg: 'none' }],
  ['plain http', { redirect_uris: ['http://new.test/'] }],
  ['http to loopback of a web app', { application_type: 'web', redirect_uris: ['http://[::1]/'] }],
  ['a script', { redirect_uris: ['javascript:alert(1)'] }],
  ['a scheme of its own', { application_type: 'native', redirect_uris: ['com.corp.app:/'] }],
  ['a wildcard', { redirect_uris: ['https://*.new.test/'] }],
  ['a user name', { redirect_uris: ['https://wiki.corp.test@new.test/'] }],
  ['a fragment', { redirect_uris: ['https://new.test/#x'] }],
  ['many addresses', { redirect_uris: Array.from({ length: 11 }, (_, at) => `${back}/${at}`) }],
  ['a long address', { redirect_uris: [`${back}/${'x'.repeat(512)}`] }],
  ['addresses that are no texts', { redirect_uris: [{}] }],
  ['addresses that are no list', { redirect_uris: back }],
]

test('what such an app may not have is refused, and its invitation stays good', async (t) => {
  const { at, apps } = await open(t)
  const { token } = await apps.invite()
  for (const [what, document] of hostile) {
    const answer = await ask(at, token, { ...good, ...(document as object) })
    const text = await answer.text()
    assert.equal(answer.status, 400, `${what}: ${text}`)
    assert.match(text, /"error":"invalid_(client_metadata|redirect_uri)"/, what)
  }
  assert.equal((await ask(at, token, { ...good, x: 'x'.repeat(40_000) })).status, 413)
  assert.equal((await ask(at, token, [])).status, 400)
  const app = await registered(at, token, { ...good, client_id: 'wiki', client_secret: 'mine' })
  assert.match(app.client_id, /^dyn\./)
  assert.equal(app.client_secret, undefined)
})

test('an app reads and removes itself, and no other', async (t) => {
  const { at, apps } = await open(t)
  const one = await registered(at, (await apps.invite()).token)
  const other = await registered(at, (await apps.invite()).token)
  const call = (method: string, url: string, token: string) =>
    fetch(url, { method, headers: { authorization: `Bearer ${token}` } })
  const [mine, theirs] = [one.registration_access_token, other.registration_access_token]
  assert.equal((await call('GET', one.registration_client_uri, mine)).status, 200)
  assert.equal((await call('GET', one.registration_client_uri, theirs)).status, 401)
  assert.equal((await call('DELETE', one.registration_client_uri, theirs)).status, 401)
  assert.equal((await call('DELETE', `${at.origin}/oauth2/register/wiki`, mine)).status, 401)
  assert.equal((await call('PUT', one.registration_client_uri, mine)).status, 405)
  assert.equal((await call('DELETE', one.registration_client_uri, mine)).status, 204)
  assert.equal((await call('GET', one.registration_client_uri, mine)).status, 401)
  assert.equal((await call('GET', other.registration_client_uri, theirs)).status, 200)
  const names = ['AppRegistration', 'AppRemoval']
  const seen = await at.events((all) => all.some(({ eventName }) => eventName === names[1]))
  for (const name of names) assert.ok(seen.some(({ eventName }) => eventName === name))
  assert.ok(!JSON.stringify(seen).includes(mine) && !JSON.stringify(seen).includes(theirs))
})

test('there are no more such apps than the settings say', async (t) => {
  const { at, apps } = await open(t)
  for (let made = 0; made < 3; made++) await registered(at, (await apps.invite()).token)
  assert.equal((await ask(at, (await apps.invite()).token, good)).status, 400)
})

test('an app that was removed is unknown from its next request on', async (t) => {
  const { at, apps } = await open(t)
  const app = await registered(at, (await apps.invite()).token)
  const { url } = await begin(await at.app(app.client_id, client.None()), { redirect_uri: back })
  assert.match((await new Browser(at.origin).get(url.pathname + url.search)).location ?? '', /apps/)
  assert.ok(await apps.remove(app.client_id))
  const shown = await new Browser(at.origin).get(url.pathname + url.search)
  assert.equal(shown.location, null)
  assert.match(shown.text, /invalid_client/)
})

test('the command invites, lists without tokens, and removes', async (t) => {
  const { at, apps } = await open(t)
  const file = join(at.folder, 'registration.yaml')
  const sqlite = join(at.folder, 'gatehouse.db')
  const write = (enabled: boolean) =>
    writeFile(
      file,
      `publicUrl: ${at.origin}\nstore: { sqlite: ${sqlite} }\n` +
        `keys: { rootKey: { file: ${join(at.folder, 'root.key')} } }\naccounts: {}\n` +
        `audit: { file: ${join(at.folder, 'audit.jsonl')} }\n` +
        `registration: { enabled: ${enabled}, when: 'true' }\n`,
    )
  await write(true)
  const run = async (verb: AppsAsked['verb'], id?: string) => {
    const [lines, errors]: [string[], string[]] = [[], []]
    const output = { out: (l: string) => lines.push(l), err: (l: string) => errors.push(l) }
    const code = await appsCommand({ config: file, verb, id }, {}, output)
    return { code, text: lines.join('\n'), errors: errors.join('\n') }
  }
  const invited = await run('invite')
  assert.equal(invited.code, 0, invited.errors)
  const app = await registered(at, invited.text)
  const { text } = await run('list')
  assert.match(text, /New app/)
  await apps.refresh()
  assert.ok(!text.includes(apps.current()[app.client_id]!.token!))
  assert.equal((await run('remove', app.client_id)).code, 0)
  assert.match((await run('remove', app.client_id)).errors, /no registered app/)
  await write(false)
  assert.match((await run('invite')).errors, /registration\.enabled/)
})

test('where registration is off there is nothing to register at', async (t) => {
  const { at, apps } = await open(t, appSettings)
  const { token } = await apps.invite()
  assert.equal((await ask(at, token, good)).status, 404)
  const found = await (await fetch(`${at.origin}/.well-known/openid-configuration`)).json()
  assert.equal((found as { registration_endpoint?: string }).registration_endpoint, undefined)
})

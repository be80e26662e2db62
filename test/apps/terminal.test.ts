import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as client from 'openid-client'
import { Browser, type Shown } from '../http/browser.ts'
import {
  account,
  appSettings,
  begin,
  enter,
  onward,
  openScene,
  redeem,
  type Scene,
  signInOn,
  travel,
} from './scene.ts'

const trusting = (sub: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account}:file-provider/corp` },
      Action: 'sts:AssumeRoleWithLDAPIdentity',
      ...(sub && { Condition: { StringEquals: { 'saml:sub': sub } } }),
    },
  })

/** Three roles by the mapping, of which one trusts nobody that the mapping proposes. */
export const rolesSettings = `${appSettings.replace(
  `accounts: { "${account}": {} }`,
  `accounts:
  "${account}":
    alias: example
    roles:
      Developer: { trustPolicy: '${trusting('')}', maxSessionDuration: 2h }
      Auditor: { trustPolicy: '${trusting('')}', description: Reads everything }
      Closed: { trustPolicy: '${trusting('somebody')}' }`,
)}
mappings:
  - name: staff
    when: '"staff" in identity.groups'
    grants:
      - role: arn:aws:iam::${account}:role/Developer
      - role: arn:aws:iam::${account}:role/Auditor
      - role: arn:aws:iam::${account}:role/Closed
`
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`
const redirect_uri = 'http://127.0.0.1:49152/signed-in'
const id = 'gatehouse-terminal'

export const terminalOf = (at: Scene) => at.app(id, client.None())

/** Signs in at the terminal as `gatehouse login` does, with a browser that says yes. */
async function login(at: Scene, username: string, browser = new Browser(at.origin)) {
  const attempt = await begin(await terminalOf(at), { redirect_uri })
  const reached = await travel(browser, attempt.url)
  const asked =
    typeof reached !== 'string' && reached.title === 'Sign in'
      ? await signInOn(browser, reached, username)
      : reached
  if (typeof asked === 'string') assert.fail(`nobody was asked: ${asked}`)
  assert.equal(asked.title, 'Sign in to the terminal?')
  const to = await travel(browser, onward(await agree(browser, asked))!)
  return { attempt, browser, asked, tokens: await redeem(attempt, String(to)) }
}

function agree(browser: Browser, asked: Shown): Promise<Shown> {
  const path = /action="([^"]*)"/.exec(asked.text)![1]!
  return browser.post(path, { _csrf: asked.csrf, decision: 'allowed' })
}

function ask(at: Scene, token: string, wanted?: unknown, path = 'credentials') {
  const post = wanted !== undefined
  return fetch(`${at.origin}/terminal/${post ? path : 'roles'}`, {
    method: post ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${token}`,
      ...(post && { 'content-type': 'application/json' }),
    },
    ...(post && { body: JSON.stringify(wanted) }),
  })
}

async function told(answer: Promise<Response>) {
  const { status, headers } = await answer
  const body = await (await answer).json()
  return { status, headers, body }
}

test('the terminal is given the roles of a person, and credentials of one', async () => {
  await using at = await openScene(rolesSettings)
  const { asked, tokens } = await login(at, 'alice')
  assert.match(asked.text, /all your roles/)
  assert.match(asked.text, /127\.0\.0\.1:49152/)
  const listed = await told(ask(at, tokens.access_token))
  assert.equal(listed.status, 200)
  assert.equal(listed.headers.get('cache-control'), 'no-store')
  const { roles, ...rest } = listed.body
  assert.deepEqual(
    roles.map(({ arn, maxDurationSeconds }: Record<string, unknown>) => [arn, maxDurationSeconds]),
    [
      [role('Developer'), 7200],
      [role('Auditor'), 3600],
    ],
  )
  assert.deepEqual(roles[1], {
    arn: role('Auditor'),
    name: 'Auditor',
    account,
    accountName: 'example',
    description: 'Reads everything',
    maxDurationSeconds: 3600,
  })
  assert.equal(rest.username, 'alice')

  const { status, body } = await told(
    ask(at, tokens.access_token, { role: role('Developer'), durationSeconds: 900 }),
  )
  assert.equal(status, 200)
  assert.equal(body.arn, `arn:aws:sts::${account}:assumed-role/Developer/alice`)
  assert.match(body.credentials.SessionToken, /^ghs1\./)
  const events = await at.events((all) =>
    all.some(({ eventName }) => eventName === 'AssumeRoleWithLDAPIdentity'),
  )
  const event = events.find(({ eventName }) => eventName === 'AssumeRoleWithLDAPIdentity')!
  assert.deepEqual(event.requestParameters, { client: id })
  assert.equal(event.additionalEventData.gatehouse.role, role('Developer'))
})

test('refused: a role by its second lock, an unknown one, what STS refuses', async () => {
  await using at = await openScene(rolesSettings)
  const { tokens } = await login(at, 'alice')
  const refused = async (wanted: unknown) => {
    const { status, body } = await told(ask(at, tokens.access_token, wanted))
    return [status, body.error]
  }
  for (const name of ['Closed', 'Nothing'])
    assert.deepEqual(await refused({ role: role(name) }), [403, 'grant-refused'], name)
  const developer = role('Developer')
  for (const [wanted, code] of [
    [{ role: developer, durationSeconds: 7201 }, 'ValidationError'],
    [{ role: developer, policy: '{' }, 'MalformedPolicyDocument'],
    [{ role: developer, policyArns: [`arn:aws:iam::${account}:policy/None`] }, 'ValidationError'],
    [{ role: developer, durationSeconds: 899 }, 'invalid_request'],
    [{ role: developer, duration: 900 }, 'invalid_request'],
    [{}, 'invalid_request'],
    ['{', 'invalid_request'],
    [{ role: developer, policy: 'x'.repeat(40_000) }, 'invalid_request'],
  ] as const)
    assert.deepEqual(await refused(wanted), [400, code], JSON.stringify(wanted).slice(0, 90))
  const state = 'state=5a7b0c1d-0000-4000-8000-000000000000'
  const touch = (returnTo: string, machine = 'laptop') =>
    told(ask(at, tokens.access_token, { returnTo, machine }, 'touch'))
  for (const [returnTo, machine] of [
    [`http://evil.example:4711/signed-in?${state}`],
    [`https://127.0.0.1:4711/signed-in?${state}`],
    [`http://127.0.0.1:4711@evil.example/signed-in?${state}`],
    [`http://127.0.0.1:99999/signed-in?${state}`],
    [`http://127.0.0.1:4711/signed-in?${state}&code=mine`],
    [`http://127.0.0.1:4711/signed-in?${state}`, '<b>laptop</b>'],
    [`http://127.0.0.1:4711/signed-in?${state}`, ''],
  ] as const) {
    const { status, body } = await touch(returnTo, machine)
    assert.deepEqual([status, body.error], [400, 'invalid_request'], `${returnTo} ${machine}`)
  }
  const { status, body } = await touch(`http://127.0.0.1:4711/signed-in?${state}`)
  assert.deepEqual([status, body.error], [403, 'keys-not-allowed'], 'the settings have no keys')
  const shown = { ticket: 'a'.repeat(43), code: 'b'.repeat(43) }
  const unasked = await told(ask(at, tokens.access_token, shown, 'touch/confirm'))
  assert.deepEqual([unasked.status, unasked.body.error], [410, 'touch-ended'])
  const stranger = await told(ask(at, `${tokens.access_token}x`, shown, 'touch/confirm'))
  assert.equal(stranger.status, 401)
})

test('the token of another app, an ID token, or a token that was changed is nobody’s', async () => {
  await using at = await openScene(rolesSettings)
  const { tokens, browser } = await login(at, 'alice')
  const wiki = await enter(at, await begin(await at.app('wiki')), 'alice', browser)
  const access = tokens.access_token
  for (const [what, token] of [
    ['another app’s', wiki.tokens.access_token],
    ['a refresh token', tokens.refresh_token!],
    ['an ID token', tokens.id_token!],
    ['a cut one', access.slice(0, -1)],
    ['a long one', `${access}${'a'.repeat(600)}`],
  ] as const) {
    const { status, headers, body } = await told(ask(at, token))
    assert.deepEqual([status, body.error], [401, 'invalid_token'], what)
    assert.equal(headers.get('www-authenticate'), 'Bearer error="invalid_token"')
  }
  const bare = await fetch(`${at.origin}/terminal/roles?access_token=${access}`)
  assert.deepEqual([bare.status, bare.headers.get('www-authenticate')], [401, 'Bearer'])
  const signedIn = await browser.get('/terminal/roles')
  assert.equal(signedIn.status, 401, 'a browser’s session is no proof here')
})

test('a terminal’s sign-in ends with the browser’s, and by its own times', async () => {
  await using at = await openScene(
    `${rolesSettings}terminal: { lifetime: 2h, idle: 1h }\nsession: { lifetime: 8h }\n`,
  )
  const terminal = await terminalOf(at)
  const first = await login(at, 'alice')
  at.clock.pass(3000)
  const second = await client.refreshTokenGrant(terminal, first.tokens.refresh_token!)
  at.clock.pass(3000)
  const third = await client.refreshTokenGrant(terminal, second.refresh_token!)
  assert.equal((await ask(at, third.access_token)).status, 200)
  at.clock.pass(1300)
  assert.equal((await ask(at, third.access_token)).status, 401, 'two hours have passed')
  await assert.rejects(client.refreshTokenGrant(terminal, third.refresh_token!))

  const again = await begin(terminal, { redirect_uri })
  const page = await travel(first.browser, again.url)
  assert.equal((page as Shown).title, 'Sign in', 'the browser’s sign-in is too old as well')
  const { browser, tokens } = await login(at, 'alice', first.browser)
  const idle = await login(at, 'carol')
  at.clock.pass(3601)
  await assert.rejects(client.refreshTokenGrant(terminal, idle.tokens.refresh_token!))

  const fresh = await login(at, 'alice', browser)
  assert.equal((await ask(at, tokens.access_token)).status, 401, 'ten minutes are over')
  assert.equal((await ask(at, fresh.tokens.access_token)).status, 200)
  const out = await browser.get('/signout')
  await browser.post('/signout', { _csrf: out.csrf })
  assert.equal((await ask(at, fresh.tokens.access_token)).status, 401)
  await assert.rejects(client.refreshTokenGrant(terminal, fresh.tokens.refresh_token!))
})

/** A terminal that signed in; what it does with a refresh token, and whether the family lives. */
async function openFamily() {
  const at = await openScene(rolesSettings)
  const terminal = await terminalOf(at)
  const { tokens } = await login(at, 'alice')
  return {
    at,
    first: tokens.refresh_token!,
    async refresh(token: string) {
      const { refresh_token, access_token } = await client.refreshTokenGrant(terminal, token)
      return { next: refresh_token!, access: access_token }
    },
    refuses: (token: string) =>
      assert.rejects(client.refreshTokenGrant(terminal, token), { error: 'invalid_grant' }),
    async hasEnded(access: string) {
      assert.equal((await ask(at, access)).status, 401)
    },
    [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
  }
}

test('a terminal whose answer was lost shows its refresh token once more', async () => {
  await using family = await openFamily()
  const { at, first, refresh } = family
  await refresh(first)
  at.clock.pass(45)
  const second = await refresh(first)
  at.clock.pass(300)
  const third = await refresh(second.next)
  assert.equal((await ask(at, third.access)).status, 200)
  // Somebody else may have copied it, and use nothing but the access token.
  const given = (all: readonly { readonly eventName: string }[]) =>
    all.filter(({ eventName }) => eventName === 'AppToken')
  const events = await at.events((all) => given(all).length === 4)
  const told = given(events).map((one) => JSON.stringify(one).includes('was used before'))
  assert.deepEqual(told, [false, false, true, false])
})

test('a refresh token that is shown a third time, or too late, ends the family', async () => {
  for (const passed of [[20, 20], [61]]) {
    await using family = await openFamily()
    const { at, first, refresh } = family
    let { access } = await refresh(first)
    for (const seconds of passed.slice(1)) {
      at.clock.pass(seconds)
      access = (await refresh(first)).access
    }
    at.clock.pass(passed[0]!)
    await family.refuses(first)
    await family.hasEnded(access)
  }
})

test('a refresh token is not taken again once the one that followed it was used', async () => {
  await using family = await openFamily()
  const { at, first, refresh } = family
  const second = await refresh(first)
  const third = await refresh(second.next)
  at.clock.pass(11)
  await family.refuses(first)
  await family.hasEnded(third.access)
  await family.refuses(third.next)
})

test('two terminals that one browser signed in refresh, each for itself', async () => {
  await using at = await openScene(rolesSettings)
  const terminal = await terminalOf(at)
  const one = await login(at, 'alice')
  const other = await login(at, 'alice', one.browser)
  const all = [one.tokens.refresh_token!, other.tokens.refresh_token!]
  for (const _time of [1, 2])
    for (const [at, token] of all.entries())
      all[at] = (await client.refreshTokenGrant(terminal, token)).refresh_token!
})

test('of two tokens that followed one, the second that is used ends the family', async () => {
  await using family = await openFamily()
  const { first, refresh } = family
  const [theirs, stolen] = [await refresh(first), await refresh(first)]
  const next = await refresh(stolen.next)
  await family.refuses(theirs.next)
  await family.hasEnded(next.access)
  await family.refuses(next.next)
})

test('the terminal can be revoked at the provider, and be switched off', async () => {
  await using at = await openScene(rolesSettings)
  const terminal = await terminalOf(at)
  const { tokens } = await login(at, 'alice')
  await client.tokenRevocation(terminal, tokens.refresh_token!)
  assert.equal((await ask(at, tokens.access_token)).status, 401)

  await using off = await openScene(`${rolesSettings}terminal: { enabled: false }\n`)
  assert.equal((await ask(off, tokens.access_token)).status, 404)
  const refused = await fetch(`${off.origin}/oauth2/authorize?client_id=${id}`)
  assert.equal(refused.status, 400)
})

test('only a loopback address on this device gets the answer', async () => {
  await using at = await openScene(rolesSettings)
  const terminal = await terminalOf(at)
  for (const uri of [
    'https://127.0.0.1/signed-in',
    'http://localhost:4000/signed-in',
    'http://127.0.0.1:4000/other',
    'http://127.0.0.1.example.com/signed-in',
    'http://user@127.0.0.1:4000/signed-in',
    'http://127.0.0.2:4000/signed-in',
    'https://example.com/signed-in',
  ]) {
    const shown = await travel(
      new Browser(at.origin),
      (await begin(terminal, { redirect_uri: uri })).url,
    )
    assert.equal((shown as Shown).status, 400, uri)
  }
})

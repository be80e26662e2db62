import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionClaims } from '../../src/credentials/claims.ts'
import { Browser } from './browser.ts'
import { type House, openHouse } from './house.ts'

function sessionOf(
  { accessKeyId, secretAccessKey, token }: SessionClaims & { token: string },
  changes: object = {},
): string {
  return JSON.stringify({
    sessionId: accessKeyId,
    sessionKey: secretAccessKey,
    sessionToken: token,
    ...changes,
  })
}

async function tokenFor(
  house: House,
  claims = house.mint(),
  more: Record<string, string> = {},
): Promise<string> {
  const query = new URLSearchParams({
    Action: 'getSigninToken',
    Session: sessionOf(claims),
    ...more,
  })
  const answer = await new Browser(house.origin).get(`/federation?${query}`)
  assert.equal(answer.status, 200, answer.text)
  return JSON.parse(answer.text).SigninToken
}

function loginPath(SigninToken: string, more: Record<string, string> = {}): string {
  return `/federation?${new URLSearchParams({ Action: 'login', SigninToken, ...more })}`
}

test('a broker’s credentials open the console, at the page it wanted', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  const token = await tokenFor(house)
  const login = await browser.get(
    loginPath(token, {
      Issuer: 'https://broker.meridian.example/',
      Destination: 'https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1',
    }),
  )
  assert.equal(login.status, 303)
  assert.equal(login.location, '/console/s3/home?region=eu-west-1')
  const { text, status } = await browser.get('/console')
  assert.equal(status, 200)
  assert.match(
    text.replaceAll('<wbr>', ''),
    /arn:aws:sts::268804417753:assumed-role\/DataAnalyst\/broker-session/,
  )
  assert.deepEqual(
    house.events.map(({ eventName, errorCode }) => [eventName, errorCode]),
    [
      ['GetSigninToken', undefined],
      ['ConsoleLogin', undefined],
    ],
  )
  assert.ok(house.events.every(({ userIdentity }) => userIdentity.accessKeyId !== undefined))
})

test("getSigninToken and login accept POST from any site, without a broker's cookie", async () => {
  await using house = await openHouse()
  const broker = new Browser(house.origin)
  const foreign = { origin: 'https://broker.meridian.example', 'sec-fetch-site': 'cross-site' }
  const answer = await broker.post(
    '/federation',
    { Action: 'getSigninToken', Session: sessionOf(house.mint()) },
    foreign,
  )
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.equal(broker.cookies.size, 0)
  const login = await new Browser(house.origin).post(
    '/federation',
    { Action: 'login', SigninToken: JSON.parse(answer.text).SigninToken },
    foreign,
  )
  assert.equal(login.location, '/console')
})

test('a sign-in token serves once, also of two at the same moment', async () => {
  await using house = await openHouse()
  const token = await tokenFor(house)
  const answers = await Promise.all(
    [1, 2, 3].map(() => new Browser(house.origin).get(loginPath(token))),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 400, 400])
})

test('a sign-in token lives 15 minutes, and no longer than the credentials', async () => {
  await using house = await openHouse()
  const [one, two] = [await tokenFor(house), await tokenFor(house)]
  house.clock.pass(899)
  assert.equal((await new Browser(house.origin).get(loginPath(one))).status, 303)
  house.clock.pass(1)
  assert.equal((await new Browser(house.origin).get(loginPath(two))).status, 400)
  const short = await tokenFor(
    house,
    house.mint({ expiresAt: new Date(house.clock.now().getTime() + 60_000) }),
  )
  house.clock.pass(60)
  assert.equal((await new Browser(house.origin).get(loginPath(short))).status, 400)
})

test('every tampered, shortened or padded token is refused', async () => {
  await using house = await openHouse()
  const token = await tokenFor(house)
  for (const bad of [
    '',
    token.slice(0, -1),
    `${token}A`,
    token.toLowerCase() === token ? token.toUpperCase() : token.toLowerCase(),
    `${token}%00`,
    '../../x',
    'x'.repeat(9000),
  ]) {
    assert.equal((await new Browser(house.origin).get(loginPath(bad))).status, 400)
  }
  assert.equal((await new Browser(house.origin).get(loginPath(token))).status, 303)
})

test('credentials that do not qualify get no token', async () => {
  await using house = await openHouse()
  const claims = house.mint()
  const gone = house.mint()
  house.world.gone.add(gone.accessKeyId)
  const sessions = [
    '',
    '{',
    'null',
    '[]',
    '"x"',
    '{}',
    sessionOf(claims, { sessionKey: 'x' }),
    sessionOf(claims, { sessionKey: '' }),
    sessionOf(claims, { sessionId: 'ASIAOTHER' }),
    sessionOf(claims, { sessionToken: `${claims.token}x` }),
    sessionOf(claims, { sessionToken: ['x'] }),
    `{"__proto__":${sessionOf(claims)}}`,
    sessionOf(house.mint({ kind: 'user-session' })),
    sessionOf(house.mint({ expiresAt: house.clock.now() })),
    sessionOf(gone),
    ' '.repeat(20_000),
  ]
  for (const Session of sessions) {
    const answer = await new Browser(house.origin).post('/federation', {
      Action: 'getSigninToken',
      Session,
    })
    assert.equal(answer.status, 400, Session.slice(0, 80))
    assert.deepEqual(JSON.parse(answer.text), {
      code: 'InvalidRequest',
      message: 'Invalid credentials parameter',
    })
  }
  assert.equal(
    house.events.filter(({ errorCode }) => errorCode === 'InvalidRequest').length,
    sessions.length,
  )
  assert.ok(!JSON.stringify(house.events).includes(claims.secretAccessKey))
})

test('SessionDuration is refused for federated users, chained roles and bad values', async () => {
  await using house = await openHouse()
  const ask = (claims: SessionClaims & { token: string }, SessionDuration: string) =>
    new Browser(house.origin).post('/federation', {
      Action: 'getSigninToken',
      Session: sessionOf(claims),
      SessionDuration,
    })
  for (const claims of [house.mint({ kind: 'federated-user' }), house.mint({ chained: true })]) {
    const answer = await ask(claims, '3600')
    assert.equal(answer.status, 400)
    assert.equal(JSON.parse(answer.text).message, 'Invalid credentials parameter')
    assert.equal((await ask(claims, '')).status, 200)
  }
  for (const bad of ['899', '43201', '-900', '1e4', '900.5', ' 900', '0x384', 'x', '9'.repeat(30)])
    assert.equal((await ask(house.mint(), bad)).status, 400, bad)
  for (const good of ['900', '43200'])
    assert.equal((await ask(house.mint(), good)).status, 200, good)
})

test('the console ends with its credentials, or later with SessionDuration', async () => {
  await using house = await openHouse()
  const [plain, long] = [new Browser(house.origin), new Browser(house.origin)]
  await plain.get(loginPath(await tokenFor(house)))
  await long.get(loginPath(await tokenFor(house, house.mint(), { SessionDuration: '43200' })))
  house.clock.pass(3599)
  assert.equal((await plain.get('/console')).status, 200)
  house.clock.pass(1)
  assert.equal((await plain.get('/console')).title, 'Your session timed out')
  house.clock.pass(43_200 - 3601)
  assert.equal((await long.get('/console')).status, 200)
  house.clock.pass(1)
  assert.equal((await long.get('/console')).status, 403)
})

test('a timed-out page links to the issuer, whose next login returns to that page', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  const Issuer = 'https://broker.meridian.example/start?team=1'
  await browser.get(loginPath(await tokenFor(house), { Issuer }))
  house.clock.pass(3600)
  const ended = await browser.get('/console/roles?name=x')
  assert.match(ended.text, /href="https:\/\/broker\.meridian\.example\/start\?team=1"/)
  assert.match(ended.text, /You return to <span class="mono">\/console\/roles\?name=x/)
  const again = await browser.get(
    loginPath(await tokenFor(house), { Issuer, Destination: 'https://console.aws.amazon.com/' }),
  )
  assert.equal(again.location, '/console/roles?name=x')
})

test('an issuer that nobody allowed is no link', async () => {
  await using house = await openHouse()
  for (const Issuer of [
    'https://evil.example/',
    'javascript:alert(1)',
    'https://broker.meridian.example@evil.example/',
    '"><script>alert(1)</script>',
    'https://broker.meridian.example.evil.example',
  ]) {
    const browser = new Browser(house.origin)
    await browser.get(loginPath(await tokenFor(house), { Issuer }))
    house.clock.pass(3600)
    const { text } = await browser.get('/console')
    assert.doesNotMatch(text, /evil\.example|javascript:|<script>alert/)
    assert.match(text, /Sign in again/)
  }
})

test('a foreign destination is refused and does not use the token up', async () => {
  await using house = await openHouse()
  const token = await tokenFor(house)
  for (const Destination of [
    'https://evil.example/',
    '//evil.example',
    '/console\r\nSet-Cookie: a=b',
    '/\\evil.example',
  ]) {
    const page = await new Browser(house.origin).get(loginPath(token, { Destination }))
    assert.equal(page.status, 400)
    assert.equal(page.location, null)
  }
  assert.equal((await new Browser(house.origin).get(loginPath(token))).status, 303)
})

test('parameters given twice are refused, in the query, the body or across both', async () => {
  await using house = await openHouse()
  const token = await tokenFor(house)
  const Session = sessionOf(house.mint())
  const browser = new Browser(house.origin)
  assert.equal((await browser.get(`${loginPath(token)}&SigninToken=x`)).status, 400)
  assert.equal((await browser.get(`${loginPath(token)}&Action=logout`)).status, 400)
  assert.equal(
    (await browser.post(loginPath(token), { Destination: '/console', SigninToken: 'x' })).status,
    400,
  )
  assert.equal(
    (
      await browser.post('/federation', [
        ['Action', 'getSigninToken'],
        ['Session', Session],
        ['Session', Session],
      ])
    ).status,
    400,
  )
  assert.equal((await browser.get('/federation')).status, 400)
  assert.equal((await browser.get('/federation?Action=nothing')).status, 400)
})

test('a second console session ends the first, and says so', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  await browser.get(loginPath(await tokenFor(house)))
  const first = new Browser(house.origin)
  for (const [name, value] of browser.cookies) first.cookies.set(name, value)
  await browser.get(loginPath(await tokenFor(house, house.mint({ name: 'second' }))))
  const { text } = await browser.get('/console')
  assert.match(text, /Your other console session ended/)
  assert.match(
    text.replaceAll('<wbr>', ''),
    new RegExp(
      'You acted as <span class="mono">' +
        'arn:aws:sts::268804417753:assumed-role/DataAnalyst/broker-session',
    ),
  )
  assert.doesNotMatch((await browser.get('/console')).text, /Your other console session ended/)
  assert.equal((await first.get('/console')).status, 303, 'the first one’s cookie opens nothing')
  assert.ok(house.events.some(({ eventName }) => eventName === 'ConsoleLogout'))
})

test('the session id changes when a console opens', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  await browser.get('/signin?connector=staff')
  const before = browser.cookies.get('gatehouse')
  await browser.get(loginPath(await tokenFor(house)))
  assert.notEqual(browser.cookies.get('gatehouse'), before)
})

test('a role that is gone closes the console at the next click', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  const claims = house.mint()
  await browser.get(loginPath(await tokenFor(house, claims)))
  house.world.gone.add(claims.accessKeyId)
  const page = await browser.get('/console')
  assert.equal(page.status, 403)
  assert.equal(page.title, 'Your session ended')
  assert.match(page.text, /The role or user behind it was deleted/)
})

test('logout ends the console session on the server', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  await browser.get(loginPath(await tokenFor(house)))
  assert.equal((await browser.get('/federation?Action=logout')).location, '/console-signed-out')
  assert.equal((await browser.get('/console')).location, '/signin?next=%2Fconsole')
})

test('a misspelt Action is told a program in JSON, and a person on a page', async () => {
  await using house = await openHouse()
  const told = {
    code: 'InvalidRequest',
    message: 'The Action parameter has to be getSigninToken, login or logout',
  }
  for (const query of ['Action=getSignInToken&Session=x', 'Action=login&Action=login', '']) {
    const at = `${house.origin}/federation?${query}`
    for (const Accept of ['*/*', 'application/json', '']) {
      const answer = await fetch(at, { headers: { Accept } })
      assert.equal(answer.status, 400)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      assert.deepEqual(await answer.json(), told)
    }
    const page = await fetch(at, { headers: { Accept: 'text/html,*/*;q=0.8' } })
    assert.match(await page.text(), /This sign-in address does not work/)
  }
  const posted = new URLSearchParams({ Action: 'GetSigninToken', Session: 'x' })
  const answer = await fetch(`${house.origin}/federation`, { method: 'POST', body: posted })
  assert.deepEqual([answer.status, await answer.json()], [400, told])
})

test("AWS's sign-out address ends the console and leads to where it may", async () => {
  await using house = await openHouse()
  house.world.issuers = ['https://broker.example.com/start']
  const issuer = 'https://broker.example.com/start'
  const own = `${house.origin}/federation?Action=login&SigninToken=x`
  for (const [more, Issuer, leads] of [
    ['', 'https://evil.example/', '/console-signed-out'],
    ['', issuer, issuer],
    [`&redirect_uri=${encodeURIComponent(`${issuer}/team`)}`, issuer, `${issuer}/team`],
    [`&redirect_uri=${encodeURIComponent(own)}`, issuer, own],
    ['&redirect_uri=https%3A%2F%2Fevil.example', issuer, issuer],
    ['&redirect_uri=%2F%2Fevil.example', '', '/console-signed-out'],
    ['&redirect_uri=javascript%3Aalert(1)', '', '/console-signed-out'],
    [`&redirect_uri=${encodeURIComponent(`${house.origin}/oauth?Action=logout`)}`, issuer, issuer],
    [
      `&redirect_uri=${encodeURIComponent(`${house.origin}/federation?Action=logout`)}`,
      '',
      '/console-signed-out',
    ],
  ] as const) {
    const browser = new Browser(house.origin)
    await browser.get(loginPath(await tokenFor(house), { Issuer }))
    assert.equal((await browser.get('/console')).status, 200)
    const left = await browser.get(`/oauth?Action=logout${more}`)
    assert.deepEqual([left.status, left.location], [303, leads], `${more} ${Issuer}`)
    assert.equal((await browser.get('/console')).location, '/signin?next=%2Fconsole')
  }
})

test("AWS's sign-out address ends no sign-in, and nothing for another site's image", async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  assert.equal((await browser.get('/oauth?Action=logout')).location, '/signout')
  await browser.signIn('amina', 'right horse')
  assert.equal((await browser.get('/oauth?Action=logout')).location, '/signout')
  assert.equal((await browser.get('/portal')).status, 200)
  await browser.get(loginPath(await tokenFor(house)))
  const image = await browser.get('/oauth?Action=logout', { 'sec-fetch-dest': 'image' })
  assert.equal(image.status, 400)
  assert.equal((await browser.get('/console')).status, 200)
  for (const query of ['', '?Action=login', '?Action=logout&Action=logout'])
    assert.equal((await browser.get(`/oauth${query}`)).status, 400)
  const twice = '/oauth?Action=logout&redirect_uri=%2F&redirect_uri=%2F'
  assert.equal((await browser.get(twice)).status, 400)
  assert.equal((await browser.get('/console')).status, 200)
})

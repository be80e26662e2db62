import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { openNodes, openRunning, type RunningHere } from '../../journeys/running.ts'
import { gateSettings } from './gate-settings.ts'
import { type Got, type Headers, opens, Visitor } from './visitor.ts'

const wiki = 'http://wiki.localhost'

/** What Traefik sends beside the headers of the client. */
const asked = (url: string, method = 'GET'): Headers => {
  const { host, pathname, search } = new URL(url)
  return {
    'x-forwarded-host': host,
    'x-forwarded-uri': pathname + search,
    'x-forwarded-method': method,
    'x-forwarded-proto': 'http',
    'x-forwarded-for': '192.0.2.7',
  }
}

/** How a proxy reaches Gatehouse: not by the host that browsers use. */
const innerAddress = ({ origin }: RunningHere) =>
  `${origin.replace('localhost', '127.0.0.1')}/gate/verify`

/** What a proxy is answered for a browser's request. */
async function verify(at: RunningHere, visitor: Visitor, url: string, more: Headers = opens) {
  const cookie = [...visitor.jar(new URL(url).host)].map((pair) => pair.join('=')).join('; ')
  return new Visitor(at.origin).get(innerAddress(at), {
    ...more,
    ...asked(url),
    ...(cookie && { cookie }),
  })
}

/** Where the proxy sends a browser that opens this page. */
async function sentFrom(at: RunningHere, visitor: Visitor, url: string): Promise<string> {
  const { status, headers } = await verify(at, visitor, url)
  assert.equal(status, 302)
  return headers.location!
}

/** From a page of a site through the sign-in, and back. */
async function enter(at: RunningHere, username: string, url = `${wiki}/page?q=1`) {
  const visitor = new Visitor(at.origin)
  const arrived = await visitor.travel(await sentFrom(at, visitor, url), username)
  return { visitor, arrived }
}

/** Follows as far as the hand-over, and gives its address. */
async function handOver(at: RunningHere, visitor: Visitor, from: string): Promise<string> {
  let next = from
  for (let steps = 0; steps < 3; steps++) {
    const { headers } = await visitor.get(next)
    next = new URL(headers.location!, at.origin).href
    if (next.includes('/.gatehouse/return')) return next
  }
  throw new Error(`no hand-over: ${next}`)
}

const gateSignIns = async (at: RunningHere, count: number) =>
  (
    await at.events((all) => all.filter((one) => one.eventName === 'GateSignIn').length >= count)
  ).filter((one) => one.eventName === 'GateSignIn')

test('a person signs in on the way to a page and is sent back to exactly that page', async () => {
  await using at = await openRunning(gateSettings())
  const url = `${wiki}/page?q=a%20b&x=%2F..%2F`
  const { visitor, arrived } = await enter(at, 'alice', url)
  assert.equal(arrived.at, url)
  const { status, headers } = await verify(at, visitor, url)
  assert.equal(status, 200)
  assert.deepEqual(
    ['user', 'name', 'groups', 'email', 'staff'].map((name) => headers[`remote-${name}`]),
    ['alice', 'alice of Corp', 'wiki-admins', 'alice@corp.test', 'true'],
  )
  const keys = createRemoteJWKSet(new URL(`${at.origin}/oauth2/jwks`))
  const { payload } = await jwtVerify(String(headers['remote-token']), keys, {
    issuer: at.origin,
    audience: wiki,
    typ: 'gate+jwt',
    algorithms: ['ES256'],
    currentDate: at.clock.now(),
  })
  assert.equal(payload.preferred_username, 'alice')
  assert.deepEqual(payload.groups, ['wiki-admins'])
  assert.equal(payload.exp! - payload.iat!, 90)
  const [event, ...more] = await gateSignIns(at, 1)
  assert.deepEqual(event?.requestParameters, { site: 'wiki', host: 'wiki.localhost' })
  assert.deepEqual([event?.userIdentity.userName, event?.errorCode], ['alice', undefined])
  assert.equal(more.length, 0)
  // The other application of the person needs its own hand-over, and no second sign-in.
  const other = 'http://plain.localhost/x'
  const through = await visitor.travel(await sentFrom(at, visitor, other))
  assert.equal(through.at, other)
  assert.equal((await verify(at, visitor, other)).headers['remote-groups'], '')
})

test('a cookie is good at its own host only, and is all that a browser is given', async () => {
  await using at = await openRunning(gateSettings())
  const { visitor } = await enter(at, 'alice')
  const jar = visitor.jar('wiki.localhost')
  assert.deepEqual([...jar.keys()].sort(), ['gatehouse-gate', 'gatehouse-gate-browser'])
  for (const host of ['wiki2.localhost', 'plain.localhost']) {
    for (const [name, value] of jar) visitor.jar(host).set(name, value)
    assert.equal((await verify(at, visitor, `http://${host}/`)).status, 302, host)
  }
  assert.equal((await verify(at, visitor, `${wiki}/`)).status, 200)
})

test('attempts of several tabs do not disturb each other, and leave one cookie', async () => {
  await using at = await openRunning(gateSettings())
  const visitor = new Visitor(at.origin)
  const pages = Array.from({ length: 40 }, (_, index) => `${wiki}/tab/${index}`)
  const begun: string[] = []
  for (const page of pages) {
    const { headers, setCookies } = await visitor.get(await sentFrom(at, visitor, page))
    assert.equal(setCookies.length, 1)
    assert.match(setCookies[0]!, /; Path=\/; Max-Age=1800; HttpOnly; SameSite=Lax$/)
    begun.push(headers.location!)
  }
  assert.equal(visitor.jar('wiki.localhost').size, 1)
  assert.equal((await visitor.travel(begun[39]!, 'alice')).at, pages[39])
  for (const index of [0, 7]) {
    const back = await handOver(at, visitor, begun[index]!)
    const { headers, setCookies } = await visitor.get(back)
    assert.equal(headers.location, pages[index])
    assert.equal(setCookies.length, 1)
  }
})

test('a script, an image, a frame or a form gets 401 and no cookie', async () => {
  await using at = await openRunning(gateSettings())
  const visitor = new Visitor(at.origin)
  const others: readonly Headers[] = [
    { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
    { accept: 'text/html', 'x-requested-with': 'XMLHttpRequest' },
    { ...opens, 'sec-fetch-dest': 'iframe' },
    { ...opens, 'x-forwarded-method': 'POST' },
  ]
  for (const headers of others) {
    const got = await verify(at, visitor, `${wiki}/`, headers)
    const method = headers['x-forwarded-method']
    // `verify` says GET last: the form is asked for by itself.
    const { status, ...rest } = method
      ? await new Visitor(at.origin).get(innerAddress(at), {
          ...opens,
          ...asked(`${wiki}/`, 'POST'),
        })
      : got
    assert.deepEqual([status, rest.setCookies, rest.headers.location], [401, [], undefined])
  }
  const start = await new Visitor(at.origin).get(`${wiki}/.gatehouse/start?to=/`, {
    'sec-fetch-dest': 'image',
  })
  assert.deepEqual([start.status, start.setCookies], [400, []])
})

test('a hand-over is good once, for a minute, for the browser and host that began', async () => {
  await using at = await openRunning(gateSettings())
  const { visitor } = await enter(at, 'alice')
  const begin = async (who = visitor) => {
    who.jar('wiki2.localhost').delete('gatehouse-gate')
    return sentFrom(at, who, 'http://wiki2.localhost/page')
  }
  const refused = (got: Got) => {
    assert.equal(got.status, 303)
    assert.equal(new URL(got.headers.location!).pathname, '/gate/ended')
    assert.deepEqual(got.setCookies, [])
  }
  const used = await handOver(at, visitor, await begin())
  assert.equal((await visitor.get(used)).setCookies.length, 1)
  refused(await visitor.get(used))

  const stolen = await handOver(at, visitor, await begin())
  const thief = new Visitor(at.origin)
  await thief.get(await begin(thief))
  refused(await thief.get(stolen))
  // Shown once, it is good for nobody.
  refused(await visitor.get(stolen))

  const elsewhere = (await handOver(at, visitor, await begin())).replace('wiki2.', 'wiki.')
  refused(await visitor.get(elsewhere))

  const late = await handOver(at, visitor, await begin())
  at.clock.pass(61)
  refused(await visitor.get(late))
  refused(await visitor.get('http://wiki2.localhost/.gatehouse/return?code=x'))
  refused(await visitor.get('http://wiki2.localhost/.gatehouse/return'))
  const page = await visitor.get(`${at.origin}/gate/ended?host=wiki2.localhost`)
  assert.match(page.text, /The sign-in to Wiki has ended/)
  assert.match(page.text, /href="http:\/\/wiki2\.localhost\/"/)

  const details = (await gateSignIns(at, 8))
    .filter(({ errorCode }) => errorCode !== undefined)
    .map(({ additionalEventData: { gatehouse }, userIdentity }) => [
      gatehouse.detail,
      userIdentity.userName,
    ])
  const unproved = 'HIDDEN_DUE_TO_SECURITY_REASONS'
  assert.deepEqual(details.slice(0, 4), [
    ['the code is unknown, was used, or is too old', unproved],
    ['another browser began', unproved],
    ['the code is unknown, was used, or is too old', unproved],
    ['the code is of another host', unproved],
  ])
})

test('fifty at once with one code: one gets in', async () => {
  await using at = await openRunning(gateSettings())
  const { visitor } = await enter(at, 'alice')
  const code = await handOver(at, visitor, await sentFrom(at, visitor, 'http://wiki2.localhost/'))
  const all = await Promise.all(Array.from({ length: 50 }, () => visitor.get(code)))
  assert.equal(all.filter(({ setCookies }) => setCookies.length > 0).length, 1)
})

test('codes that a stranger makes up fill no audit log', async () => {
  await using at = await openRunning(gateSettings())
  const stranger = new Visitor(at.origin)
  for (let code = 0; code < 70; code++)
    await stranger.get(`http://wiki2.localhost/.gatehouse/return?code=${code}`)
  const { visitor } = await enter(at, 'alice')
  const known = await handOver(at, visitor, await sentFrom(at, visitor, 'http://wiki2.localhost/'))
  await stranger.get(known)
  const details = (await gateSignIns(at, 62)).map(
    ({ additionalEventData: { gatehouse } }) => gatehouse.detail,
  )
  const unknown = 'the code is unknown, was used, or is too old'
  assert.equal(details.filter((detail) => detail === unknown).length, 60)
  assert.ok(details.includes('the browser keeps no cookies, or did not begin here'))
})

test('nobody is signed in as somebody else by a link', async () => {
  await using at = await openRunning(gateSettings())
  // The attacker signs in, and sends the last step to the victim.
  const { visitor: attacker } = await enter(at, 'carol', 'http://plain.localhost/')
  const code = await handOver(at, attacker, await sentFrom(at, attacker, `${wiki}/`))
  const victim = new Visitor(at.origin)
  assert.deepEqual((await victim.get(code)).setCookies, [])
  await victim.get(await sentFrom(at, victim, `${wiki}/`))
  const second = await handOver(at, attacker, await sentFrom(at, attacker, `${wiki}/`))
  assert.deepEqual((await victim.get(second)).setCookies, [])
  // Or has the victim, who is signed in, go on with the attempt that the attacker began.
  const { visitor: alice } = await enter(at, 'alice', 'http://plain.localhost/')
  const begun = await attacker.get(await sentFrom(at, attacker, 'http://wiki2.localhost/'))
  const handed = await alice.get(begun.headers.location!)
  assert.deepEqual((await alice.get(handed.headers.location!)).setCookies, [])
  assert.deepEqual((await attacker.get(handed.headers.location!)).setCookies, [])
})

test('an attempt that is altered, too old or of a site that is gone leads to a page', async () => {
  await using at = await openRunning(gateSettings())
  const visitor = new Visitor(at.origin)
  const { headers } = await visitor.get(await sentFrom(at, visitor, `${wiki}/`))
  const gone = async (url: string) => {
    const got = await visitor.get(url)
    assert.equal(got.status, 400)
    assert.match(got.text, /This sign-in has ended/)
  }
  const url = headers.location!
  await gone(`${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`)
  await gone(url.slice(0, -3))
  await gone(`${at.origin}/gate/enter/x`)
  at.clock.pass(1801)
  await gone(url)
})

test('who may not use an application reads so, and so does who may not have the page', async () => {
  await using at = await openRunning(gateSettings())
  const { visitor: bob, arrived } = await enter(at, 'bob')
  assert.equal(arrived.status, 403)
  assert.match(arrived.text, /You may not use Wiki/)
  assert.equal(bob.jar('wiki.localhost').has('gatehouse-gate'), false)
  const { visitor: carol } = await enter(at, 'carol')
  assert.equal((await verify(at, carol, `${wiki}/page`)).status, 200)
  assert.equal((await verify(at, carol, `${wiki}/admin/help`)).headers['remote-user'], '')
  assert.equal((await verify(at, carol, `${wiki}/admin`, { accept: '*/*' })).status, 403)
  const page = await carol.travel(await sentFrom(at, carol, `${wiki}/ADMIN/users`))
  assert.deepEqual([page.status, page.at.startsWith(`${at.origin}/gate/enter/`)], [403, true])
  assert.match(page.text, /You may not open this page of Wiki/)
  const { visitor: alice } = await enter(at, 'alice', `${wiki}/admin/users`)
  assert.equal((await verify(at, alice, `${wiki}/admin/users`)).status, 200)
  const refusals = (await gateSignIns(at, 4)).filter(({ errorCode }) => errorCode !== undefined)
  assert.deepEqual(
    refusals.map(({ userIdentity, additionalEventData: { gatehouse } }) => [
      userIdentity.userName,
      gatehouse.detail,
    ]),
    [
      ['bob', '`"staff" in identity.groups` does not hold'],
      ['carol', '`"wiki-admins" in identity.groups` does not hold'],
    ],
  )
})

test('a sign-out reaches every application within the interval', async () => {
  await using at = await openRunning(gateSettings())
  const { visitor } = await enter(at, 'alice')
  assert.equal((await verify(at, visitor, `${wiki}/`)).status, 200)
  const to = await visitor.get(`${wiki}/.gatehouse/sign-out`)
  assert.deepEqual([to.status, to.headers.location], [303, `${at.origin}/signout`])
  // A link ends nothing: the page asks.
  assert.equal((await verify(at, visitor, `${wiki}/`)).status, 200)
  const question = await visitor.get(`${at.origin}/signout`)
  const csrf = /name="_csrf" value="([^"]*)"/.exec(question.text)![1]!
  await visitor.post(`${at.origin}/signout`, { _csrf: csrf })
  at.clock.pass(30)
  assert.equal((await verify(at, visitor, `${wiki}/`)).status, 302)
})

test('another person at the same browser ends what the first had at applications', async () => {
  await using at = await openRunning(gateSettings())
  const { visitor } = await enter(at, 'alice')
  assert.equal((await verify(at, visitor, `${wiki}/`)).status, 200)
  await visitor.signIn(at.origin, 'carol')
  at.clock.pass(30)
  assert.equal((await verify(at, visitor, `${wiki}/`)).status, 302)
})

test('an application ends with its lifetime or the sign-in, whichever is sooner', async () => {
  const hour = gateSettings().replace('label: Wiki', 'label: Wiki\n      lifetime: 1h')
  await using at = await openRunning(hour)
  const { visitor } = await enter(at, 'alice')
  const plain = 'http://plain.localhost/'
  await visitor.travel(await sentFrom(at, visitor, plain))
  at.clock.pass(3599)
  assert.equal((await verify(at, visitor, `${wiki}/`)).status, 200)
  at.clock.pass(31)
  // The person is asked nothing: the sign-in at Gatehouse lives on.
  assert.equal((await visitor.travel(await sentFrom(at, visitor, `${wiki}/`))).at, `${wiki}/`)
  at.clock.pass(11 * 3600)
  for (const url of [plain, `${wiki}/`]) {
    const from = await sentFrom(at, visitor, url)
    assert.match((await visitor.travel(from)).text, /name="password"/)
  }
})

test('a page with a long address is come back to as well, up to a length', async () => {
  await using at = await openRunning(gateSettings())
  for (const [length, exact] of [
    [150, true],
    [700, true],
    [2040, true],
    [2100, false],
    [9000, false],
  ] as const) {
    const url = `${wiki}/${'a'.repeat(length)}?b=%2F`
    const { arrived } = await enter(at, 'alice', url)
    assert.equal(arrived.at, exact ? url : `${wiki}/`, String(length))
  }
})

test('nobody but the gate answers at its addresses, and only for hosts of sites', async () => {
  await using at = await openRunning(gateSettings())
  const visitor = new Visitor(at.origin)
  for (const url of [
    `${at.origin}/.gatehouse/start?to=/`,
    'http://evil.localhost/.gatehouse/start?to=/',
    'http://evil.localhost/.gatehouse/return?code=x',
    `${at.origin}/gate/ended?host=evil.localhost`,
  ])
    assert.equal((await visitor.get(url)).status, 404, url)
  // What the client sent to the application may look like a call of our own API.
  const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu/s3/aws4_request' }
  assert.equal((await verify(at, visitor, `${wiki}/`, { ...opens, ...signed })).status, 302)
  for (const to of ['//evil.test', 'https://evil.test/', '/\\evil.test', '@evil.test', '/a b']) {
    const fresh = new Visitor(at.origin)
    const start = `http://plain.localhost/.gatehouse/start?to=${encodeURIComponent(to)}`
    const { at: arrived } = await fresh.travel(start, 'alice')
    assert.equal(new URL(arrived).host, 'plain.localhost', to)
  }
})

test('without sites there is no gate', async () => {
  await using at = await openRunning(gateSettings().replace(/gate:[\s\S]*/, ''))
  const visitor = new Visitor(at.origin)
  assert.equal((await verify(at, visitor, `${wiki}/`)).status, 404)
  assert.equal((await visitor.get(`${at.origin}/gate/enter/x`)).status, 404)
})

test('the hand-over to a site goes through any node, and counts once', async () => {
  await using at = await openNodes(gateSettings(), { count: 3 })
  for (const page of ['/one', '/two', '/three']) {
    const url = wiki + page
    const { visitor, arrived } = await enter(at, 'alice', url)
    assert.equal(arrived.at, url)
    for (const _ of at.nodes) assert.equal((await verify(at, visitor, url)).status, 200)
  }
  const { visitor } = await enter(at, 'alice')
  const other = new Visitor(at.origin)
  other.cookies.set(new URL(at.origin).host, visitor.jar(new URL(at.origin).host))
  const address = await handOver(at, other, await sentFrom(at, other, `${wiki}/page`))
  const first = await other.get(address)
  const again = await other.get(address)
  assert.ok(first.setCookies.length > 0 && again.setCookies.length === 0, 'the next node knows')
})

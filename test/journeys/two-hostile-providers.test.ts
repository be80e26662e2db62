import assert from 'node:assert/strict'
import { hash, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Browser } from '../http/browser.ts'
import { openRunning, type TrailRecord } from './running.ts'
import { type Claims, startTenants, type TenantProvider } from './tenant-providers.ts'

const account = '111122223333'
const clientId = 'gatehouse'
const clientSecret = 'a secret of at least thirty-two characters'
const ours = '6babcaad-604b-40ac-a9d7-9fd97c0b779f'
const others = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a'
const entra = (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`
const tenant = (name: string) => `https://op.corp.test/tenants/${name}`
const issuers = { a: tenant('a'), b: tenant('b'), entra: entra('organizations') }

/** Both tenants publish the same keys and know Gatehouse by the same client and secret. */
async function openTenants(metadata: Readonly<Record<string, Claims>> = {}) {
  await using undo = new AsyncDisposableStack()
  let now = () => new Date()
  const tenants = undo.use(
    await startTenants({ issuers, clientId, clientSecret, now: () => now() }),
  )
  tenants.of('entra').metadata = { issuer: entra('{tenantid}') }
  for (const [name, members] of Object.entries(metadata)) tenants.of(name).metadata = members
  const at = undo.use(await openRunning(settings(tenants.outbound)))
  now = () => at.clock.now()
  const owned = undo.move()
  const browsers: Browser[] = []
  /** A browser that went to a provider, and what it took there. */
  const leave = async (connector: string, browser = new Browser(at.origin)) => {
    browsers.push(browser)
    const left = await browser.get(`/oidc/${connector}/login`)
    assert.equal(left.status, 303)
    const request = new URL(left.location!)
    return { browser, request, state: request.searchParams.get('state')! }
  }
  const answer = (browser: Browser, connector: string, parameters: Record<string, string>) =>
    browser.get(`/oidc/${connector}/callback?${new URLSearchParams(parameters)}`)
  /** Events of refusals, once there are so many. */
  const refusals = async (least: number) => {
    const isRefusal = ({ errorCode }: TrailRecord) => errorCode !== undefined
    return (await at.events((all) => all.filter(isRefusal).length >= least)).filter(isRefusal)
  }
  let refused = 0
  /** The answer is refused for this reason, in the page and in the event. */
  const refuses = async (
    { browser, connector }: { readonly browser: Browser; readonly connector: string },
    parameters: Record<string, string>,
    reason: RegExp,
  ) => {
    const shown = await answer(browser, connector, parameters)
    assert.ok(shown.status >= 400, `${reason}: ${shown.status} ${shown.location}`)
    refused += 1
    const told = (await refusals(refused))[refused - 1]!
    const { connector: named, detail } = told.additionalEventData.gatehouse
    assert.equal(named, connector)
    assert.match(`${told.errorCode} ${detail}`, reason)
  }
  /** Nobody is signed in, no event says so, and no event holds a token, a code or a secret. */
  const nobodyIsSignedIn = async () => {
    for (const browser of browsers) assert.equal((await browser.get('/portal')).status, 303)
    const all = await at.events(refused)
    assert.ok(all.every(({ errorCode }) => errorCode !== undefined))
    assert.doesNotMatch(JSON.stringify([all, at.logged]), /eyJ|a secret of at least/)
  }
  const a = tenants.of('a')
  const b = tenants.of('b')
  return {
    ...{ at, a, b, entra: tenants.of('entra'), leave, answer, refusals, refuses, nobodyIsSignedIn },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function settings(outbound: string): string {
  const connector = (id: 'a' | 'b' | 'entra', more = '') => `
  ${id}:
    type: oidc
    label: Tenant ${id}
    accounts: ["${account}"]
    issuer: ${issuers[id]}
    clientId: ${clientId}
    clientSecret: ${clientSecret}
    usernameClaim: preferred_username
    userInfo: never${more}`
  const providers = [issuers.a, issuers.b, entra(ours), entra(others)]
  const arn = (issuer: string) =>
    `arn:aws:iam::${account}:oidc-provider/${issuer.slice('https://'.length)}`
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: providers.map(arn) },
      Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
    },
  }
  const entities = providers.map((one) => `      "${one}": { clientIds: [${clientId}] }`)
  return `
${outbound}
limits: { signInTimeout: 2m }
accounts:
  "${account}":
    oidcProviders:
${entities.join('\n')}
    roles: { Developer: { trustPolicy: '${JSON.stringify(trust)}' } }
connectors:${connector('a')}${connector('b')}${connector(
    'entra',
    `
    requiredClaims: { tid: [${ours}] }`,
  )}
mappings:
  - { name: everybody, when: "true", grants: [{ role: "arn:aws:iam::${account}:role/Developer" }] }
`
}

const withIss = { authorization_response_iss_parameter_supported: true }

test('an honest answer of each tenant signs in: refusals are for the lies', async () => {
  await using scene = await openTenants({ b: withIss })
  const { a, b, entra: e, leave, answer } = scene
  e.claims = (honest) => ({ ...honest, iss: entra(ours), tid: ours })
  for (const [connector, op, more] of [
    ['a', a, {}],
    ['b', b, { iss: b.issuer }],
    ['entra', e, {}],
  ] as const) {
    const { browser, request, state } = await leave(connector)
    const shown = await answer(browser, connector, { code: op.code(request), state, ...more })
    await browser.get(shown.location!)
    const portal = await browser.get('/portal')
    assert.equal(portal.status, 200, connector)
    assert.notEqual(portal.choice('Developer'), '', connector)
  }
})

test('an answer of A at the callback of B is refused, with and without `iss`', async () => {
  for (const metadata of [{}, withIss]) {
    await using scene = await openTenants({ a: metadata, b: metadata })
    const { a, b, leave, refuses, nobodyIsSignedIn } = scene
    const supported = metadata === withIss
    // The browser began at A: the attempt is none of B's, whatever the answer says.
    for (const named of [{}, { iss: a.issuer }, { iss: b.issuer }]) {
      const { browser, request, state } = await leave('a')
      const parameters = { code: a.code(request), state, ...named }
      await refuses({ browser, connector: 'b' }, parameters, /attempt-ended.*an open request/)
    }
    // It began at B, and A gave its own code for B's state.
    const there = await leave('b')
    const code = () => a.code(there.request)
    const at = { browser: there.browser, connector: 'b' }
    const { state } = there
    await refuses(at, { code: code(), state, iss: a.issuer }, /oidc answer: .*"iss"/)
    if (supported) await refuses(at, { code: code(), state }, /oidc answer: .*"iss".*missing/)
    assert.deepEqual([a.redeemed.length, b.redeemed.length], [0, 0], 'no code was sent')
    const told = supported ? { iss: b.issuer } : {}
    await refuses(at, { code: code(), state, ...told }, /attempt-ended oidc code.*invalid_grant/)
    assert.deepEqual([a.redeemed.length, b.redeemed.length], [0, 1], 'A gets nothing to redeem')
    await nobodyIsSignedIn()
  }
})

test('a code of B at the callback of A is not given to A where B says `iss`', async () => {
  await using scene = await openTenants({ b: withIss })
  const { a, b, leave, refuses, nobodyIsSignedIn } = scene
  const { browser, request, state } = await leave('a')
  const parameters = { code: b.code(request), state, iss: b.issuer }
  await refuses({ browser, connector: 'a' }, parameters, /oidc answer: .*"iss"/)
  assert.deepEqual([a.redeemed.length, b.redeemed.length], [0, 0])
  await nobodyIsSignedIn()
})

test('a code of a victim in the browser of an attacker is refused, and the reverse', async () => {
  await using scene = await openTenants()
  const { b, leave, refuses, nobodyIsSignedIn } = scene
  const victim = await leave('b')
  const attacker = await leave('b')
  const at = { browser: attacker.browser, connector: 'b' }
  const stolen = () => b.code(victim.request)
  await refuses(at, { code: stolen(), state: attacker.state }, /oidc code.*invalid_grant/)
  await refuses(at, { code: stolen(), state: victim.state }, /attempt-ended.*another browser/)
  const lured = { browser: victim.browser, connector: 'b' }
  const planted = { code: b.code(attacker.request), state: attacker.state }
  await refuses(lured, planted, /attempt-ended.*another browser/)
  assert.equal(b.redeemed.length, 1, 'an answer in another browser is not redeemed')
  // Where the provider does not look at PKCE, the nonce tells that the code is another request's.
  b.careless = true
  await refuses(at, { code: stolen(), state: attacker.state }, /assertion-refused oidc nonce/)
  await nobodyIsSignedIn()
})

test('an ID token of an earlier sign-in is refused, so is a used answer', async () => {
  await using scene = await openTenants()
  const { a, leave, answer, refuses } = scene
  const first = await leave('a')
  let kept: unknown
  a.answer = (honest) => {
    kept = honest.id_token
    return honest
  }
  const used = { code: a.code(first.request), state: first.state }
  assert.equal((await answer(first.browser, 'a', used)).status, 303)
  a.answer = (honest) => ({ ...honest, id_token: kept })
  const next = await leave('a')
  const replayed = { code: a.code(next.request), state: next.state }
  await refuses({ browser: next.browser, connector: 'a' }, replayed, /assertion-refused oidc nonce/)
  const again = { ...used, code: a.code(first.request) }
  await refuses({ browser: first.browser, connector: 'a' }, again, /attempt-ended/)
  assert.equal(a.redeemed.length, 2, 'a code for an answer that was used is not redeemed')
  assert.equal((await next.browser.get('/portal')).status, 303)
})

test('what the token endpoint of A hands out of B, or in a wrong place, is refused', async () => {
  await using scene = await openTenants()
  const { a, b, leave, refuses, nobodyIsSignedIn } = scene
  const nonceOf = (request: URL) => request.searchParams.get('nonce')!
  const digest = hash('sha256', 'another', 'buffer').subarray(0, 16).toString('base64url')
  const lies: readonly [(request: URL) => (honest: object) => object, RegExp][] = [
    // B issued it for the nonce of this very attempt, to the same client, with the same key.
    [
      (request) => (honest) => ({ ...honest, id_token: b.idToken(nonceOf(request)) }),
      /oidc issuer/,
    ],
    [() => (honest) => ({ ...honest, id_token: b.idToken(randomUUID()) }), /oidc (issuer|nonce)/],
    [
      (request) => (honest) => ({
        ...honest,
        id_token: undefined,
        access_token: a.idToken(nonceOf(request)),
      }),
      /oidc answer/,
    ],
    [
      (request) => () => {
        const id_token = a.signed({ ...claimsOf(a, nonceOf(request)), at_hash: digest })
        return { id_token, access_token: id_token, token_type: 'Bearer' }
      },
      /oidc access-token-hash/,
    ],
    [
      (request) => (honest) => ({
        ...honest,
        id_token: a.signed(claimsOf(a, nonceOf(request)), { typ: 'at+jwt' }),
      }),
      /oidc token-type/,
    ],
  ]
  for (const [lie, reason] of lies) {
    const { browser, request, state } = await leave('a')
    a.answer = (honest) => ({ ...lie(request)(honest) })
    await refuses({ browser, connector: 'a' }, { code: a.code(request), state }, reason)
  }
  // The same the other way round: a token of A at B.
  const { browser, request, state } = await leave('b')
  b.answer = (honest) => ({ ...honest, id_token: a.idToken(nonceOf(request)) })
  await refuses({ browser, connector: 'b' }, { code: b.code(request), state }, /oidc issuer/)
  await nobodyIsSignedIn()
})

const claimsOf = (op: TenantProvider, nonce: string): Claims =>
  JSON.parse(Buffer.from(op.idToken(nonce).split('.')[1]!, 'base64url').toString())

test('a discovery document that names B, or the endpoints of B, makes A no B', async () => {
  const document = { token_endpoint: `${issuers.b}/token`, jwks_uri: `${issuers.b}/keys` }
  await using scene = await openTenants({ a: document })
  const { b, leave, refuses, nobodyIsSignedIn } = scene
  b.careless = true
  const { browser, request, state } = await leave('a')
  await refuses({ browser, connector: 'a' }, { code: b.code(request), state }, /oidc issuer/)
  await nobodyIsSignedIn()

  await using other = await openTenants({ a: { issuer: issuers.b } })
  const away = new Browser(other.at.origin)
  assert.ok((await away.get('/oidc/a/login')).status >= 400)
  const [event] = await other.refusals(1)
  assert.match(
    event!.additionalEventData.gatehouse.detail!,
    /oidc discovery: the discovery document is of another issuer/,
  )
})

test('another tenant of a shared issuer is refused, whatever its token says', async () => {
  await using scene = await openTenants()
  const { entra: e, leave, refuses, nobodyIsSignedIn } = scene
  const lies: readonly [object, RegExp][] = [
    [{ iss: entra(others), tid: others }, /oidc claim: .*`tid`/],
    [{ iss: entra(others), tid: ours }, /oidc issuer/],
    [{ iss: entra(ours), tid: others }, /oidc issuer/],
    [{ iss: entra('organizations'), tid: ours }, /oidc issuer/],
    [{ iss: entra('{tenantid}'), tid: ours }, /oidc issuer/],
    [{ iss: entra('{tenantid}'), tid: '{tenantid}' }, /oidc claim: .*`tid`/],
    [{ iss: entra('{tenantid}'), tid: '$&' }, /oidc claim: .*`tid`/],
    [{ iss: entra(ours), tid: [ours] }, /oidc claim: .*`tid`/],
    [{ iss: entra(ours) }, /oidc issuer/],
    [{ iss: issuers.a, tid: ours }, /oidc issuer/],
  ]
  for (const [claims, reason] of lies) {
    e.claims = (honest) => ({ ...honest, ...claims })
    const { browser, request, state } = await leave('entra')
    await refuses({ browser, connector: 'entra' }, { code: e.code(request), state }, reason)
  }
  await nobodyIsSignedIn()
})

test('a logout token of A ends no session of B, and at B it is refused', async () => {
  await using scene = await openTenants()
  const { a, b, at, leave, answer, refusals } = scene
  const { browser, request, state } = await leave('b')
  const shown = await answer(browser, 'b', { code: b.code(request), state })
  await browser.get(shown.location!)
  at.clock.pass(1)
  const iat = Math.floor(at.clock.now().getTime() / 1000)
  const logout = async (connector: string, claims: object) => {
    const said = { aud: clientId, iat, exp: iat + 120, jti: randomUUID(), sub: 'alice', ...claims }
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
    const logout_token = a.signed({ ...said, events }, { typ: 'logout+jwt' })
    const url = `${at.origin}/oidc/${connector}/logout`
    return fetch(url, { method: 'POST', body: new URLSearchParams({ logout_token }) })
  }
  assert.equal((await logout('b', { iss: a.issuer })).status, 400)
  const told = (await refusals(1))[0]!
  assert.equal(told.eventName, 'SignOut')
  const { connector, detail } = told.additionalEventData.gatehouse
  assert.equal(connector, 'b')
  assert.match(detail!, /oidc logout-token: it is of another issuer/)
  assert.equal((await logout('a', { iss: a.issuer })).status, 200)
  const portal = async () => (await browser.get('/portal')).status
  assert.equal(await portal(), 200, 'A speaks for its own people alone')
  assert.equal((await logout('b', { iss: b.issuer })).status, 200)
  assert.equal(await portal(), 303)
})

import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { CompactEncrypt, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import * as client from 'openid-client'
import { readSettings } from '../../src/config/load.ts'
import { Browser } from '../http/browser.ts'
import { openRunning } from '../journeys/running.ts'
import {
  appSettings,
  back,
  begin,
  enter,
  openScene,
  redeem,
  type Scene,
  signInOn,
  travel,
} from './scene.ts'

const pair = await generateKeyPair('ES256', { extractable: true })
const other = await generateKeyPair('ES256', { extractable: true })
const { kty, crv, x, y } = await exportJWK(pair.publicKey)
const api = 'https://api.corp.test'
const keys = `    keys: [{ kty: ${kty}, crv: ${crv}, x: ${x}, y: ${y}, kid: k1, alg: ES256 }]\n`
const signer = (more: string) => `${appSettings}  ledger:
    label: Ledger
    redirectUris: [${back}]
    authentication: private_key_jwt
    refreshTokens: true
    clientCredentials: true
    resources: { "${api}": [read] }
${keys}${more}resources:
  ${api}: { label: API, scopes: [read] }
`

const now = () => Math.floor(Date.now() / 1000)
/** An assertion of the app, or what a thief makes of one. */
const assertion = (claims: object, header: object = {}, key = pair.privateKey) =>
  new SignJWT({ iss: 'ledger', sub: 'ledger', exp: now() + 60, iat: now(), ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
    .sign(key)

async function present(at: Scene, client_assertion: string, more: Record<string, string> = {}) {
  const answer = await fetch(`${at.origin}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'read',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
      ...more,
    }),
  })
  const { error } = (await answer.json()) as { error?: string }
  return error ?? answer.status
}

test('an app proves itself by its key, with an assertion that serves once', async () => {
  await using at = await openScene(signer(''))
  const ledger = await at.app('ledger', client.PrivateKeyJwt({ key: pair.privateKey, kid: 'k1' }))
  const { tokens } = await enter(at, await begin(ledger), 'alice')
  await client.refreshTokenGrant(ledger, tokens.refresh_token!)
  const aud = at.origin
  const once = await assertion({ aud, jti: 'one' })
  assert.equal(await present(at, once), 200)
  assert.equal(await present(at, once), 'invalid_client', 'again')
  const many = await assertion({ aud, jti: 'many' })
  const ends = await Promise.all(Array.from({ length: 20 }, () => present(at, many)))
  assert.equal(ends.filter((end) => end === 200).length, 1)
  for (const [what, forged] of Object.entries({
    'another key': assertion({ aud, jti: 'a' }, {}, other.privateKey),
    'another issuer': assertion({ aud, jti: 'b', iss: 'wiki' }),
    'another audience': assertion({ aud: 'https://evil.test', jti: 'c' }),
    'a further audience': assertion({ aud: [aud, 'https://evil.test'], jti: 'd' }),
    'no id': assertion({ aud }),
    'a long id': assertion({ aud, jti: 'x'.repeat(300) }),
    'a long life': assertion({ aud, jti: 'e', exp: now() + 3600 }),
    'no end': assertion({ aud, jti: 'f', exp: undefined }),
    'an end that has passed': assertion({ aud, jti: 'g', exp: now() - 60 }),
    'a token of another kind': assertion({ aud, jti: 'h' }, { typ: 'at+jwt' }),
  }))
    assert.equal(await present(at, await forged), 'invalid_client', what)
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${once.split('.')[1]}.`
  assert.equal(await present(at, none), 'invalid_client')
  const asWiki = await assertion({ aud, jti: 'i', iss: 'wiki', sub: 'wiki' })
  assert.equal(await present(at, asWiki), 'invalid_client', 'an app with a secret')
})

test('a pushed request serves once, and an app that has to push goes nowhere without', async () => {
  await using at = await openScene(signer('    pushedRequests: true\n'))
  const ledger = await at.app('ledger', client.PrivateKeyJwt({ key: pair.privateKey, kid: 'k1' }))
  const browser = new Browser(at.origin)
  const direct = String(await travel(browser, (await begin(ledger)).url))
  assert.equal(new URL(direct).searchParams.get('error'), 'invalid_request')
  const attempt = await begin(ledger)
  const parameters = Object.fromEntries(attempt.url.searchParams)
  const url = await client.buildAuthorizationUrlWithPAR(ledger, parameters)
  assert.match(url.searchParams.get('request_uri')!, /^urn:ietf:params:oauth:request_uri:/)
  const to = await signInOn(browser, await travel(browser, url), 'alice')
  assert.ok((await redeem(attempt, String(to))).id_token)
  const again = await browser.get(url.pathname + url.search)
  assert.equal(again.status, 400, 'a pushed request serves once')
  const stolen = new URL(await client.buildAuthorizationUrlWithPAR(ledger, parameters))
  stolen.searchParams.set('client_id', 'wiki')
  assert.equal((await browser.get(stolen.pathname + stolen.search)).status, 400, 'to its own app')
  const evil = { ...parameters, redirect_uri: 'https://evil.test/callback' }
  await assert.rejects(client.buildAuthorizationUrlWithPAR(ledger, evil))
})

test('a signed request counts as it was signed, and one that has to be is', async () => {
  await using at = await openScene(signer('    signedRequests: true\n'))
  const ledger = await at.app('ledger', client.PrivateKeyJwt({ key: pair.privateKey, kid: 'k1' }))
  const browser = new Browser(at.origin)
  const attempt = await begin(ledger)
  const told = await travel(browser, attempt.url)
  assert.match(String(told), /error=invalid_request&/)
  const asked = Object.fromEntries(attempt.url.searchParams)
  const request = (claims: object, header: object = {}, key = pair.privateKey) =>
    assertion(
      { ...asked, sub: undefined, aud: at.origin, ...claims },
      { typ: 'oauth-authz-req+jwt', ...header },
      key,
    )
  const send = async (signed: string, more: Record<string, string> = {}) => {
    const query = new URLSearchParams({ client_id: 'ledger', request: signed, ...more })
    const shown = await browser.get(`/oauth2/authorize?${query}`)
    return shown.location ?? `${shown.status}`
  }
  const good = await send(await request({}), { scope: 'openid email', state: 'changed' })
  assert.match(good, /^\/apps\/continue\//)
  for (const [what, forged] of Object.entries({
    'another key': request({}, {}, other.privateKey),
    'another audience': request({ aud: 'https://evil.test' }),
    'another app': request({ iss: 'wiki', client_id: 'wiki' }),
    'a long life': request({ exp: now() + 3600 }),
    'no end': request({ exp: undefined }),
    'an assertion': assertion({ ...asked, aud: at.origin, jti: 'x' }),
    'an ID token': request({}, { typ: 'at+jwt' }),
  }))
    assert.match(await send(await forged), /error=invalid_request_object|^400$/, what)
  const published = (await (await fetch(`${at.origin}/oauth2/jwks`)).json()) as { keys: JWK[] }
  const { alg: _signs, ...rsa } = published.keys.find(({ kty }) => kty === 'RSA')!
  const nested = new CompactEncrypt(Buffer.from(await request({})))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', kid: rsa.kid! })
    .encrypt(await importJWK(rsa, 'RSA-OAEP-256'))
  assert.match(await send(await nested), /error=invalid_request_object|^400$/, 'encrypted for us')
  const bare = [{ alg: 'none' }, { ...asked, iss: 'ledger', aud: at.origin, exp: now() + 60 }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  assert.match(await send(`${bare}.`), /error=invalid_request_object|^400$/)
  const address = { request_uri: 'https://evil.test/request' }
  const query = new URLSearchParams({ client_id: 'ledger', ...address })
  const fetched = await browser.get(`/oauth2/authorize?${query}`)
  assert.equal(fetched.status, 400, 'nothing is fetched')
})

test('tokens that are bound to a key serve with proofs of it alone, each once', async () => {
  await using at = await openScene(signer('    boundTokens: dpop\n'))
  const ledger = await at.app('ledger', client.PrivateKeyJwt({ key: pair.privateKey, kid: 'k1' }))
  const handle = () =>
    client.randomDPoPKeyPair('ES256').then((keyPair) => client.getDPoPHandle(ledger, keyPair))
  const DPoP = await handle()
  const attempt = await begin(ledger)
  const browser = new Browser(at.origin)
  const to = new URL(String(await signInOn(browser, await travel(browser, attempt.url), 'alice')))
  const checks = {
    pkceCodeVerifier: attempt.verifier,
    expectedState: attempt.state,
    expectedNonce: attempt.nonce,
  }
  const tokens = await client.authorizationCodeGrant(ledger, to, checks, undefined, { DPoP })
  assert.equal(tokens.token_type, 'dpop')
  const { sub } = tokens.claims()!
  assert.ok(await client.fetchUserInfo(ledger, tokens.access_token, sub, { DPoP }))
  const thief = await handle()
  await assert.rejects(client.fetchUserInfo(ledger, tokens.access_token, sub, { DPoP: thief }))
  await assert.rejects(client.fetchUserInfo(ledger, tokens.access_token, sub), 'as a bearer')
  const without = await begin(ledger)
  const next = new URL(String(await travel(browser, without.url)))
  await assert.rejects(
    client.authorizationCodeGrant(ledger, next, {
      pkceCodeVerifier: without.verifier,
      expectedState: without.state,
      expectedNonce: without.nonce,
    }),
    'a token without a proof',
  )
  const proof = async (claims: object) => {
    const jwk = await exportJWK(pair.publicKey)
    return new SignJWT({ jti: 'p', htm: 'POST', htu: `${at.origin}/oauth2/token`, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setIssuedAt()
      .sign(pair.privateKey)
  }
  const ask = async (dpop: string) => {
    const answer = await fetch(`${at.origin}/oauth2/token`, {
      method: 'POST',
      headers: { dpop },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion({ aud: at.origin, jti: crypto.randomUUID() }),
      }),
    })
    const { error } = (await answer.json()) as { error?: string }
    return { error, nonce: answer.headers.get('dpop-nonce') }
  }
  const bare = await ask(await proof({}))
  assert.equal(bare.error, 'use_dpop_nonce')
  const { nonce } = bare
  assert.equal((await ask(await proof({ nonce, jti: 'q' }))).error, undefined)
  assert.notEqual((await ask(await proof({ nonce, jti: 'q' }))).error, undefined, 'again')
  const elsewhere = await proof({ nonce, jti: 'r', htu: `${at.origin}/oauth2/userinfo` })
  assert.equal((await ask(elsewhere)).error, 'invalid_dpop_proof')
  assert.equal((await ask(await proof({ nonce: 'made-up', jti: 's' }))).error, 'use_dpop_nonce')
})

const certificates = {
  ledger: await selfSigned('ledger.corp.test'),
  thief: await selfSigned('ledger.corp.test.evil.test'),
}

/** A certificate with a DNS name, by openssl as an operator would. */
async function selfSigned(name: string): Promise<string> {
  const { execFile } = await import('node:child_process')
  const { promisify } = await import('node:util')
  const { stdout } = await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', '/CN=ledger.corp.test', '-addext', `subjectAltName=DNS:${name}`],
    ...['-days', '2', '-keyout', '/dev/null', '-out', '-'],
  ])
  return stdout
}

const withTls = (authentication: string, certificate: string) => `${appSettings}  ledger:
    label: Ledger
    authentication: ${authentication}
    certificate: ${certificate}
    boundTokens: certificate
    clientCredentials: true
    resources: { "${api}": [read] }
resources:
  ${api}: { label: API, scopes: [read] }
`
const proxied =
  ', trustedProxies: [loopback], clientCertificate: { certificate: X-Cert, verified: X-Verify }'

async function show(origin: string, headers: Record<string, string>) {
  const answer = await fetch(`${origin}/oauth2/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'ledger' }),
  })
  const told = (await answer.json()) as { error?: string; access_token?: string }
  return told.error ?? JSON.parse(atob(told.access_token!.split('.')[1]!)).cnf['x5t#S256']
}

test('a certificate counts when a trusted proxy tells of it, in each spelling', async () => {
  const thumbprint = (pem: string) =>
    Buffer.from(new X509Certificate(pem).fingerprint256.replaceAll(':', ''), 'hex').toString(
      'base64url',
    )
  const escaped = encodeURIComponent(certificates.ledger)
  const der = new X509Certificate(certificates.ledger).raw.toString('base64')
  const settings = withTls('tls_client_auth', '{ dns: ledger.corp.test }')
  {
    await using at = await openRunning(settings, new Date(), proxied)
    const verified = { 'x-verify': 'SUCCESS' }
    for (const spelled of [escaped, der, `:${der}:`])
      assert.equal(
        await show(at.origin, { ...verified, 'x-cert': spelled }),
        thumbprint(certificates.ledger),
      )
    for (const [what, headers] of Object.entries({
      'no certificate': verified,
      'not verified': { 'x-cert': escaped },
      failed: { 'x-cert': escaped, 'x-verify': 'FAILED:expired' },
      'another name': { ...verified, 'x-cert': encodeURIComponent(certificates.thief) },
      rubbish: { ...verified, 'x-cert': '%%%' },
      two: { ...verified, 'x-cert': `${escaped}, ${escaped}` },
      'verified twice': { 'x-cert': escaped, 'x-verify': 'NONE, SUCCESS' },
    }))
      assert.equal(await show(at.origin, headers as Record<string, string>), 'invalid_client', what)
  }
  await using direct = await openRunning(
    settings,
    new Date(),
    ', trustedProxies: [192.0.2.1], clientCertificate: { certificate: X-Cert, verified: X-Verify }',
  )
  const headers = { 'x-cert': escaped, 'x-verify': 'SUCCESS' }
  assert.equal(await show(direct.origin, headers), 'invalid_client', 'from anybody else')
  const lines = certificates.ledger.trim().replaceAll('\n', '\n        ')
  const own = withTls('self_signed_tls_client_auth', `\n      pem: |\n        ${lines}`)
  await using self = await openRunning(own, new Date(), proxied)
  assert.equal(await show(self.origin, { 'x-cert': der }), thumbprint(certificates.ledger))
  assert.equal(
    await show(self.origin, { 'x-cert': encodeURIComponent(certificates.thief) }),
    'invalid_client',
  )
})

test('settings refuse keys that are secret, weak or missing', () => {
  const problems = (app: string) => {
    const text = `publicUrl: https://sso.corp.test
store: { sqlite: a.db }
keys: { rootKey: { file: root.key } }
audit: { file: a.jsonl }
accounts: { "111122223333": {} }
apps:
  ledger: { label: Ledger, redirectUris: [${back}], ${app} }
`
    const read = readSettings(text, '/gatehouse.yaml', {})
    return read.ok ? '' : read.problems.map(({ message }) => message).join('\n')
  }
  const jwk = `kty: ${kty}, crv: ${crv}, x: ${x}, y: ${y}`
  const secretKey = 'a secret of at least thirty-two characters'
  for (const [app, expected] of [
    [`authentication: private_key_jwt, keys: [{ ${jwk} }]`, /^$/],
    ['authentication: private_key_jwt', /needs `keys`/],
    [`authentication: private_key_jwt, keys: [{ ${jwk} }], secret: ${secretKey}`, /otherwise/],
    [`keys: [{ ${jwk}, d: ${x} }]`, /this key is secret/],
    ['keys: [{ kty: oct, k: c2VjcmV0 }]', /this key is secret/],
    ['keys: [{ kty: RSA, n: "u6oUoSqY-Q", e: AQAB }]', /expected RSA of 2048/],
    [`keys: [{ kty: ${kty}, crv: ${crv}, x: ${x}, y: ${x} }]`, /as JWK/],
    [`keys: [{ ${jwk}, kid: a }, { ${jwk}, kid: a }]`, /another key has this/],
    [`keys: [{ ${jwk}, use: enc }]`, /a key that signs/],
    ['signedRequests: true', /need `keys`/],
    ['signedRequests: true, keysUri: "https://ledger.corp.test/jwks"', /^$/],
    ['authentication: private_key_jwt, keysUri: "https://ledger.corp.test/jwks"', /^$/],
    ['keysUri: "http://ledger.corp.test/jwks"', /expected an https address/],
    ['keysUri: "https://a:b@ledger.corp.test/jwks"', /expected an https address/],
    ['keysUri: "https://ledger.corp.test/jwks#x"', /expected an https address/],
    [`keysUri: "https://ledger.corp.test/jwks", keys: [{ ${jwk} }]`, /has `keys` already/],
    ['authentication: tls_client_auth', /needs a `certificate`/],
    ['authentication: tls_client_auth, certificate: { pem: x }', /needs `dns`|one certificate/],
    ['certificate: { dns: "*.corp.test" }', /a host in lower case/],
  ] as const)
    assert.match(problems(app), expected, app)
})

import assert from 'node:assert/strict'
import { generateKeyPairSync, verify } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { visibleText } from '../../../src/kernel/visible-text.ts'
import { keys, signingKey } from '../../web-identity/issuer.ts'
import { rejectsWith } from '../rejects-with.ts'
import { openStage, type Stage } from './stage.ts'

const asksFor = ({ asked }: Stage, end: string) =>
  asked.filter(({ url }) => url.endsWith(end)).length

test('a request has PKCE, a nonce and a state, each its own', async () => {
  const stage = await openStage({
    scopes: ['openid', 'groups'],
    maxAgeSeconds: 60,
    prompt: 'select_account',
    loginHint: 'alice',
    domainHint: 'corp.example',
    requestedContexts: ['strong'],
    responseMode: 'form_post',
    parameters: { audience: 'api' },
  })
  const [one, two] = [await stage.begin(), await stage.begin()]
  const sent = Object.fromEntries(one.request.searchParams)
  assert.deepEqual(
    { ...sent, code_challenge: '', nonce: '' },
    {
      audience: 'api',
      scope: 'openid groups',
      redirect_uri: 'https://sso.example/oidc/corp/callback',
      state: '_state.1',
      nonce: '',
      code_challenge: '',
      code_challenge_method: 'S256',
      response_mode: 'form_post',
      acr_values: 'strong',
      max_age: '60',
      prompt: 'select_account',
      login_hint: 'alice',
      domain_hint: 'corp.example',
      hd: 'corp.example',
      client_id: 'gatehouse',
      response_type: 'code',
    },
  )
  for (const name of ['nonce', 'code_challenge'])
    assert.notEqual(sent[name], two.request.searchParams.get(name))
  const { nonce, verifier } = JSON.parse(one.memo)
  assert.ok(!one.request.href.includes(verifier))
  assert.equal(sent.nonce, nonce)
})

test('PKCE goes along whatever the provider says of it', async () => {
  const stage = await openStage()
  stage.metadata.code_challenge_methods_supported = ['plain']
  const { request } = await stage.begin()
  assert.equal(request.searchParams.get('code_challenge_method'), 'S256')
  await stage.signIn()
  assert.match(stage.asked.at(-2)!.url + stage.asked.at(-1)!.url, /token|keys|userinfo/)
  const redeemed = stage.asked.find(({ url }) => url.endsWith('/token'))!
  assert.ok(redeemed.body.get('code_verifier'))
  assert.equal(redeemed.body.get('redirect_uri'), 'https://sso.example/oidc/corp/callback')
  assert.equal(redeemed.headers.authorization, `Basic ${btoa('gatehouse:secret')}`)
})

test('a discovery document that lies is not used', async () => {
  const lies: Readonly<Record<string, Record<string, unknown>>> = {
    'another issuer': { issuer: 'https://evil.example' },
    'its issuer with a slash': { issuer: 'https://op.example/' },
    'no issuer': { issuer: undefined },
    'a token endpoint without TLS': { token_endpoint: 'http://op.example/token' },
    'no token endpoint': { token_endpoint: undefined },
    'no keys': { jwks_uri: undefined },
    'keys with user info': { jwks_uri: 'https://me:pw@op.example/keys' },
    'a script to go to': { authorization_endpoint: 'javascript:alert(1)' },
    'UserInfo in a file': { userinfo_endpoint: 'file:///etc/passwd' },
    'HMAC only': { id_token_signing_alg_values_supported: ['HS256', 'none'] },
  }
  for (const [lie, change] of Object.entries(lies)) {
    const stage = await openStage()
    // The first fetch began when the connector was opened.
    await stage.upstream.probe(AbortSignal.timeout(60_000)).catch(() => undefined)
    Object.assign(stage.metadata, change)
    stage.clock.pass(26 * 3600)
    await assert.rejects(stage.begin(), lie)
  }
})

test('a provider that is away holds nothing up, and is asked again later', async () => {
  const stage = await openStage()
  await stage.begin()
  await stage.upstream.probe(AbortSignal.timeout(60_000))
  stage.away = true
  stage.clock.pass(3600)
  assert.ok((await stage.begin()).request, 'its metadata are still known')
  const fault = await rejectsWith(stage.signIn(), 'provider-unavailable')
  assert.match(fault.detail, /oidc unreachable: .*op\.example: no whole answer/)
  stage.clock.pass(25 * 3600)
  await rejectsWith(stage.begin(), 'provider-unavailable')
  const before = stage.asked.length
  await rejectsWith(stage.begin(), 'provider-unavailable')
  assert.equal(stage.asked.length, before, 'not asked again at once')
  await assert.rejects(stage.upstream.probe(AbortSignal.timeout(60_000)))
  assert.match(stage.logged.at(-1)!, /oidc\.discovery-failed .*"kept":false/)
  stage.away = false
  stage.clock.pass(6)
  assert.equal((await stage.signIn()).identity.subject, 'alice')
})

test('a new key is found at once, and unknown ones cannot make a storm', async () => {
  const stage = await openStage()
  await stage.signIn()
  assert.equal(asksFor(stage, '/keys'), 1)
  const next = signingKey('ES256', 'next')
  stage.published = [next.jwk, keys.RS256.jwk]
  stage.clock.pass(5)
  await stage.signIn({ key: next })
  assert.equal(asksFor(stage, '/keys'), 2)
  for (let times = 0; times < 20; times++)
    await rejectsWith(stage.signIn({ header: { kid: `made-up-${times}` } }), 'assertion-refused')
  assert.equal(asksFor(stage, '/keys'), 2)
  await stage.signIn({ key: next })
  // A key that was withdrawn is not taken once the set is no longer fresh.
  stage.published = [keys.RS256.jwk]
  stage.clock.pass(601)
  await rejectsWith(stage.signIn({ key: next }), 'assertion-refused')
})

test('keys that are weak, for other uses, private or of one id do not verify', async () => {
  const weak = signingKey('RS256', 'weak', 1024)
  const twin = signingKey('RS256', keys.RS256.kid)
  const unfit: readonly (readonly [object[], Parameters<Stage['signIn']>[0]])[] = [
    [[weak.jwk], { key: weak }],
    [[{ ...keys.RS256.jwk, use: 'enc' }], {}],
    [[{ ...keys.RS256.jwk, alg: 'RS512' }], {}],
    [[keys.RS256.jwk, twin.jwk], {}],
    [[{ kty: 'oct', kid: keys.RS256.kid, k: 'c2VjcmV0' }], {}],
    [[], {}],
  ]
  for (const [published, answers] of unfit) {
    const stage = await openStage()
    stage.published = published
    await rejectsWith(stage.signIn(answers), 'assertion-refused')
  }
  const careless = await openStage()
  const secret = keys.RS256.privateKey.export({ format: 'jwk' })
  careless.published = [{ ...secret, kid: keys.RS256.kid }]
  assert.equal((await careless.signIn()).id.length > 0, true, 'its private part is left out')
  const both = await openStage()
  both.published = [keys.RS256.jwk, { ...twin.jwk, use: 'enc' }]
  assert.equal((await both.signIn()).id.length > 0, true, 'its twin is for another use')
})

test('an error of the provider is a sentence for people and a reason for operators', async () => {
  const stage = await openStage()
  const answered = (error: string) =>
    stage.signIn({
      callback: ({ state, iss }) => ({ state: state!, iss: iss!, error, error_description: 'why' }),
    })
  const codes = {
    access_denied: 'provider-declined',
    login_required: 'provider-refused',
    unmet_authentication_requirements: 'stronger-needed',
    temporarily_unavailable: 'provider-unavailable',
    invalid_scope: 'provider-misfit',
    __proto__: 'provider-misfit',
  } as const
  for (const [error, code] of Object.entries(codes)) {
    const fault = await rejectsWith(answered(error), code)
    assert.match(fault.detail, new RegExp(`found \`${error}: why\``))
  }
  const redeeming = (error: string, status = 400) =>
    stage.signIn({ tokenAnswer: () => ({ error }), tokenStatus: status })
  await rejectsWith(redeeming('invalid_grant'), 'attempt-ended')
  const misfit = await rejectsWith(redeeming('invalid_client', 401), 'provider-misfit')
  assert.match(misfit.detail, /oidc client: .*401 invalid_client/)
  const hostile = await rejectsWith(answered('\u202e<script>\u001b[2J'), 'provider-misfit')
  assert.equal(hostile.detail, visibleText(hostile.detail))
})

test('Apple gets a secret that is made of our key for each use', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-apple-'))
  try {
    const keyFile = join(folder, 'key.p8')
    await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const stage = await openStage({
      clientSecret: undefined,
      keyFile,
      keyId: 'KEY',
      appleTeam: 'TEAM',
    })
    await stage.signIn()
    const { body } = stage.asked.find(({ url }) => url.endsWith('/token'))!
    const [head, payload, signature] = body.get('client_secret')!.split('.')
    const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
    const now = Math.floor(stage.clock.now().getTime() / 1000)
    assert.deepEqual(
      [decoded(head!), decoded(payload!)],
      [
        { alg: 'ES256', kid: 'KEY' },
        {
          iss: 'TEAM',
          iat: now,
          exp: now + 300,
          aud: 'https://appleid.apple.com',
          sub: 'gatehouse',
        },
      ],
    )
    const signer = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    const input = Buffer.from(`${head}.${payload}`)
    assert.ok(verify('sha256', input, signer, Buffer.from(signature!, 'base64url')))
  } finally {
    await rm(folder, { recursive: true })
  }
})

import assert from 'node:assert/strict'
import { createPublicKey, sign } from 'node:crypto'
import { test } from 'node:test'
import { createIssuerKeys } from '../../src/web-identity/issuer-keys.ts'
import { buildProveToken } from '../../src/web-identity/prove-token.ts'
import type { Provider } from '../../src/web-identity/provider.ts'
import { WebIdentityFault } from '../../src/web-identity/web-identity-fault.ts'
import { movableClock } from '../conformance/ephemeral.ts'
import { hmacToken, keys, part, type SigningKey, signingKey, token } from './issuer.ts'

const clock = movableClock(new Date('2026-03-04T05:06:07.800Z'))
const now = 1772600767
const host = 'idp.example.com/realms/main'
const issuer = `https://${host}`
const published: readonly SigningKey[] = [
  ...Object.values(keys),
  { ...keys.RS256, kid: 'RS384-1', alg: 'RS384' },
  { ...keys.RS256, kid: 'RS512-1', alg: 'RS512' },
].map((key) => ({ ...key, jwk: { ...key.jwk, kid: key.kid, alg: key.alg } }) as SigningKey)

function prover(
  providers: readonly Provider[],
  set: readonly object[] = published.map(({ jwk }) => jwk),
) {
  const asked: string[] = []
  const outbound = {
    async get(url: string) {
      asked.push(url)
      const at = providers
        .map(({ name }) => `https://${name}`)
        .find((one) => url === `${one.replace(/\/$/, '')}/.well-known/openid-configuration`)
      const body = at ? { issuer: at, jwks_uri: 'https://keys.example.com/set' } : { keys: set }
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) }
    },
  }
  const prove = buildProveToken({
    keys: createIssuerKeys({ outbound, clock, log: () => undefined }),
    clock,
  })
  return {
    asked,
    prove: (text: string) =>
      prove(text, async (name) => providers.find((provider) => provider.name === name)),
  }
}
const provider = (name: string, ...clientIds: string[]): Provider => ({
  name,
  clientIds,
  thumbprints: [],
})
const main = prover([provider(host, 'app-1', 'app-2')])
const good = { iss: issuer, sub: 'user-1', aud: 'app-1', iat: now, exp: now + 600 }

async function refused(
  proving: Promise<unknown>,
  code: string,
  message: RegExp,
  what?: string,
): Promise<void> {
  await assert.rejects(
    proving,
    (error) => {
      assert.ok(error instanceof WebIdentityFault, `${what}: ${String(error)}`)
      assert.equal(error.code, code, what)
      assert.match(error.message, message, what)
      return true
    },
    what,
  )
}
const notJwt = /not a valid JWT/
const noKey = /^Couldn't retrieve verification key from your identity provider/

test('every algorithm that STS takes proves who somebody is', async () => {
  for (const key of published) {
    const { subject, audience, provider: named, tags } = await main.prove(token(good, key))
    assert.deepEqual([subject, audience, named, tags], ['user-1', 'app-1', host, []], key.alg)
  }
})

test('a token without a key id is verified by the one key that suits it', async () => {
  assert.equal((await main.prove(token(good, keys.RS256, { kid: undefined }))).subject, 'user-1')
  const two = prover([provider(host, 'app-1')], [keys.RS256.jwk, signingKey('RS256', 'other').jwk])
  await refused(
    two.prove(token(good, keys.RS256, { kid: undefined })),
    'InvalidIdentityToken',
    noKey,
  )
})

test('no algorithm but those of the table counts, whatever key it is made with', async () => {
  const pem = createPublicKey(keys.RS256.privateKey).export({
    type: 'spki',
    format: 'pem',
  }) as string
  const { n } = keys.RS256.jwk
  const forged = [
    `${part({ alg: 'none' })}.${part(good)}.`,
    `${part({ alg: 'none' })}.${part(good)}.${part('x')}`,
    hmacToken(good, pem, { kid: 'RS256-1' }),
    hmacToken(good, Buffer.from(n!, 'base64url')),
    hmacToken(good, ''),
    ...[
      'NONE',
      'None',
      'nOnE',
      'HS256',
      'HS512',
      'PS256',
      'EdDSA',
      'ES256K',
      'rs256',
      'RS1',
      '',
      'constructor',
      '__proto__',
      'toString',
    ].map((alg) => token(good, keys.RS256, { alg })),
    ...[null, 256, ['RS256'], { RS256: true }, true].map((alg: unknown) =>
      token(good, keys.RS256, { alg }),
    ),
  ]
  for (const text of forged)
    await refused(
      main.prove(text),
      'InvalidIdentityToken',
      /algorithm|not a valid JWT/,
      text.slice(0, 60),
    )
})

test('a key serves its own algorithm only', async () => {
  for (const [key, alg] of [
    [keys.RS256, 'RS384'],
    [keys.RS256, 'ES256'],
    [keys.ES256, 'ES384'],
    [keys.ES256, 'RS256'],
    [keys.ES384, 'ES512'],
  ] as const) {
    await refused(
      main.prove(token(good, key, { alg })),
      'InvalidIdentityToken',
      noKey,
      `${key.alg} as ${alg}`,
    )
  }
})

test("a key id is looked up in the issuer's set and nowhere else", async () => {
  const stranger = signingKey('RS256', 'mine')
  const own = {
    jwk: stranger.jwk,
    jku: 'https://evil.example/keys',
    x5u: 'https://evil.example/cert',
    x5c: ['x'],
  }
  for (const kid of [
    'mine',
    '../../dev/null',
    '/etc/passwd',
    "' OR '1'='1",
    '1; DROP TABLE keys',
    'https://evil.example/key',
    '',
    '__proto__',
    'constructor',
    'RS256-1\0',
  ]) {
    await refused(
      main.prove(token(good, stranger, { kid, ...own })),
      'InvalidIdentityToken',
      noKey,
      kid,
    )
  }
  await refused(
    main.prove(token(good, stranger, { kid: 'RS256-1', ...own })),
    'InvalidIdentityToken',
    /signature of the token/,
  )
  for (const kid of [1, null, ['RS256-1'], { a: 1 }, 'x'.repeat(1025)])
    await refused(main.prove(token(good, keys.RS256, { kid })), 'InvalidIdentityToken', notJwt)
  assert.ok(main.asked.every((url) => !url.includes('evil')))
})

test('critical extensions and tokens of another kind are refused', async () => {
  for (const header of [
    { crit: ['exp'] },
    { crit: [] },
    { b64: false },
    { typ: 'logout+jwt' },
    { typ: 'dpop+jwt' },
    { typ: 'secevent+jwt' },
    { typ: 1 },
    { typ: '' },
  ]) {
    await refused(
      main.prove(token(good, keys.RS256, header)),
      'InvalidIdentityToken',
      notJwt,
      JSON.stringify(header),
    )
  }
  for (const typ of [undefined, 'jwt', 'at+jwt', 'application/JWT'])
    assert.ok(await main.prove(token(good, keys.RS256, { typ })))
  await refused(
    main.prove(
      token({ ...good, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
    ),
    'InvalidIdentityToken',
    /not an ID token/,
  )
})

/** A word of the claim's type is last: only absence and other types are wrong. */
const mistyped: Readonly<Record<string, readonly unknown[]>> = {
  iss: [
    null,
    1,
    true,
    [issuer],
    { a: issuer },
    '',
    'idp.example.com',
    'http://idp.example.com/realms/main',
    'https://',
    `${issuer} `,
    `${issuer}\n`,
  ],
  sub: [null, 1, false, ['user-1'], {}, '', 'x'.repeat(256), 'a\0b', 'a\nb'],
  aud: [
    null,
    1,
    true,
    {},
    '',
    [],
    [1],
    ['app-1', 2],
    ['app-1', ''],
    [['app-1']],
    Array.from({ length: 101 }, () => 'app-1'),
  ],
  exp: [null, true, [], {}, '', String(now + 600), -1, 1e300, Number.MAX_SAFE_INTEGER + 1],
  iat: [null, true, [], {}, '', String(now), -1],
  nbf: [null, true, [], {}, '', String(now)],
  azp: [null, 1, true, [], {}, ''],
  amr: [null, 1, 'mfa', {}, [1], ['']],
}
test('times may have fractions of a second', async () => {
  const times = { exp: now + 600.5, iat: now + 0.5, nbf: now - 0.5 }
  assert.equal((await main.prove(token({ ...good, ...times }))).subject, good.sub)
})

test('every claim that is used has to be there and of its type', async () => {
  for (const [name, wrong] of Object.entries(mistyped)) {
    for (const value of wrong)
      await refused(
        main.prove(token({ ...good, [name]: value })),
        'InvalidIdentityToken',
        /claim|issuer|No OpenIDConnect/,
        `${name}: ${JSON.stringify(value)}`,
      )
  }
  for (const name of Object.keys(good)) {
    await refused(
      main.prove(token({ ...good, [name]: undefined })),
      'InvalidIdentityToken',
      new RegExp(`^Missing a required claim: ${name}$`),
      name,
    )
  }
  for (const body of ['[]', 'null', '"x"', '1', '{', '{"a":1}x', '\ufeff{}'])
    await refused(main.prove(token(body)), 'InvalidIdentityToken', notJwt, body)
})

test("the issuer is equal to a provider's URL to the letter", async () => {
  for (const iss of [
    `${issuer}/`,
    issuer.toUpperCase().replace('HTTPS', 'https'),
    'https://IDP.example.com/realms/main',
    'https://idp.example.com',
    'https://idp.example.com:443/realms/main',
    `${issuer}?a`,
    `${issuer}#a`,
    'https://idp.example.com/realms/main/../main',
    'https://evil@idp.example.com/realms/main',
  ]) {
    const before = main.asked.length
    await refused(
      main.prove(token({ ...good, iss })),
      'InvalidIdentityToken',
      /^No OpenIDConnect provider found in your account for https:/,
      iss,
    )
    assert.equal(main.asked.length, before, "nobody is asked for a stranger's keys")
  }
})

test('the audience is one that the provider lists', async () => {
  assert.equal((await main.prove(token({ ...good, aud: ['other', 'app-2'] }))).audience, 'app-2')
  assert.equal(
    (await main.prove(token({ ...good, aud: ['app-1', 'other'], azp: 'app-2' }))).audience,
    'app-2',
  )
  assert.equal(
    (await main.prove(token({ ...good, azp: 'other' }))).audience,
    'app-1',
    'one audience is the audience',
  )
  for (const change of [
    { aud: 'other' },
    { aud: 'APP-1' },
    { aud: 'app-1 ' },
    { aud: 'app-1,app-2' },
    { aud: ['a', 'b'] },
    { aud: ['app-1', 'app-2'], azp: 'other' },
  ]) {
    await refused(
      main.prove(token({ ...good, ...change })),
      'InvalidIdentityToken',
      /^Incorrect token audience$/,
      JSON.stringify(change),
    )
  }
  await refused(
    prover([provider(host)]).prove(token(good)),
    'InvalidIdentityToken',
    /^Incorrect token audience$/,
  )
})

test('Google: azp is the audience, aud the original one, and iss may lack its scheme', async () => {
  const at = prover([
    provider(
      'accounts.google.com',
      'web.apps.googleusercontent.com',
      'android.apps.googleusercontent.com',
    ),
  ])
  const claims = {
    ...good,
    iss: 'https://accounts.google.com',
    aud: 'web.apps.googleusercontent.com',
    azp: 'android.apps.googleusercontent.com',
  }
  for (const iss of ['https://accounts.google.com', 'accounts.google.com']) {
    const { audience, originalAudience, provider: name } = await at.prove(token({ ...claims, iss }))
    assert.deepEqual(
      [name, audience, originalAudience],
      ['accounts.google.com', claims.azp, claims.aud],
    )
  }
  assert.equal((await at.prove(token({ ...claims, azp: undefined }))).originalAudience, undefined)
  await refused(
    at.prove(token({ ...claims, azp: 'stranger' })),
    'InvalidIdentityToken',
    /^Incorrect token audience$/,
  )
})

test('time: five minutes of grace after the end, and for clocks that run ahead', async () => {
  const at = (change: object) => main.prove(token({ ...good, ...change }))
  assert.ok(await at({ iat: now - 900, exp: now - 299 }))
  await refused(
    at({ exp: now - 300 }),
    'ExpiredTokenException',
    new RegExp(
      `^Token expired: current date/time ${now} must be before the expiration date/time ` +
        `${now - 300}$`,
    ),
  )
  assert.ok(await at({ iat: now + 300, nbf: now + 300 }))
  await refused(at({ iat: now + 301 }), 'InvalidIdentityToken', /issued in the future/)
  await refused(at({ nbf: now + 301 }), 'InvalidIdentityToken', /not valid yet/)
})

test('tags and source identity, nested and flat', async () => {
  const tags = 'https://aws.amazon.com/tags'
  const nested = await main.prove(
    token({
      ...good,
      [tags]: {
        principal_tags: { Project: ['Automation'], Empty: [''] },
        transitive_tag_keys: ['Project'],
      },
      'https://aws.amazon.com/source_identity': 'ann@example.com',
      amr: ['pwd', 'mfa'],
    }),
  )
  assert.deepEqual(
    [nested.tags, nested.transitiveTagKeys, nested.sourceIdentity, nested.methods],
    [
      [
        { Key: 'Project', Value: 'Automation' },
        { Key: 'Empty', Value: '' },
      ],
      ['Project'],
      'ann@example.com',
      ['pwd', 'mfa'],
    ],
  )
  const flat = await main.prove(
    token({
      ...good,
      [`${tags}/principal_tags/Project`]: ['Automation'],
      [`${tags}/transitive_tag_keys`]: ['Project'],
    }),
  )
  assert.deepEqual(
    [flat.tags, flat.transitiveTagKeys],
    [[{ Key: 'Project', Value: 'Automation' }], ['Project']],
  )
  for (const wrong of [
    null,
    [],
    'x',
    { principal_tags: [] },
    { principal_tags: { a: 'b' } },
    { principal_tags: { a: [] } },
    { principal_tags: { a: ['b', 'c'] } },
    { principal_tags: { a: [1] } },
    { principal_tags: { 'a*': ['b'] } },
    { principal_tags: { a: ['b*'] } },
    { principal_tags: { a: ['x'.repeat(257)] } },
    { principal_tags: { ['k'.repeat(129)]: ['b'] } },
    { transitive_tag_keys: 'a' },
    { transitive_tag_keys: [1] },
  ])
    await refused(
      main.prove(token({ ...good, [tags]: wrong })),
      'InvalidIdentityToken',
      /claim https:\/\/aws.amazon.com\/tags is malformed/,
      JSON.stringify(wrong),
    )
  for (const wrong of [null, 1, '', 'a', 'aws:root', 'AWS:x', 'a b', 'x'.repeat(65), ['ann']]) {
    await refused(
      main.prove(token({ ...good, 'https://aws.amazon.com/source_identity': wrong })),
      'InvalidIdentityToken',
      /source_identity is malformed/,
      JSON.stringify(wrong),
    )
  }
})

test('no prefix of a token, nothing after it, and no other spelling of it is a token', async () => {
  for (const key of [keys.RS256, keys.ES256]) {
    const text = token(good, key)
    for (let length = 0; length < text.length; length++)
      await refused(
        main.prove(text.slice(0, length)),
        'InvalidIdentityToken',
        /./,
        `${length} characters`,
      )
    for (const tail of ['=', '.', 'A', ' ', '\n', '\0', '.x', text, '%00'])
      await refused(main.prove(text + tail), 'InvalidIdentityToken', /./, JSON.stringify(tail))
    const [head, body, signature] = text.split('.') as [string, string, string]
    for (const other of [
      ` ${text}`,
      text.replaceAll('.', '..'),
      `${head}=.${body}.${signature}`,
      `${head}.${body}`,
      `${head}.${body}.`,
      `.${body}.${signature}`,
      `${head}..${signature}`,
      `${head}.${body}.${signature}.${signature}`,
      `${text.replaceAll('-', '+').replaceAll('_', '/')}=`,
      `Bearer ${text}`,
      'x'.repeat(20_001),
    ])
      await refused(main.prove(other), 'InvalidIdentityToken', /./, other.slice(0, 40))
  }
})

test('no single bit of a token can be turned', async () => {
  for (const key of [keys.RS256, keys.ES256, keys.ES512]) {
    const text = Buffer.from(token(good, key), 'latin1')
    for (let bit = 0; bit < text.length * 8; bit++) {
      const turned = Buffer.from(text)
      turned[bit >> 3]! ^= 1 << (bit & 7)
      await refused(
        main.prove(turned.toString('latin1')),
        'InvalidIdentityToken',
        /./,
        `bit ${bit}`,
      )
    }
  }
})

test('a part is one object in UTF-8, with nothing before it', async () => {
  const { kid } = keys.RS256
  const signed = (head: Buffer, body: Buffer) => {
    const input = `${head.toString('base64url')}.${body.toString('base64url')}`
    const signature = sign('sha256', Buffer.from(input), keys.RS256.privateKey)
    return `${input}.${signature.toString('base64url')}`
  }
  const [head, body] = [{ alg: 'RS256', kid }, good].map((one) => Buffer.from(JSON.stringify(one)))
  assert.ok(await main.prove(signed(head!, body!)))
  const mark = Buffer.from('\ufeff')
  const broken = Buffer.from(JSON.stringify({ ...good, name: '?' }).replace('?', '\xff'), 'latin1')
  for (const text of [
    signed(Buffer.concat([mark, head!]), body!),
    signed(head!, Buffer.concat([mark, body!])),
    signed(head!, broken),
    signed(head!, Buffer.from(`[${body}]`)),
    signed(Buffer.from(`[${head}]`), body!),
  ])
    await refused(main.prove(text), 'InvalidIdentityToken', notJwt, text.slice(0, 60))
})

test('parts of two tokens make no third', async () => {
  const [mine, other] = [token(good), token({ ...good, sub: 'admin' })].map((text) =>
    text.split('.'),
  )
  await refused(
    main.prove([mine![0], other![1], mine![2]].join('.')),
    'InvalidIdentityToken',
    /signature/,
  )
  await refused(
    main.prove([other![0], mine![1], other![2]].join('.')),
    'InvalidIdentityToken',
    /signature/,
  )
})

test('of keys with one id four are tried', async () => {
  const named = Array.from({ length: 5 }, () => signingKey('ES256', 'same'))
  const at = prover(
    [provider(host, 'app-1')],
    named.map(({ jwk }) => jwk),
  )
  for (const key of named.slice(0, 4)) assert.ok(await at.prove(token(good, key)))
  await refused(
    at.prove(token(good, named[4]!)),
    'InvalidIdentityToken',
    /The signature of the token is not valid/,
  )
})

test('keys that are weak, private, for encryption or broken are no keys', async () => {
  const weak = signingKey('RS256', 'weak', 1024)
  const { privateKey, jwk } = keys.RS256
  const use = async (one: object, key: SigningKey = keys.RS256) =>
    prover([provider(host, 'app-1')], [one]).prove(token(good, key))
  assert.ok(await use({ ...jwk, use: undefined, alg: undefined }))
  assert.ok(
    await use({ ...privateKey.export({ format: 'jwk' }), kid: jwk.kid }),
    'of a private key only the public part is read',
  )
  for (const one of [
    weak.jwk,
    { ...jwk, use: 'enc' },
    { ...jwk, key_ops: ['sign'] },
    { ...jwk, kty: 'oct', k: 'AAAA' },
    { ...jwk, e: 'AQ' },
    { ...jwk, e: 'Ag' },
    { ...jwk, e: 'AgAAAAE' },
    { ...jwk, n: Buffer.alloc(1025, 0xff).toString('base64url') },
    { ...jwk, key_ops: 'verify' },
    { ...jwk, key_ops: [] },
    { ...jwk, n: '' },
    { ...jwk, kid: 1 },
    { ...jwk, alg: 'PS256' },
    { ...jwk, alg: 'none' },
    { kid: jwk.kid },
    null,
    1,
    [],
  ])
    await refused(
      use(one as object, one === weak.jwk ? weak : keys.RS256),
      'InvalidIdentityToken',
      noKey,
      JSON.stringify(one)?.slice(0, 80),
    )
})

import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import type { SignInCode } from '../../../src/kernel/sign-in-fault.ts'
import { hmacToken, keys, part, signingKey, token } from '../../web-identity/issuer.ts'
import { rejectsWith } from '../rejects-with.ts'
import { type Answers, clientId, openStage } from './stage.ts'

const stranger = signingKey('RS256', keys.RS256.kid)
const pem = createPublicKey(keys.RS256.privateKey).export({ type: 'spki', format: 'pem' })
const claims =
  (changes: object): NonNullable<Answers['claims']> =>
  (honest) => ({ ...honest, ...changes })
const without =
  (name: string): NonNullable<Answers['claims']> =>
  ({ [name]: _left, ...rest }) =>
    rest
const ahead =
  (name: string, seconds: number): NonNullable<Answers['claims']> =>
  (honest) => ({ ...honest, [name]: Number(honest.iat) + seconds })

/** What a provider, or somebody between, may answer; none of it signs anybody in. */
const lies: Readonly<Record<string, readonly [Answers, SignInCode, RegExp]>> = {
  'a token that a stranger signed': [{ key: stranger }, 'assertion-refused', /oidc signature/],
  'a changed payload': [
    {
      idToken: (honest, all) => {
        const [head, , signature] = honest.split('.')
        return `${head}.${part({ ...all, sub: 'root' })}.${signature}`
      },
    },
    'assertion-refused',
    /oidc signature/,
  ],
  'a cut signature': [
    { idToken: (honest) => honest.slice(0, -4) },
    'assertion-refused',
    /oidc signature/,
  ],
  'no signature': [
    { idToken: (_honest, all) => `${part({ alg: 'none' })}.${part(all)}.` },
    'assertion-refused',
    /oidc (algorithm|answer)/,
  ],
  'HMAC with the public key': [
    { idToken: (_honest, all) => hmacToken(all, String(pem)) },
    'assertion-refused',
    /oidc algorithm/,
  ],
  'HMAC with the client secret': [
    { idToken: (_honest, all) => hmacToken(all, 'secret') },
    'assertion-refused',
    /oidc algorithm/,
  ],
  'a key id that is not published': [
    { header: { kid: 'other' } },
    'assertion-refused',
    /oidc signing-key/,
  ],
  'a key id with a path': [
    { header: { kid: '../../keys' } },
    'assertion-refused',
    /oidc signing-key/,
  ],
  'a key in the header': [
    { key: signingKey('RS256', 'mine'), header: { jwk: keys.ES256.jwk } },
    'assertion-refused',
    /oidc signing-key/,
  ],
  'a critical extension': [{ header: { crit: ['exp'] } }, 'assertion-refused', /oidc answer/],
  'a nested or encrypted token': [
    { idToken: (honest) => `${honest}.a.b` },
    'assertion-refused',
    /oidc answer/,
  ],
  'an access token in its place': [
    { header: { typ: 'at+jwt' } },
    'assertion-refused',
    /oidc token-type/,
  ],
  'a logout token by its type': [
    { header: { typ: 'logout+jwt' } },
    'assertion-refused',
    /oidc token-type/,
  ],
  'a logout token by its claim': [
    { claims: claims({ events: {} }) },
    'assertion-refused',
    /oidc token-type/,
  ],
  'no ID token': [
    { tokenAnswer: ({ id_token: _left, ...rest }) => rest },
    'assertion-refused',
    /oidc answer/,
  ],
  'another issuer': [
    { claims: claims({ iss: 'https://evil.example' }) },
    'assertion-refused',
    /oidc issuer/,
  ],
  'an issuer with a slash': [
    { claims: claims({ iss: 'https://op.example/' }) },
    'assertion-refused',
    /oidc issuer/,
  ],
  'another audience': [
    { claims: claims({ aud: 'another' }) },
    'assertion-refused',
    /oidc audience/,
  ],
  'several audiences, no authorized party': [
    { claims: claims({ aud: [clientId, 'another'] }) },
    'assertion-refused',
    /oidc audience/,
  ],
  'another authorized party': [
    { claims: claims({ azp: 'another' }) },
    'assertion-refused',
    /oidc audience/,
  ],
  'another nonce': [{ claims: claims({ nonce: 'x' }) }, 'assertion-refused', /oidc nonce/],
  'no nonce': [{ claims: without('nonce') }, 'assertion-refused', /oidc (nonce|answer)/],
  'an expired token': [{ claims: ahead('exp', -61) }, 'assertion-expired', /oidc expiry/],
  'a token for ever': [{ claims: ahead('exp', 8 * 86_400) }, 'assertion-expired', /seven days/],
  'a token of tomorrow': [{ claims: ahead('nbf', 61) }, 'assertion-expired', /oidc expiry/],
  'a token of another sign-in': [
    { claims: ahead('iat', -661) },
    'assertion-refused',
    /oidc issued-at/,
  ],
  'a token of the future': [{ claims: ahead('iat', 61) }, 'assertion-refused', /oidc issued-at/],
  'an authentication ahead': [
    { claims: ahead('auth_time', 61) },
    'assertion-refused',
    /oidc authenticated-at/,
  ],
  'another access token': [
    { tokenAnswer: (honest) => ({ ...honest, access_token: 'another' }) },
    'assertion-refused',
    /oidc access-token-hash/,
  ],
  'another subject at UserInfo': [
    { userInfo: { sub: 'bob', name: 'Bob' } },
    'assertion-refused',
    /oidc subject/,
  ],
  'UserInfo without subject': [{ userInfo: { name: 'Bob' } }, 'assertion-refused', /oidc answer/],
  'another issuer in the address': [
    { callback: (honest) => ({ ...honest, iss: 'https://evil.example' }) },
    'assertion-refused',
    /oidc answer: unexpected "iss"/,
  ],
  'no issuer in the address': [
    { callback: ({ code, state }) => ({ code: code!, state: state! }) },
    'assertion-refused',
    /oidc answer: .*"iss".*missing/,
  ],
  'an ID token in the address': [
    { callback: (honest) => ({ ...honest, id_token: token({}) }) },
    'assertion-refused',
    /oidc answer/,
  ],
  'no state': [
    { callback: ({ code, iss }) => ({ code: code!, iss: iss! }) },
    'attempt-ended',
    /oidc state/,
  ],
  'no code': [
    { callback: ({ state, iss }) => ({ state: state!, iss: iss! }) },
    'assertion-refused',
    /oidc answer/,
  ],
}

for (const [lie, [answers, code, detail]] of Object.entries(lies)) {
  test(`refused: ${lie}`, async () => {
    const stage = await openStage()
    const fault = await rejectsWith(stage.signIn(answers), code)
    assert.match(fault.detail, detail)
    assert.doesNotMatch(fault.detail, /eyJ|the-code|secret/)
    // A code from an address that lies is sent to nobody: it may be another provider's.
    if (answers.callback) assert.ok(stage.asked.every(({ url }) => !url.endsWith('/token')))
  })
}

test('every claim that is needed, removed or of another type, is refused', async () => {
  const stage = await openStage()
  for (const name of ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce']) {
    const changes = [undefined, null, '', 7.5, -1, 1e300, [], {}, ['a'], true, '\u0000']
    for (const value of changes) {
      if (name === 'exp' || name === 'iat') if (value === 7.5) continue
      await assert.rejects(
        stage.signIn({ claims: claims({ [name]: value }) }),
        `${name} ${JSON.stringify(value)}`,
      )
    }
  }
  for (const sub of ['a'.repeat(256), 'a\nb', 'zoë'])
    await rejectsWith(stage.signIn({ claims: claims({ sub }) }), 'assertion-refused')
  assert.equal((await stage.signIn()).identity.subject, 'alice')
})

test('every beginning of a token, and one with something behind it, is refused', async () => {
  const stage = await openStage()
  let honest = ''
  await stage.signIn({
    idToken: (signed) => {
      honest = signed
      return signed
    },
  })
  for (let length = 0; length < honest.length; length += 7)
    await assert.rejects(stage.signIn({ idToken: (signed) => signed.slice(0, length) }))
  for (const more of ['=', '\n', '.', 'A', ' '])
    await assert.rejects(stage.signIn({ idToken: (signed) => signed + more }), JSON.stringify(more))
})

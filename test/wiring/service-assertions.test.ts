import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { serviceAssertions } from '../../src/wiring/service-assertions.ts'

const issuer = 'https://kubernetes.test'
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const now = new Date('2026-11-30T09:00:00Z')
const subject = 'system:serviceaccount:shop:orders'

const prove = serviceAssertions({
  publicUrl: new URL('https://sso.test'),
  clock: { now: () => now },
  // Whatever else is asked for is a key of somebody else.
  issuerKeys: {
    find: async (question) => {
      assert.equal(question.issuer, issuer)
      return [await webKey(pair.publicKey)]
    },
  },
})

function webKey(key: typeof pair.publicKey) {
  const hash = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  return crypto.subtle.importKey('jwk', key.export({ format: 'jwk' }), hash, true, ['verify'])
}

function signed(claims: object, alg = 'RS256') {
  const seconds = now.getTime() / 1000
  const times = { iat: seconds, exp: seconds + 300, jti: 'one' }
  const payload = { iss: issuer, sub: subject, aud: 'https://sso.test/authorize', ...times }
  return new SignJWT({ ...payload, ...claims })
    .setProtectedHeader({ alg, kid: 'k' })
    .sign(pair.privateKey)
}

const proofs = {
  role: 'arn:aws:iam::111122223333:role/Orders',
  dns: [],
  pinned: [],
  keys: [],
  assertions: [{ issuer, algorithms: ['RS256'], subjects: [subject] }],
}

test('an assertion of an issuer proves the service that the issuer names, here alone', async () => {
  const outcome = async (claims: object, alg?: string) => {
    const found = await prove(await signed(claims, alg), { prefix: 'orders', proofs })
    return found.ok ? found.assertion.subject : found.refused
  }
  assert.equal(await outcome({}), subject)
  assert.match(await outcome({ aud: 'https://other.test/authorize' }), /aud/)
  assert.match(await outcome({ aud: 'https://sso.test' }), /aud/)
  assert.match(await outcome({ sub: 'system:serviceaccount:shop:payroll' }), /subject/)
  assert.match(await outcome({ iss: 'https://other.test' }), /issuer/)
  assert.match(await outcome({ iss: 'orders', sub: 'orders' }), /issuer/)
  assert.match(await outcome({}, 'RS512'), /RS512/)
})

import assert from 'node:assert/strict'
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { createSigningKeys } from '../../src/credentials/signing-keys.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { createTokenIssuer } from '../../src/sessions/token-issuer.ts'
import { account, openRooms, secret } from './scene.ts'

const key = { accessKeyId: 'AKIAUSERUSERUSERUSE2', secretAccessKey: secret }

async function opened() {
  const rooms = await openRooms({
    users: [{ name: 'Jo', tags: { Team: 'risk' }, accessKeys: [key] }],
  })
  const ids = new Ids()
  const signingKeys = createSigningKeys({
    documents: rooms.store.documents,
    ring: rooms.ring,
    clock: rooms.clock,
    ids,
  })
  const tokenIssuer = createTokenIssuer({
    publicUrl: new URL('https://sso.example.com/'),
    reads: rooms.store.reads,
    signingKeys,
    clock: rooms.clock,
    ids,
  })
  const switched = (on: boolean) =>
    rooms.store.transact(async (tx) => {
      await tx.update('account', account, 'account', {
        ...(await tx.find('account', account, 'account'))!,
        outboundFederation: on,
      })
    })
  const caller = await (await rooms.callers.claimant(key.accessKeyId, undefined)).caller()
  const issue = (algorithm: 'RS256' | 'ES384') =>
    tokenIssuer.issue({
      caller,
      audience: ['api.example.com'],
      durationSeconds: 300,
      algorithm,
      tags: [{ Key: 'Job', Value: 'n/1' }],
      region: 'eu-west-1',
    })
  return { ...rooms, tokenIssuer, signingKeys, switched, issue }
}

/** A verifier as others write it: by the published keys alone. */
function verified(
  jwt: string,
  { keys }: { readonly keys: readonly JsonWebKey[] },
): Record<string, unknown> | undefined {
  const [head = '', body = '', signature = ''] = jwt.split('.')
  const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as {
    alg: string
    kid: string
  }
  const jwk = keys.find((one) => one.kid === kid && one.alg === alg)
  if (!jwk) return undefined
  const holds = verify(
    alg === 'RS256' ? 'sha256' : 'sha384',
    Buffer.from(`${head}.${body}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  return holds
    ? (JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>)
    : undefined
}

test('a token has account, principal, tags and end, and verifies with published keys', async () => {
  await using rooms = await opened()
  for (const algorithm of ['RS256', 'ES384'] as const) {
    const { jwt, expiresAt } = await rooms.issue(algorithm)
    const claims = verified(jwt, await rooms.signingKeys.published())
    assert.ok(claims, algorithm)
    assert.equal(claims.iss, 'https://sso.example.com/outbound/111122223333')
    assert.equal(claims.sub, 'arn:aws:iam::111122223333:user/Jo')
    assert.equal(claims.aud, 'api.example.com')
    assert.equal(claims.exp, expiresAt.getTime() / 1000)
    assert.equal(Number(claims.exp) - Number(claims.iat), 300)
    assert.deepEqual(claims['https://sts.amazonaws.com/'], {
      aws_account: account,
      source_region: 'eu-west-1',
      principal_id: 'arn:aws:iam::111122223333:user/Jo',
      principal_tags: { Team: 'risk' },
      request_tags: { Job: 'n/1' },
    })
    assert.equal(verified(`${jwt.slice(0, -3)}AAA`, await rooms.signingKeys.published()), undefined)
  }
})

test('no private key is published, and nothing while the account has it disabled', async () => {
  await using rooms = await opened()
  assert.equal(await rooms.tokenIssuer.discovery(account), undefined)
  assert.equal(await rooms.tokenIssuer.keys(account), undefined)
  await rooms.switched(true)
  await rooms.issue('RS256')
  const { keys } = (await rooms.tokenIssuer.keys(account)) as { keys: JsonWebKey[] }
  for (const jwk of keys)
    for (const secretMember of ['d', 'p', 'q', 'dp', 'dq', 'qi']) assert.ok(!(secretMember in jwk))
  assert.equal(
    (await rooms.tokenIssuer.discovery(account))?.jwks_uri,
    'https://sso.example.com/outbound/111122223333/.well-known/jwks.json',
  )
  assert.equal(await rooms.tokenIssuer.discovery('999900001111'), undefined)
  const stored = (await rooms.store.documents.read('signing-keys'))!.text
  assert.ok(!stored.includes('"d"'), 'private keys lie sealed')
})

test('after a rotation new tokens have a new key; the old one stays for its tokens', async () => {
  await using rooms = await opened()
  const { jwt: before } = await rooms.issue('ES384')
  await rooms.signingKeys.rotate()
  const { jwt: after } = await rooms.issue('ES384')
  const published = await rooms.signingKeys.published()
  assert.ok(verified(before, published) && verified(after, published))
  assert.notEqual(before.split('.')[0], after.split('.')[0])
  rooms.clock.pass(8 * 86_400)
  await rooms.signingKeys.rotate()
  const later = await rooms.signingKeys.published()
  assert.equal(verified(before, later), undefined)
  assert.ok(verified(after, later), 'the last one may have signed a moment ago')
})

test('two nodes that start at once agree on keys', async () => {
  await using rooms = await opened()
  const other = createSigningKeys({
    documents: rooms.store.documents,
    ring: rooms.ring,
    clock: rooms.clock,
    ids: new Ids(),
  })
  const [one, two] = await Promise.all([
    rooms.signingKeys.sign('ES384', { a: 1 }),
    other.sign('ES384', { a: 2 }),
  ])
  const published = await rooms.signingKeys.published()
  assert.ok(verified(one, published) && verified(two, published))
})

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { hmacToken, keys, signingKey, token } from '../../web-identity/issuer.ts'
import { rejectsWith } from '../rejects-with.ts'
import { clientId, issuer, openStage, type Stage } from './stage.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'

function honest({ clock }: Stage): Record<string, unknown> {
  const now = Math.floor(clock.now().getTime() / 1000)
  return {
    iss: issuer,
    aud: [clientId],
    iat: now,
    exp: now + 120,
    jti: randomBytes(8).toString('hex'),
    sub: 'alice',
    sid: 'session-1',
    events: { [event]: {} },
  }
}
const typed = { typ: 'logout+jwt' }
const read = ({ upstream }: Stage, text: string) =>
  upstream.readBackChannelLogout!(text, AbortSignal.timeout(60_000))

test('a logout token names a session, or a person with all of theirs', async () => {
  const stage = await openStage()
  const both = await read(stage, token(honest(stage), keys.RS256, typed))
  assert.deepEqual([both.subject, both.sessionId], ['alice', 'session-1'])
  const { sid: _sid, ...person } = honest(stage)
  assert.equal((await read(stage, token(person, keys.ES256))).sessionId, undefined)
  const { sub: _sub, exp: _exp, ...session } = honest(stage)
  assert.equal((await read(stage, token(session, keys.RS256, typed))).subject, undefined)
  assert.notEqual(both.replayKey, (await read(stage, token(person))).replayKey)
})

test('a logout token of a tenant that may not sign in here ends nothing', async () => {
  const stage = await openStage({ requiredClaims: { tid: ['ours'] } })
  const readWith = (claims: object) =>
    read(stage, token({ ...honest(stage), ...claims }, keys.RS256, typed))
  await rejectsWith(readWith({ tid: 'theirs' }), 'assertion-refused')
  assert.equal((await readWith({ tid: 'ours' })).subject, 'alice')
})

test('a logout token that is forged, old, foreign or of another kind ends nothing', async () => {
  const stage = await openStage()
  const now = Math.floor(stage.clock.now().getTime() / 1000)
  const changes: readonly object[] = [
    { iss: 'https://evil.example' },
    { iss: undefined },
    { aud: 'another' },
    { aud: undefined },
    { iat: now + 61 },
    { iat: now - 661 },
    { iat: undefined },
    { exp: now - 61 },
    { exp: 'soon' },
    { events: undefined },
    { events: {} },
    { events: { [event]: true } },
    { events: { 'http://schemas.openid.net/event/other': {} } },
    { events: [event] },
    { nonce: 'n' },
    { jti: undefined },
    { jti: '' },
    { sub: undefined, sid: undefined },
    { sub: 7 },
    { sid: '' },
  ]
  for (const change of changes) {
    const fault = await rejectsWith(
      read(stage, token({ ...honest(stage), ...change }, keys.RS256, typed)),
      'assertion-refused',
    )
    assert.match(fault.detail, /oidc logout-token/, JSON.stringify(change))
  }
  const forged = [
    token(honest(stage), signingKey('RS256', keys.RS256.kid), typed),
    token(honest(stage), keys.RS256, { typ: 'at+jwt' }),
    token(honest(stage), keys.RS256, { kid: 'other' }),
    token(honest(stage), keys.RS256, { alg: 'none' }),
    hmacToken(honest(stage), 'secret', typed),
    token(honest(stage)).slice(0, -3),
    '',
    'x.y.z',
  ]
  for (const text of forged) await rejectsWith(read(stage, text), 'assertion-refused')
})

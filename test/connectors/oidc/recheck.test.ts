import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksForRefreshToken } from '../../../src/connectors/oidc/presets.ts'
import { isUnjudged } from '../../../src/connectors/recheck.ts'
import type { SignInCode, SignInFault } from '../../../src/kernel/sign-in-fault.ts'
import { keys, signingKey } from '../../web-identity/issuer.ts'
import { rejectsWith } from '../rejects-with.ts'
import { type Answers, openStage } from './stage.ts'

const settings = {
  recheck: {},
  groupsClaim: 'groups',
  usernameClaim: 'preferred_username',
  attributes: ['email'],
  unverifiedEmail: 'accept',
}
const personal = { preferred_username: 'alice', groups: ['devs', 'staff'], email: 'a@corp.example' }
const claims = (more: object) => (honest: Record<string, unknown>) => ({
  ...honest,
  ...personal,
  ...more,
})
const giving = (token: unknown) => (honest: object) => ({ ...honest, refresh_token: token })

/** Somebody who signed in with a refresh token. */
async function signedIn(more: object = {}, told: object = {}) {
  const stage = await openStage({ ...settings, ...more })
  const answers = { claims: claims(told), tokenAnswer: giving('refresh-0') }
  const proof = await stage.signIn(answers)
  return { stage, proof, identity: { ...proof.identity, recheckKey: 'k' }, kept: [proof.secret!] }
}

test('a refresh tells the person of now, and brings the next refresh token', async () => {
  const { stage, proof, identity, kept } = await signedIn()
  assert.equal(proof.secret, 'refresh-0')
  stage.clock.pass(900)
  const now = await stage.recheck(identity, kept, {
    claims: claims({ groups: ['staff'], preferred_username: 'alicia', amr: ['pwd'] }),
    tokenAnswer: giving('refresh-1'),
  })
  assert.deepEqual(now, {
    ...identity,
    groups: ['staff'],
    username: 'alicia',
    displayName: 'alicia',
  })
  assert.deepEqual(kept, ['refresh-0', 'refresh-1'])
  const sent = stage.asked.filter(({ url }) => url.endsWith('/token')).at(-1)!
  assert.equal(sent.body.get('grant_type'), 'refresh_token')
  assert.equal(sent.body.get('refresh_token'), 'refresh-0')
  assert.ok(!sent.url.includes('refresh-0'))
  // Without a new one the old one stays good.
  await stage.recheck(identity, kept, { claims: claims({}) })
  assert.deepEqual(kept, ['refresh-0', 'refresh-1'])
})

test('nothing is kept where the settings want no checks', async () => {
  const stage = await openStage({ ...settings, recheck: undefined })
  assert.equal(stage.upstream.recheck, undefined)
  const { secret } = await stage.signIn({ claims: claims({}), tokenAnswer: giving('refresh-0') })
  assert.equal(secret, undefined)
})

test('without an ID token UserInfo says who the person is now, and nothing else does', async () => {
  const { stage, identity, kept } = await signedIn(
    { requiredClaims: { hd: ['corp'] } },
    { hd: 'corp' },
  )
  const bare = (honest: object) => ({ ...honest, id_token: undefined })
  const told = await stage.recheck(identity, kept, {
    tokenAnswer: bare,
    userInfo: { sub: 'alice', ...personal, hd: 'corp', groups: ['staff'] },
  })
  assert.deepEqual(told.groups, ['staff'])
  const lost = await stage.recheck(identity, kept, {
    tokenAnswer: bare,
    userInfo: { sub: 'alice', preferred_username: 'alice', hd: 'corp' },
  })
  assert.deepEqual(lost.groups, [], 'groups that nobody tells are lost')
  const others = [
    { sub: 'mallory', ...personal },
    { sub: 'alice', ...personal, hd: 'evil' },
  ]
  for (const userInfo of others) {
    const check = stage.recheck(identity, kept, { tokenAnswer: bare, userInfo })
    assert.ok(!isUnjudged(await rejectsWith(check, 'assertion-refused')), JSON.stringify(userInfo))
  }
  const left = { sub: 'alice', ...personal }
  const open = stage.recheck(identity, kept, { tokenAnswer: bare, userInfo: left })
  assert.ok(isUnjudged(await rejectsWith(open, 'provider-misfit')), 'hd is required and untold')
  const { stage: deaf, ...person } = await signedIn({ userInfo: 'never' })
  const silent = deaf.recheck(person.identity, person.kept, { tokenAnswer: bare })
  assert.ok(isUnjudged(await rejectsWith(silent, 'provider-misfit')))
})

test('an answer about another person or sign-in, or a forged one, ends the sign-in', async () => {
  const authTime = { auth_time: 1_795_000_000 }
  const lies: Readonly<Record<string, Answers>> = {
    'another person': { claims: claims({ ...authTime, sub: 'mallory' }) },
    'another sign-in': { claims: claims({ auth_time: 1_795_000_001 }) },
    'another issuer': { claims: claims({ iss: 'https://evil.example' }) },
    'another client': { claims: claims({ aud: 'other' }) },
    'another azp': { claims: claims({ azp: 'other' }) },
    'an old token': { claims: claims({ iat: 1_700_000_000 }) },
    'an expired token': { claims: claims({ exp: 1_700_000_000 }) },
    'another access token': { claims: claims({ at_hash: 'x' }) },
    'an access token': { claims: claims({}), header: { typ: 'at+jwt' } },
    'a logout token': { claims: claims({ events: {} }) },
    'no algorithm': { claims: claims({}), header: { alg: 'none' } },
    'another organisation': { claims: claims({ hd: 'evil.example' }) },
    'no user name': { claims: claims({ preferred_username: undefined }) },
    'groups that are no texts': { claims: claims({ groups: [{ a: 1 }] }) },
    "a stranger's signature": {
      claims: claims({}),
      key: { ...signingKey('RS256'), jwk: keys.RS256.jwk } as Answers['key'] & object,
      header: { kid: keys.RS256.kid },
    },
  }
  for (const [what, answers] of Object.entries(lies)) {
    const more = { requiredClaims: { hd: ['corp'] } }
    const { stage, identity, kept } = await signedIn(more, { hd: 'corp', ...authTime })
    const lie: Answers = {
      ...answers,
      claims: (honest) => ({ hd: 'corp', ...authTime, ...answers.claims!(honest) }),
    }
    const fault = await rejectsWith(stage.recheck(identity, kept, lie), 'assertion-refused')
    assert.ok(!isUnjudged(fault), what)
  }
  const { stage, identity, kept } = await signedIn({}, authTime)
  await stage.recheck(identity, kept, { claims: claims(authTime) })
  await stage.recheck(identity, kept, { claims: claims({}) })
})

test('a refusal is told from an outage by the error of the provider', async () => {
  const rows: readonly (readonly [string, number, SignInCode])[] = [
    ['invalid_grant', 400, 'signed-out-there'],
    ['interaction_required', 400, 'signed-out-there'],
    ['consent_required', 400, 'signed-out-there'],
    ['access_denied', 400, 'signed-out-there'],
    ['invalid_client', 401, 'provider-misfit'],
    ['unauthorized_client', 400, 'provider-misfit'],
    ['temporarily_unavailable', 400, 'provider-unavailable'],
    ['server_error', 500, 'provider-misfit'],
  ]
  for (const [error, tokenStatus, code] of rows) {
    const { stage, identity, kept } = await signedIn()
    // Some quote what they were sent.
    const tokenAnswer = () => ({ error, error_description: `the token refresh-0 is bad` })
    const fault = await rejectsWith(
      stage.recheck(identity, kept, { tokenAnswer, tokenStatus }),
      code,
    )
    assert.equal(isUnjudged(fault), code.startsWith('provider-'), error)
    assert.ok(!fault.detail.includes('refresh-0'), fault.detail)
    assert.deepEqual(kept, ['refresh-0'])
  }
})

test('a provider that is away, or answers garbage, says nothing of the person', async () => {
  const unjudged = async (fault: SignInFault | Promise<SignInFault>) =>
    assert.ok(isUnjudged(await fault))
  const garbage: Answers[] = [
    { tokenAnswer: () => '<html>maintenance</html>' as unknown as object },
    { tokenAnswer: () => [] },
    { tokenAnswer: () => ({ access_token: 7 }) },
    { tokenAnswer: () => ({ access_token: 'a', token_type: 'weird' }) },
    { tokenStatus: 503 },
    { tokenStatus: 302 },
  ]
  for (const answers of garbage) {
    const { stage, identity, kept } = await signedIn()
    await unjudged(rejectsWith(stage.recheck(identity, kept, answers), 'provider-misfit'))
  }
  const { stage, identity, kept } = await signedIn()
  await unjudged(rejectsWith(stage.recheck(identity, [], {}), 'provider-misfit'))
  stage.away = true
  await unjudged(rejectsWith(stage.recheck(identity, kept), 'provider-unavailable'))
})

test('the next refresh token is kept whatever becomes of the rest of the answer', async () => {
  const { stage, identity, kept } = await signedIn()
  const unknown = signingKey('RS256')
  const rotated: Answers = {
    claims: claims({}),
    key: unknown,
    header: { kid: 'not published yet' },
    tokenAnswer: giving('refresh-1'),
  }
  assert.ok(
    isUnjudged(await rejectsWith(stage.recheck(identity, kept, rotated), 'provider-misfit')),
  )
  assert.deepEqual(kept, ['refresh-0', 'refresh-1'])
  for (const odd of ['', 'x'.repeat(20_000), 7, { a: 1 }])
    await stage
      .recheck(identity, kept, { claims: claims({}), tokenAnswer: giving(odd) })
      .catch(() => undefined)
  assert.deepEqual(kept, ['refresh-0', 'refresh-1'])
})

test('which settings ask for a refresh token', () => {
  const of = (issuer: string, more: object = {}) =>
    asksForRefreshToken({ issuer, scopes: ['openid'], parameters: {}, ...more })
  assert.equal(of('https://op.example'), false)
  assert.equal(of('https://op.example', { scopes: ['openid', 'offline_access'] }), true)
  assert.equal(of('https://accounts.google.com', { parameters: { access_type: 'offline' } }), true)
  for (const issuer of ['https://kc.example/realms/staff', 'https://gitlab.com'])
    assert.equal(of(issuer), true)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Browser } from '../http/browser.ts'
import { keys, token } from '../web-identity/issuer.ts'
import { account, clientId, openOidcScene, signInThere } from './oidc-scene.ts'
import type { RunningHere } from './running.ts'

const seconds = (at: RunningHere) => Math.floor(at.clock.now().getTime() / 1000)
const signedIn = async (who: Browser) => (await who.get('/portal')).status === 200

/** What `AssumeRoleWithWebIdentity` answers to a token of the provider about this person. */
async function assume(at: RunningHere, issuer: string, role: string, more: object = {}) {
  const now = seconds(at)
  const claims = { iss: issuer, aud: clientId, sub: 'alice', iat: now, exp: now + 300, ...more }
  const answer = await fetch(at.origin, {
    method: 'POST',
    body: new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: `arn:aws:iam::${account}:role/${role}`,
      RoleSessionName: 'phone',
      WebIdentityToken: token(claims, keys.RS256),
    }),
  })
  const text = await answer.text()
  return /<Code>([^<]+)/.exec(text)?.[1] ?? /<Arn>([^<]+)/.exec(text)?.[1] ?? text
}

test('one trust policy serves the browser and AssumeRoleWithWebIdentity alike', async () => {
  await using scene = await openOidcScene()
  const { op, at } = scene
  const { browser } = await signInThere(scene, 'alice')
  const portal = await browser.get('/portal')
  const roads = { Developer: true, OnlyAlice: true, OnlyOthers: false, Untrusting: false }
  for (const [role, isOpen] of Object.entries(roads)) {
    assert.equal(portal.choice(role) !== '', isOpen, `${role} in the browser`)
    const answered = await assume(at, op.issuer, role)
    const arn = `arn:aws:sts::${account}:assumed-role/${role}/phone`
    assert.equal(answered, isOpen ? arn : 'AccessDenied', `${role} by a token`)
  }
  assert.equal(await assume(at, op.issuer, 'OnlyAlice', { sub: 'bob' }), 'AccessDenied')
  assert.equal(await assume(at, op.issuer, 'Developer', { aud: 'other' }), 'InvalidIdentityToken')
})

test('answers of a provider are counted, with the check that refused one', async () => {
  await using scene = await openOidcScene()
  const { op, at } = scene
  const metrics = async () => (await fetch(`${at.operations}/metrics`)).text()
  await signInThere(scene, 'alice')
  await signInThere(scene, undefined)
  const forged = new URLSearchParams({ code: 'x', state: '_gatehouse.x', iss: op.issuer })
  await fetch(`${at.origin}/oidc/corp/callback?${forged}`, { redirect: 'manual' })
  const told = await metrics()
  for (const outcome of ['proved', 'declined', 'unasked'])
    assert.match(
      told,
      new RegExp(`gatehouse_oidc_answers_total{connector="corp",outcome="${outcome}"} 1`),
    )
  assert.match(told, /gatehouse_oidc_answer_seconds_count\{connector="corp"\} 3/)
  assert.match(told, /gatehouse_oidc_provider_up\{connector="corp"\} 1/)
})

test('a logout token with a `sub` alone ends every session of that person there', async () => {
  const client = {
    backchannel_logout_uri: 'https://sso.corp.test/',
    backchannel_logout_session_required: true,
  }
  await using scene = await openOidcScene({ client })
  const { op, at } = scene
  const browsers: Browser[] = []
  for (const _one of [1, 2]) browsers.push((await signInThere(scene, 'alice')).browser)
  const logout = async (id: string, about: object) => {
    const now = seconds(at)
    const claims = {
      ...{ iss: op.issuer, aud: clientId, iat: now, exp: now + 120, jti: id, ...about },
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    }
    const body = new URLSearchParams({
      logout_token: token(claims, keys.RS256, { typ: 'logout+jwt' }),
    })
    return (await fetch(`${at.origin}/oidc/corp/logout`, { method: 'POST', body })).status
  }
  assert.equal(await logout('1', { sub: 'bob' }), 200)
  assert.equal(await logout('2', { sub: 'alice', sid: 'another session' }), 200)
  for (const browser of browsers) assert.equal(await signedIn(browser), true)
  at.clock.pass(1)
  assert.equal(await logout('3', { sub: 'alice' }), 200)
  for (const browser of browsers) assert.equal(await signedIn(browser), false)
  at.clock.pass(1)
  const { browser } = await signInThere(scene, 'alice')
  assert.equal(await signedIn(browser), true, 'a sign-in after it')
})

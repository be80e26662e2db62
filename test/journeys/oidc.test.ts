import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from '../http/browser.ts'
import { clientId, clientSecret, openOidcScene, openRelay, signInThere } from './oidc-scene.ts'

const roles = ['Developer', 'OnlyAlice', 'OnlyOthers', 'Untrusting']
const rolesIn = (text: string) => roles.filter((role) => text.includes(`>${role}<`))
const lastDetail = async ({ at }: Awaited<ReturnType<typeof openOidcScene>>, least: number) =>
  (await at.events(least)).at(-1)!.additionalEventData.gatehouse.detail ?? ''

test('a person signs in at an OpenID provider, and takes a role that trusts it', {
  timeout: 120_000,
}, async () => {
  await using here = await openOidcScene()
  const { op, at } = here
  const { browser, shown } = await signInThere(here, 'alice', { next: '/portal?q=dev' })
  assert.equal(shown.location, '/portal?q=dev', shown.text)
  const portal = await browser.get('/portal')
  assert.match(portal.text, /Alice Archer/)
  assert.deepEqual(rolesIn(portal.text), ['Developer', 'OnlyAlice'])
  const opened = await browser.post('/portal/console', {
    _csrf: portal.csrf,
    grant: portal.hidden('grant'),
  })
  assert.equal(opened.status, 303, opened.text)

  const events = await at.events(3)
  const [signIn, assume] = events
  assert.deepEqual([signIn!.eventName, assume!.eventName], ['SignIn', 'AssumeRoleWithWebIdentity'])
  const { identity, evidence, connector } = signIn!.additionalEventData.gatehouse
  assert.deepEqual(
    [connector, identity],
    ['corp', { subject: 'alice', username: 'alice', strength: 'password' }],
  )
  assert.deepEqual(evidence, { by: 'query', code: 'yes', iss: op.issuer })
})

test('who has no group, who declines, and what an address cannot use again', {
  timeout: 120_000,
}, async () => {
  await using here = await openOidcScene()
  const { op, at } = here
  assert.equal(
    (await signInThere(here, 'bob')).shown.title,
    'You are signed in, but have no role yet',
  )
  const declined = await signInThere(here, undefined)
  assert.equal(declined.shown.status, 403)
  assert.equal(declined.shown.title, 'Your sign-in service did not let you through')
  assert.match(
    await lastDetail(here, 2),
    /oidc declined: .* \(found `access_denied: the person declined`\)/,
  )

  const browser = new Browser(at.origin)
  const [one, two] = [await browser.get('/oidc/corp/login'), await browser.get('/oidc/corp/login')]
  const visitor = op.visitor()
  const backOne = new URL((await visitor.travel(one.location!, 'alice')).url)
  const backTwo = new URL((await visitor.travel(two.location!, 'alice')).url)
  const crossed = new URLSearchParams(backOne.search)
  crossed.set('code', backTwo.searchParams.get('code')!)
  const injected = await browser.get(`/oidc/corp/callback?${crossed}`)
  assert.equal(injected.status, 400, 'a code of another attempt: PKCE does not fit')
  assert.match(await lastDetail(here, 3), /oidc code: .*invalid_grant/)
  const foreign = new URLSearchParams(backTwo.search)
  foreign.set('iss', 'https://evil.example')
  assert.equal((await browser.get(`/oidc/corp/callback?${foreign}`)).status, 403)
  assert.match(await lastDetail(here, 4), /oidc answer: unexpected "iss"/)
  const right = await browser.get(`/oidc/corp/callback${backTwo.search}`)
  assert.match(right.location!, /^\/oidc\/arrive/, 'a refused answer uses up no attempt')
  const again = await browser.get(`/oidc/corp/callback${backTwo.search}`)
  assert.equal(again.title, 'This sign-in has ended', 'an attempt serves once')
  assert.equal((await browser.get('/oidc/corp/callback?code=x')).status, 400)
})

test('both locks: the account has to list the client, whatever the mapping proposes', {
  timeout: 120_000,
}, async () => {
  await using here = await openOidcScene({ clientIds: ['another-client'] })
  const { shown } = await signInThere(here, 'alice')
  assert.equal(shown.title, 'You are signed in, but have no role yet')
  assert.match(await lastDetail(here, 1), /4 grants proposed, no role's trust policy allowed one/)
})

test('signing out goes on to the provider, which knows who asks and where to come back', {
  timeout: 120_000,
}, async () => {
  await using here = await openOidcScene()
  const { op, at } = here
  const { browser } = await signInThere(here, 'alice')
  const asked = await browser.get('/signout')
  const left = await browser.post('/signout', { _csrf: asked.csrf })
  const url = new URL(/url=(https:[^"]+)"/.exec(left.text)![1]!.replaceAll('&amp;', '&'))
  assert.equal(url.origin, op.issuer)
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    client_id: clientId,
    post_logout_redirect_uri: `${at.origin}/signout`,
    logout_hint: 'alice',
  })
  assert.equal((await browser.get('/portal')).location, '/signin')
})

test('no secret, code or token is in the log, the trail or an address of ours', {
  timeout: 120_000,
}, async () => {
  await using here = await openOidcScene()
  const { at } = here
  const { sent } = await signInThere(here, 'alice')
  const told = JSON.stringify([await at.events(1), at.logged])
  for (const secret of [clientSecret, new URL(sent).searchParams.get('code')!])
    assert.ok(!told.includes(secret))
})

test('the provider ends sessions itself: one by its id, or all of a person', {
  timeout: 120_000,
}, async () => {
  await using relay = await openRelay()
  await using here = await openOidcScene({
    client: { backchannel_logout_uri: relay.address, backchannel_logout_session_required: true },
  })
  const { op, at } = here
  relay.to = `${at.origin}/oidc/corp/logout`
  const visitor = op.visitor()
  const { browser } = await signInThere(here, 'alice', { visitor })
  const { browser: elsewhere } = await signInThere(here, 'alice')
  const signedIn = async (who: Browser) => (await who.get('/portal')).status === 200
  assert.deepEqual([await signedIn(browser), await signedIn(elsewhere)], [true, true])
  await visitor.endSession(op.issuer)
  assert.deepEqual(relay.answers, [200])
  assert.deepEqual([await signedIn(browser), await signedIn(elsewhere)], [false, true])

  const again = await fetch(relay.to, { method: 'POST', body: relay.bodies[0]! })
  assert.deepEqual([again.status, again.headers.get('cache-control')], [400, 'no-store'])
  assert.match(await lastDetail(here, 4), /oidc replay/)
  const forged = await fetch(relay.to, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: 'a.b.c' }),
  })
  assert.equal(forged.status, 400)
  assert.equal((await fetch(relay.to, { method: 'POST' })).status, 400)
  assert.equal(await signedIn(elsewhere), true)
})

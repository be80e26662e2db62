import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Browser } from '../http/browser.ts'
import { corpPeople } from '../peers/openid-provider.ts'
import { clientSecret, openOidcScene, signInThere } from './oidc-scene.ts'
import type { RunningHere } from './running.ts'

const { alice, bob } = corpPeople
// The provider's clock stands elsewhere: an ID token of ten minutes ago would be too old.
const open = (recheck = '{ everySeconds: 60 }') =>
  openOidcScene({
    more: `    clientSecret: ${clientSecret}\n    recheck: ${recheck}`,
    client: { grant_types: ['authorization_code', 'refresh_token'] },
    provider: { refreshTokens: true },
  })
const rolesIn = ({ text }: { text: string }) =>
  ['Developer', 'OnlyAlice'].filter((role) => text.includes(role))
const whyIn = async (browser: Browser, shown: { location: string | null }) =>
  (await browser.get(shown.location!)).text
const refusals = async (at: RunningHere) =>
  (await at.events((all) => all.some(({ eventName }) => eventName === 'SignInRecheck'))).filter(
    ({ eventName }) => eventName === 'SignInRecheck',
  )

test('a group that the provider took away is lost within the interval', async () => {
  await using scene = await open()
  const { op, at } = scene
  const { browser } = await signInThere(scene, 'alice')
  assert.deepEqual(rolesIn(await browser.get('/portal')), ['Developer', 'OnlyAlice'])
  await op.setPeople({ alice: { ...alice, groups: ['staff'] }, bob })
  assert.deepEqual(rolesIn(await browser.get('/portal')), ['Developer', 'OnlyAlice'])
  at.clock.pass(60)
  const lost = await browser.get('/portal')
  assert.equal(lost.title, 'You are signed in, but have no role yet')
  const [event] = await refusals(at)
  assert.deepEqual(event?.requestParameters?.groups, { lost: ['devs'], gained: [] })
  // The next refresh token was kept: groups come back with another check.
  await op.setPeople({ alice, bob })
  at.clock.pass(60)
  assert.deepEqual(rolesIn(await browser.get('/portal')), ['Developer', 'OnlyAlice'])
})

test('two tabs refresh once: tokens that are good once sign nobody out', async () => {
  await using scene = await open()
  const { at } = scene
  const { browser } = await signInThere(scene, 'alice')
  for (const _round of [1, 2, 3]) {
    at.clock.pass(60)
    const tabs = await Promise.all(
      Array.from({ length: 8 }, () => browser.get('/portal?q=developer')),
    )
    for (const tab of tabs) assert.equal(tab.status, 200)
  }
  const metrics = await (await fetch(`${at.operations}/metrics`)).text()
  assert.match(metrics, /gatehouse_rechecks_total\{connector="corp",outcome="same"\} 3/)
})

test('a person whom the provider no longer knows is signed out', async () => {
  await using scene = await open()
  const { op, at } = scene
  const { browser } = await signInThere(scene, 'alice')
  const other = await signInThere(scene, 'bob').catch(() => undefined)
  assert.ok(other)
  await op.setPeople({ bob })
  at.clock.pass(60)
  const left = await browser.get('/portal')
  assert.match(await whyIn(browser, left), /Your sign-in service signed you out/)
  const [event] = await refusals(at)
  assert.equal(event?.errorCode, 'signed-out-there')
  assert.match(event.additionalEventData.gatehouse.detail!, /invalid_grant/)
  const everything = JSON.stringify([at.logged, await at.events(1)])
  assert.ok(!/refresh_token|eyJ/.test(everything), 'no token is told')
})

test('while the provider is down people go on for the stated time, then are told why', async () => {
  await using scene = await open('{ everySeconds: 60, awaySeconds: 300 }')
  const { op, at } = scene
  const { browser } = await signInThere(scene, 'alice')
  await op[Symbol.asyncDispose]()
  at.clock.pass(359)
  assert.deepEqual(rolesIn(await browser.get('/portal')), ['Developer', 'OnlyAlice'])
  at.clock.pass(1)
  const left = await browser.get('/portal')
  assert.match(await whyIn(browser, left), /could not be confirmed any more/)
  assert.equal(at.logged.filter((line) => line.startsWith('recheck-unanswered')).length, 1)
})

test('a provider that gives no refresh token is told of, and sign-ins end', async () => {
  await using scene = await openOidcScene({
    more: `    clientSecret: ${clientSecret}\n    recheck: { everySeconds: 60, awaySeconds: 0 }`,
  })
  const { at } = scene
  const { browser } = await signInThere(scene, 'alice')
  at.clock.pass(59)
  assert.equal((await browser.get('/portal')).status, 200)
  at.clock.pass(1)
  assert.equal((await browser.get('/portal')).status, 303)
  assert.match(at.logged.join('\n'), /recheck-unanswered.*the provider gave no refresh token/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AcrValues, acrOf, isStrongEnough } from '../../src/apps/acr.ts'
import type { Identity, Strength } from '../../src/kernel/identity.ts'
import { optionsIn } from '../console/sent-form.ts'
import { SoftKey } from '../credentials/soft-key.ts'
import { Browser, type Shown } from '../http/browser.ts'
import { appSettings, begin, enter, openScene, redeem, signInOn, travel } from './scene.ts'

const values: AcrValues = { one: 'password', two: 'multi-factor', also: 'multi-factor' }
const person = (strength: Strength) => ({ strength }) as Identity

test('a sign-in is told by the strongest name that fits, and meets that and weaker ones', () => {
  assert.equal(acrOf(values, person('password')), 'one')
  assert.equal(acrOf(values, person('multi-factor')), 'two')
  assert.equal(acrOf(values, person('hardware')), 'two')
  assert.equal(acrOf({ two: 'multi-factor' }, person('password')), undefined)
  for (const [asked, strength, met] of [
    [undefined, 'password', true],
    ['one', 'password', true],
    ['two', 'password', false],
    ['two one', 'password', true],
    ['two', 'multi-factor', true],
    ['also', 'hardware', true],
    ['unknown', 'hardware', false],
    ['constructor', 'hardware', false],
    ['  ', 'password', true],
  ] as const)
    assert.equal(isStrongEnough(values, asked, person(strength)), met, asked)
})

const settings = `${appSettings}acrValues: { "urn:one": password, "urn:two": multi-factor }\n`
const asPage = (reached: string | Shown): Shown =>
  typeof reached === 'string' ? assert.fail(reached) : reached

test('an app that asks for more than a password gets nobody with less, and nothing goes round', {
  timeout: 120_000,
}, async () => {
  await using at = await openScene(settings)
  const wiki = await at.app('wiki')
  const browser = new Browser(at.origin)
  const plain = await enter(at, await begin(wiki, { acr_values: 'urn:one' }), 'alice', browser)
  assert.equal(plain.tokens.claims()!.acr, 'urn:one')
  const asked = await begin(wiki, { acr_values: 'urn:two' })
  const weak = asPage(await travel(browser, asked.url))
  assert.deepEqual([weak.status, weak.title], [403, 'Wiki asks for a stronger sign-in'])
  at.clock.pass(1)
  const signIn = /href="(\/signin[^"]*)"/.exec(weak.text)![1]!.replaceAll('&amp;', '&')
  const again = asPage(await signInOn(browser, await travel(browser, signIn), 'alice'))
  assert.equal(again.title, weak.title, 'the same strength again ends at the page')
  const back = /href="(\/apps\/continue\/[^"]*declined)"/.exec(again.text)![1]!
  const declined = new URL(String(await travel(browser, back)))
  assert.equal(declined.searchParams.get('error'), 'access_denied')

  const silent = await begin(wiki, { acr_values: 'urn:two', prompt: 'none' })
  const refused = new URL(String(await travel(browser, silent.url)))
  assert.equal(refused.searchParams.get('error'), 'unmet_authentication_requirements')
  const unknown = await begin(wiki, { acr_values: 'urn:evil' })
  assert.equal(asPage(await travel(browser, unknown.url)).title, weak.title)
  const discovery = await (await fetch(`${at.origin}/.well-known/openid-configuration`)).json()
  assert.deepEqual((discovery as { acr_values_supported: string[] }).acr_values_supported, [
    'urn:one',
    'urn:two',
  ])
})

test('who may have a security key is led to touch it, and goes on to the app', async () => {
  await using at = await openScene(`${settings}securityKeys: { people: {} }\n`)
  const wiki = await at.app('wiki')
  const browser = new Browser(at.origin)
  await enter(at, await begin(wiki, { acr_values: 'urn:one' }), 'alice', browser)
  const key = new SoftKey(at.origin)
  const post = async (path: string, shown: Shown, fields: Record<string, string>) =>
    browser.post(path, { _csrf: shown.csrf, ...fields })
  const adding = await browser.get('/portal/security/add-key')
  const response = key.create(optionsIn(adding))
  const added = await post('/portal/security/add-key', adding, { name: 'office', response })
  assert.equal(added.status, 303, added.text)
  const asked = await begin(wiki, { acr_values: 'urn:two' })
  const weak = asPage(await travel(browser, asked.url))
  const touch = /href="(\/portal\/security\/touch[^"]*)"/.exec(weak.text)![1]!
  const page = await browser.get(touch.replaceAll('&amp;', '&'))
  const next = page.hidden('next')
  const touched = await post('/portal/security/touch', page, {
    ...{ response: key.get(optionsIn(page)), next },
  })
  assert.match(touched.location ?? '', /^\/apps\/continue\//, touched.text)
  const tokens = await redeem(asked, String(await travel(browser, touched.location!)))
  assert.equal(tokens.claims()!.acr, 'urn:two')
})

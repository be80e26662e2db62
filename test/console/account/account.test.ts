/** What the pages about the account do, and what they say of it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from '../../http/browser.ts'
import { openRig, type Rig } from '../rig.ts'
import { type Fields, sendForm } from '../sent-form.ts'

let rig: Rig
let browser: Browser
before(async () => {
  rig = await openRig()
  browser = await rig.consoleAs('Admin')
})
after(() => rig[Symbol.asyncDispose]())

const send = async (address: string, ...steps: readonly Fields[]) => {
  let shown = await browser.get(address)
  for (const fields of steps) shown = await sendForm(browser, address, shown, fields)
  return shown
}
const textOf = async (address: string) => (await browser.get(address)).text
const saved = async () => textOf('/console/account')

test('the first password policy tells that the default ends, and is saved whole', async () => {
  const review = await send('/console/account/password-policy', {
    MinimumPasswordLength: '12',
    MaxPasswordAge: '90',
    RequireSymbols: 'true',
  })
  assert.equal(review.status, 200)
  assert.match(review.text, /What changes, and for whom/)
  assert.match(review.text, /older than 90 days/)
  assert.match(review.text, />Default</)
  assert.doesNotMatch(await saved(), /90 days/, 'nothing is saved before the review')
  const done = await sendForm(browser, '/console/account/password-policy', review, {})
  assert.equal(done.status, 303)
  const found = await rig.iam('GetAccountPasswordPolicy', {})
  assert.match(found, /<MinimumPasswordLength>12</)
  assert.match(found, /<MaxPasswordAge>90</)
  assert.match(found, /<RequireSymbols>true</)
  assert.match(found, /<RequireNumbers>true</)
  assert.doesNotMatch(found, /PasswordReusePrevention/)
})

test('a changed rule is reviewed with what it was, and the others are kept', async () => {
  await rig.iam('UpdateAccountPasswordPolicy', {
    MinimumPasswordLength: '9',
    MaxPasswordAge: '30',
    RequireNumbers: 'true',
    AllowUsersToChangePassword: 'true',
  })
  const review = await send('/console/account/password-policy', { MaxPasswordAge: '' })
  const changes = /What changes, and for whom(.*?)<\/section>/s.exec(review.text)![1]!
  assert.match(changes, /30 days/)
  assert.match(changes, /had expired are good again/)
  assert.doesNotMatch(changes, /Capital letters/)
  await sendForm(browser, '/console/account/password-policy', review, {})
  const found = await rig.iam('GetAccountPasswordPolicy', {})
  assert.doesNotMatch(found, /MaxPasswordAge/)
  assert.match(found, /<MinimumPasswordLength>9</)
  assert.match(found, /<RequireNumbers>true</)
  assert.match(found, /<AllowUsersToChangePassword>true</)
})

test('an unchanged policy is not sent, and an impossible one is marked', async () => {
  const calls = await rig.callsOf(async () => {
    const shown = await send('/console/account/password-policy', {}, {})
    assert.equal(shown.status, 303)
    for (const wrong of [{ MaxPasswordAge: '0' }, { MinimumPasswordLength: '5' }]) {
      const refused = await send('/console/account/password-policy', wrong)
      assert.equal(refused.status, 400)
      assert.match(refused.text, /It has to be from/)
    }
  })
  assert.ok(calls.every(({ eventName }) => eventName !== 'UpdateAccountPasswordPolicy'))
})

test('two people change the policy: the second sees what it is now', async () => {
  await rig.iam('UpdateAccountPasswordPolicy', { MinimumPasswordLength: '9' })
  const review = await send('/console/account/password-policy', { MinimumPasswordLength: '20' })
  await rig.iam('UpdateAccountPasswordPolicy', { MinimumPasswordLength: '15' })
  const told = await sendForm(browser, '/console/account/password-policy', review, {})
  assert.equal(told.status, 409)
  assert.match(await rig.iam('GetAccountPasswordPolicy', {}), /<MinimumPasswordLength>15</)
})

test('a deleted policy leaves the default, and can’t be deleted again', async () => {
  const at = '/console/account/password-policy/delete'
  assert.equal((await send(at, {})).status, 303)
  assert.match(await saved(), /No: the default counts/)
  const again = await browser.get(at)
  assert.match(again.text, /has no policy of its own/)
  assert.doesNotMatch(again.text, /name="_once"/)
})

test('an alias is given, replaced and deleted; one that was replaced meanwhile stays', async () => {
  assert.equal((await send('/console/account/alias', { AccountAlias: 'first-one' })).status, 303)
  assert.match(await saved(), /first-one/)
  const question = await browser.get('/console/account/alias/delete')
  assert.match(question.text, /\/signin\/first-one leads nowhere/)
  await rig.iam('CreateAccountAlias', { AccountAlias: 'second-one' })
  const told = await sendForm(browser, '/console/account/alias/delete', question, {})
  assert.equal(told.status, 409)
  assert.match(told.text, /second-one/)
  const done = await sendForm(browser, '/console/account/alias/delete', told, {})
  assert.equal(done.status, 303)
  assert.doesNotMatch(await saved(), /second-one/)
  for (const wrong of ['-a-', 'A-name', 'two--hyphens', 'x'.repeat(64)]) {
    const refused = await send('/console/account/alias', { AccountAlias: wrong })
    assert.equal(refused.status, 400, wrong)
    assert.ok(refused.text.includes(`value="${wrong}"`))
  }
})

test('the version of tokens is what the summary tells then', async () => {
  const at = '/console/account/token-version'
  await send(at, { GlobalEndpointTokenVersion: 'v1Token' })
  assert.match(await saved(), /Version 1/)
  await send(at, { GlobalEndpointTokenVersion: 'v2Token' })
  assert.match(await saved(), /Version 2/)
})

test('outbound federation is turned on with its issuer, and off', async () => {
  assert.match(await saved(), /outbound-federation\/enable/)
  await send('/console/account/outbound-federation/enable', {})
  const on = await saved()
  assert.ok(on.replaceAll('<wbr>', '').includes(`${browser.origin}/outbound/111122223333`))
  assert.match(on, /outbound-federation\/disable/)
  const again = await send('/console/account/outbound-federation/enable', {})
  assert.match(again.text, /already enabled/)
  await send('/console/account/outbound-federation/disable', {})
  assert.match(await saved(), /outbound-federation\/enable/)
  const off = await browser.get('/console/account/outbound-federation/disable')
  assert.match(off.text, /is off already/)
})

test('features of central root access are turned off and on', async () => {
  const on = await textOf('/console/organization')
  assert.match(on, /root-credentials\/disable/)
  assert.match(on, /root-sessions\/disable/)
  await send('/console/organization/root-sessions/disable', {})
  assert.match(await rig.iam('ListOrganizationsFeatures', {}), /RootCredentialsManagement/)
  assert.doesNotMatch(await rig.iam('ListOrganizationsFeatures', {}), /RootSessions/)
  assert.match(await textOf('/console/organization'), /root-sessions\/enable/)
  await send('/console/organization/root-sessions/enable', {})
  assert.match(await rig.iam('ListOrganizationsFeatures', {}), /RootSessions/)
})

/** An auditor finds out why a call was denied three days ago, and who else could make it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { iamCall } from '../../journeys/broker.ts'
import { axeFindings, openDesk, roleButton, signInAt } from '../../journeys/chromium.ts'
import { requirePeer } from '../../peers/require.ts'
import { openRig } from '../rig.ts'

const allow = (...Action: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Looks', Effect: 'Allow', Action, Resource: '*' }],
})

async function isFine(page: Page, what: string, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 800 })
  await page.emulateMedia({ colorScheme: width < 600 ? 'dark' : 'light' })
  assert.deepEqual(await axeFindings(page), [], `${what}, ${width} px`)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.ok(wide <= width, `${what} scrolls sideways at ${width} px`)
  await page.setViewportSize({ width: 1280, height: 800 })
}

test('from a list of what was denied to the reason, and to those who can', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using rig = await openRig({
    Watcher: allow('gatehouse:*', 'iam:Simulate*'),
    Deleter: allow('iam:DeleteRole'),
  })
  await rig.iam('CreateUser', { UserName: 'robot' })
  await rig.iam('PutUserPolicy', {
    UserName: 'robot',
    PolicyName: 'Own',
    PolicyDocument: JSON.stringify(allow('iam:ListRoles')),
  })
  const made = await rig.iam('CreateAccessKey', { UserName: 'robot' })
  const of = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(made)?.[1] ?? ''
  const keys = { AccessKeyId: of('AccessKeyId'), SecretAccessKey: of('SecretAccessKey') }
  const call = (fields: Readonly<Record<string, string>>) =>
    iamCall(rig.running.origin, keys, fields, rig.running.clock.now())
  await call({ Action: 'ListRoles' })
  await call({ Action: 'DeleteRole', RoleName: 'Deleter' })
  rig.running.clock.pass(3 * 86_400)
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  await signInAt(page, `${rig.running.origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await roleButton(page, 'Watcher', 'Console').click()
  await page.getByRole('link', { name: 'Audit', exact: true }).first().click()
  await page.getByLabel('Person or principal').fill('robot')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('link', { name: 'Denied', exact: true }).click()
  assert.equal(await page.getByRole('rowheader').count(), 1)
  await isFine(page, 'audit', 320)
  await page.getByRole('link', { name: 'iam:DeleteRole' }).first().click()
  assert.match(await page.locator('main').innerText(), /no identity-based policy allows/)
  await isFine(page, 'event', 320)
  await page.getByRole('link', { name: 'Why', exact: true }).last().click()
  const why = await page.locator('main').innerText()
  assert.match(why, /Refused: iam:DeleteRole/)
  assert.match(why, /One action more in[^\n]*Own/)
  await page.goBack()
  await page.getByRole('link', { name: 'Who can', exact: true }).last().click()
  assert.match(await page.locator('main').innerText(), /role\/Deleter/)
  await page.goBack()
  await page.getByRole('link', { name: 'Everything from this sign-in' }).click()
  assert.match(await page.locator('main').innerText(), /Everything from a key of robot/)
  await isFine(page, 'tree', 320)
  await page.getByRole('link', { name: 'Sessions', exact: true }).click()
  await page.getByRole('rowheader', { name: /amina/ }).first().waitFor()
  await isFine(page, 'sessions', 1280)
})

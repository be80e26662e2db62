import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { requirePeer } from '../peers/require.ts'
import { firstPassword, openUsers } from '../sign-in/user/users.ts'
import { axeFindings, openDesk } from './chromium.ts'

const at = await openUsers()
after(() => at[Symbol.asyncDispose]())

/** axe finds nothing, light or dark, and the page fits a narrow phone. */
async function looksWell(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    assert.deepEqual(await axeFindings(page), [], `${page.url()} ${colorScheme}`)
  }
  await page.setViewportSize({ width: 320, height: 844 })
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.ok(width <= 320, `${page.url()} scrolls sideways`)
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ colorScheme: 'light' })
}

test('a user signs in: password, code, another password, console', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  const policy = { Effect: 'Allow', Action: '*', Resource: '*' }
  await at.user('amina.okafor', { policy, reset: true })
  const { code } = await at.device('amina.okafor', 'phone')
  await at.device('amina.okafor', 'spare')
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  await page.goto(`${at.rig.running.origin}/signin?next=/console/users`)
  await page.getByRole('link', { name: 'Sign in with account and name' }).click()
  await looksWell(page)
  await page.getByLabel('Account').fill('demo')
  await page.getByLabel('IAM user name').fill('amina.okafor')
  await page.getByLabel('Password').fill('a guess')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('That name and password do not match').waitFor()
  await looksWell(page)
  await page.getByLabel('Password').fill(firstPassword)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor()
  for (let i = 0; i < 2; i++) {
    await page.getByLabel('Code from your device').fill('123 456')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('That code does not count').waitFor()
  }
  await looksWell(page)
  await page.getByRole('link', { name: 'Type two codes in a row' }).click()
  await page.getByRole('heading', { name: 'Set the clock' }).waitFor()
  await looksWell(page)
  await page.getByRole('link', { name: 'Type one code' }).click()
  await page.getByLabel('Code from your device').fill(code(1))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Choose another password' }).waitFor()
  await looksWell(page)
  await page.getByLabel('Old password').fill(firstPassword)
  await page.getByLabel('New password', { exact: true }).fill('Quiet-harbour-7')
  await page.getByLabel('New password, once more').fill('Quiet-harbour-7')
  at.rig.running.clock.pass(1)
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.waitForURL(/\/console\/users$/)
  await page.getByRole('link', { name: 'amina.okafor' }).first().waitFor()
  await page.getByRole('button', { name: 'Sign out' }).first().click()
  await page.goto(`${at.rig.running.origin}/console`)
  await page.getByRole('heading', { name: 'Sign in to demo' }).waitFor()
  assert.equal(await page.getByLabel('IAM user name').inputValue(), 'amina.okafor')
  await looksWell(page)
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { codeOfStep, stepOf } from '../../src/credentials/totp.ts'
import { requirePeer } from '../peers/require.ts'
import { firstPassword, openUsers, seedOf } from '../sign-in/user/users.ts'
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

test("a user's day: first password, an authenticator app, a key in place of another", async (t) => {
  if (!requirePeer(t, 'chromium')) return
  const { origin, clock } = at.rig.running
  const policy = { Effect: 'Allow', Action: ['iam:*', 'sts:*'], Resource: '*' }
  await at.user('mei-ling.chen', { policy, reset: true })
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  await page.goto(`${origin}/signin/demo?next=/portal/security`)
  await page.getByLabel('IAM user name').fill('mei-ling.chen')
  await page.getByLabel('Password').fill(firstPassword)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Old password').fill(firstPassword)
  const fresh = page.getByLabel('New password', { exact: true })
  await fresh.pressSequentially('Quiet-harbour-7')
  assert.equal(await page.locator('.rules .met').count(), 2)
  const again = page.getByLabel('New password, once more')
  await again.fill('Quiet')
  assert.equal(await again.evaluate((input) => (input as HTMLInputElement).validity.valid), false)
  await again.fill('Quiet-harbour-7')
  clock.pass(1)
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByRole('heading', { name: 'Your security', level: 1 }).waitFor()
  await looksWell(page)
  await page.getByRole('link', { name: 'Add an authenticator app' }).click()
  await looksWell(page)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('img', { name: 'QR code' }).waitFor()
  await looksWell(page)
  const seed = seedOf((await page.locator('code').innerText()).replaceAll(' ', ''))
  const code = (steps: number) => codeOfStep(seed, stepOf(clock.now()) + steps)
  await page.getByLabel('First code').fill(code(-1))
  await page.getByLabel('The code after it').fill(code(0))
  await page.getByRole('button', { name: 'Add the device' }).click()
  await page.getByText('You need it from the next sign-in on').waitFor()
  await page.getByRole('link', { name: 'mei-ling.chen' }).click()
  await looksWell(page)
  await page.getByRole('link', { name: 'Back to your security' }).click()
  const keys: string[] = []
  for (let i = 0; i < 2; i++) {
    await page.getByRole('button', { name: 'Create an access key' }).click()
    await page.getByRole('heading', { name: 'Your new access key' }).waitFor()
    keys.push(await page.locator('dd code').first().innerText())
    if (i === 0) await looksWell(page)
    await page.getByRole('link', { name: 'Back to your security' }).click()
  }
  await page.getByRole('button', { name: 'Create an access key' }).click()
  await page.getByText('Cannot exceed quota for AccessKeysPerUser').waitFor()
  await page.getByRole('link', { name: keys[0]! }).click()
  await page.getByRole('button', { name: 'Deactivate it' }).click()
  await page.getByText('The key is inactive').waitFor()
  await looksWell(page)
  await page.getByRole('button', { name: 'Delete it for good' }).click()
  await page.getByText('The key is deleted').waitFor()
  assert.equal(await page.getByRole('link', { name: /^AKIA/ }).count(), 1)
  await page.getByRole('link', { name: 'Change the password' }).click()
  await looksWell(page)
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
  }
  await at.rig.iam('CreateRole', {
    RoleName: `R${'w'.repeat(63)}`,
    AssumeRolePolicyDocument: JSON.stringify(trust),
  })
  await page.goto(`${origin}/portal`)
  await looksWell(page)
  await page.goto(`${origin}/portal/sign-ins`)
  await page.getByRole('button', { name: 'This was not me' }).first().waitFor()
  await looksWell(page)
})

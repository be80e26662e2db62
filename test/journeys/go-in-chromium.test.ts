import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { requirePeer } from '../peers/require.ts'
import { firstPassword, openUsers } from '../sign-in/user/users.ts'
import { axeFindings, openDesk } from './chromium.ts'

const at = await openUsers()
after(() => at[Symbol.asyncDispose]())

test('Ctrl and K lead anywhere by a few letters, in the console and the portal', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  const { origin } = at.rig.running
  await at.user('mei-ling', { policy: { Effect: 'Allow', Action: 'iam:*', Resource: '*' } })
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  await page.goto(`${origin}/signin/demo`)
  await page.getByLabel('IAM user name').fill('mei-ling')
  await page.getByLabel('Password').fill(firstPassword)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL(/\/console$/)
  await page.keyboard.press('Control+k')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    assert.deepEqual(await axeFindings(page), [], colorScheme)
  }
  await page.keyboard.type('polic')
  const links = await dialog.getByRole('link').allInnerTexts()
  assert.ok(links.includes('Policies\nAccess'))
  assert.ok(!links.includes('Groups\nAccess'))
  assert.deepEqual(links.slice(-3), ['polic\nUser', 'polic\nGroup', 'polic\nRole'])
  await page.keyboard.press('Escape')
  assert.equal(await dialog.isVisible(), false)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('mei-ling')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/console\/users\/mei-ling$/)
  await page.getByRole('link', { name: 'Go to' }).click()
  await page.getByRole('heading', { name: 'Go to' }).waitFor()
  await page.setViewportSize({ width: 320, height: 844 })
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320)
  assert.deepEqual(await axeFindings(page), [])
  await page.keyboard.type('security')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/portal\/security$/)
  await page.keyboard.press('Control+k')
  await dialog.waitFor()
  assert.equal(await dialog.getByRole('link', { name: 'Group' }).count(), 0)
})

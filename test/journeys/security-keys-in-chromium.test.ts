import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { plugIn } from '../peers/authenticator.ts'
import { requirePeer } from '../peers/require.ts'
import { firstPassword, openUsers } from '../sign-in/user/users.ts'
import { axeFindings, openDesk, roleButton, signInAt } from './chromium.ts'

const at = await openUsers(`
securityKeys: { passkeys: true, residentKey: preferred }
`)
after(() => at[Symbol.asyncDispose]())
const { origin } = at.rig.running

async function typeIn(page: Page, name: string): Promise<void> {
  await page.goto(`${origin}/signin/user/password?account=demo&next=/console/users`)
  await page.getByLabel('IAM user name').fill(name)
  await page.getByLabel('Password').fill(firstPassword)
  await page.getByRole('button', { name: 'Continue' }).click()
}

async function looksWell(page: Page, name: string): Promise<void> {
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [320, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    assert.deepEqual(await axeFindings(page), [], `${name} ${width}`)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= width, `${name} scrolls sideways at ${width} px`)
    const { SHOTS } = process.env
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${width}.png` })
  }
}

const policy = { Effect: 'Allow', Action: '*', Resource: '*' }

test('an administrator adds a key; its user signs in with it, and as a passkey', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await at.user('ann', { policy })
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  const key = await plugIn(page, 'platform')
  await signInAt(page, `${origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await roleButton(page, 'Admin', 'Console').click()
  await page.goto(`${origin}/console/users/ann/add-security-key`)
  await page.getByLabel('Name of the key').fill('laptop')
  await page.waitForLoadState()
  await page.getByRole('button', { name: 'Ask for the key' }).click()
  await page.getByText('The key was added').waitFor()
  await desk.context.clearCookies()
  await typeIn(page, 'ann')
  await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor()
  await looksWell(page, 'touch')
  await page.getByRole('button', { name: 'Touch the security key' }).click()
  await page.waitForURL(/\/console\/users$/)
  await desk.context.clearCookies()
  await page.goto(`${origin}/signin/user/password?next=/console/users`)
  await page.getByRole('link', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('heading', { name: 'Sign in with a passkey' }).waitFor()
  await looksWell(page, 'passkey')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.waitForURL(/\/console\/users$/)
  const [credential] = await key.credentials()
  assert.ok(credential!.signCount > 1)
})

test('a key signs in again and again; a copy of it is refused', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await at.user('bob', { policy })
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  const key = await plugIn(page, 'u2f')
  await signInAt(page, `${origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await roleButton(page, 'Admin', 'Console').click()
  await page.goto(`${origin}/console/users/bob/add-security-key`)
  await page.getByLabel('Name of the key').fill('old')
  await page.waitForLoadState()
  await page.getByRole('button', { name: 'Ask for the key' }).click()
  await page.getByText('The key was added').waitFor()
  for (let time = 0; time < 2; time++) {
    await desk.context.clearCookies()
    await typeIn(page, 'bob')
    await page.getByRole('button', { name: 'Touch the security key' }).click()
    await page.waitForURL(/\/console\/users$/)
  }
  await key.setCounter(0)
  await desk.context.clearCookies()
  await typeIn(page, 'bob')
  await page.getByRole('button', { name: 'Touch the security key' }).click()
  await page.getByText('That security key does not count').waitFor()
  await looksWell(page, 'refused')
})

test('a person loses a phone: device and sessions end, another is registered', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await at.user('eve', { policy })
  await using theirs = await openDesk({ reducedMotion: 'reduce' })
  const phone = await plugIn(theirs.page, 'platform')
  await using admins = await openDesk({ reducedMotion: 'reduce' })
  const admin = admins.page
  await signInAt(admin, `${origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await roleButton(admin, 'Admin', 'Console').click()
  await admin.waitForURL(/\/console/)
  const { page } = theirs
  // Eve begins with a password alone, and registers the phone herself.
  await typeIn(page, 'eve')
  await page.waitForURL(/\/console\/users$/)
  await page.goto(`${origin}/console/users/eve/add-security-key`)
  await page.getByLabel('Name of the key').fill('phone')
  await page.waitForLoadState()
  await page.getByRole('button', { name: 'Ask for the key' }).click()
  await page.getByText('The key was added').waitFor()
  // The phone is gone: whoever has it is signed in on it, and nobody else gets in as Eve.
  await theirs.context.clearCookies()
  await typeIn(page, 'eve')
  await page.getByRole('button', { name: 'Touch the security key' }).click()
  await page.waitForURL(/\/console\/users$/)
  await admin.goto(`${origin}/console/users/eve`)
  await admin.getByRole('link', { name: 'Deactivate' }).click()
  await admin.getByRole('button', { name: 'Deactivate the device' }).click()
  await admin.getByText('The device was deactivated.').waitFor()
  await admin.getByRole('link', { name: 'End all sessions' }).click()
  await admin.getByRole('button', { name: 'End the sessions' }).click()
  await admin.getByText('All sessions of the user until now have ended.').waitFor()
  await page.goto(`${origin}/console/users`)
  await page.getByRole('heading', { name: /session/i }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'eve' }).count(), 0, 'the session has ended')
  await phone.remove()
  await plugIn(page, 'ctap2')
  at.rig.running.clock.pass(1)
  await typeIn(page, 'eve')
  await page.waitForURL(/\/console\/users$/)
  await page.goto(`${origin}/console/users/eve/add-security-key`)
  await page.getByLabel('Name of the key').fill('new-key')
  await page.waitForLoadState()
  await page.getByRole('button', { name: 'Ask for the key' }).click()
  await page.getByText('The key was added').waitFor()
  await theirs.context.clearCookies()
  await typeIn(page, 'eve')
  await page.getByRole('button', { name: 'Touch the security key' }).click()
  await page.waitForURL(/\/console\/users$/)
})

/** What people, users and roots have of their own, with keys of Chromium. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { hashPassword } from '../../../src/kernel/argon2id.ts'
import { openRig, type Rig } from '../../console/rig.ts'
import { axeFindings, openDesk, signInAt } from '../../journeys/chromium.ts'
import { plugIn } from '../../peers/authenticator.ts'
import { requirePeer } from '../../peers/require.ts'

const rule = `  - name: by key
    when: 'identity.strength == "hardware"'
    grants:
      - role: arn:aws:iam::111122223333:role/ByKey
`
let rig: Rig
before(async () => {
  rig = await openRig({ ByKey: undefined })
  const hash = await hashPassword('break the glass 1')
  const root = `    root: { name: root@example.com, passwordHash: "${hash}" }\n`
  const settings = rig.settings
    .replaceAll(/ {6}- role: \S+role\/ByKey\n/g, '')
    .replace('mappings:\n', `mappings:\n${rule}`)
    .replace('  "111122223333":\n', (account) => account + root)
  await rig.running.reload(`${settings}\nsecurityKeys: { people: {} }\n`)
})
after(() => rig[Symbol.asyncDispose]())

/** Nothing keeps people out, and nothing scrolls sideways, on a desk and on a narrow phone. */
async function looksRight(page: Page, name: string): Promise<void> {
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
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${width}.png`, fullPage: true })
  }
  await page.setViewportSize({ width: 1280, height: 800 })
}

test('a person adds a key, touches it, takes a role by it, and sees what lives', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  const { origin } = rig.running
  await signInAt(page, `${origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await plugIn(page, 'ctap2')
  await page.goto(`${origin}/portal/security`)
  await page.getByRole('link', { name: 'Add a security key' }).click()
  await page.getByLabel('Name of the key').fill('office key')
  await looksRight(page, 'add-key')
  await page.waitForLoadState()
  await page.getByRole('button', { name: 'Ask for the key' }).click()
  await page.getByText('The key is yours').waitFor()
  await page.getByRole('link', { name: 'Touch a key' }).click()
  await looksRight(page, 'touch')
  await page.waitForLoadState()
  await page.getByRole('button', { name: 'Touch a key' }).click()
  await page.getByText('counts as one with a security key, since').waitFor()
  await looksRight(page, 'person-security')
  await page.goto(`${origin}/portal?role=ByKey`)
  await page
    .getByRole('button', { name: /Credentials/ })
    .first()
    .click()
  await page.getByText('AWS_SESSION_TOKEN').first().waitFor()
  await page.goto(`${origin}/portal/access`)
  await looksRight(page, 'access')
  await page.getByRole('button', { name: /^End: Credentials/ }).click()
  await page.getByText('It has ended.').waitFor()
  assert.equal(await page.getByRole('button', { name: /^End: Credentials/ }).count(), 0)
})

test('a root signs in, adds a second factor, and has its own pages', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  await page.goto(`${rig.running.origin}/signin/user/password`)
  await page.getByRole('link', { name: 'Sign in as root' }).click()
  await looksRight(page, 'root')
  await page.getByLabel('Root e-mail').fill('root@example.com')
  await page.getByLabel('Password').fill('break the glass 1')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Show the key for the app' }).click()
  await page.getByLabel('First code').waitFor()
  await looksRight(page, 'enrol')
})

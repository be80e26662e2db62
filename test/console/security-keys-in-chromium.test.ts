/** Security keys of IAM users, registered on the console's page with keys of Chromium. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeFindings, type Desk, openDesk, roleButton, signInAt } from '../journeys/chromium.ts'
import { type AuthenticatorKind, plugIn } from '../peers/authenticator.ts'
import { requirePeer } from '../peers/require.ts'
import { openRig, type Rig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await openRig()
  for (const UserName of ['ann', 'bob']) await rig.iam('CreateUser', { UserName })
})
after(() => rig[Symbol.asyncDispose]())

async function openConsole({ page }: Desk): Promise<void> {
  await signInAt(page, `${rig.running.origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await roleButton(page, 'Admin', 'Console').click()
  await page.waitForURL(/\/console/)
}

async function fillIn(page: Page, user: string, name: string): Promise<void> {
  await page.goto(`${rig.running.origin}/console/users/${user}`)
  await page.getByRole('link', { name: 'Add a security key' }).click()
  // A button that is pressed before its script is there sends the form without a key.
  await page.waitForURL(/add-security-key/)
  await page.waitForLoadState()
  await page.getByLabel('Name of the key').fill(name)
}

async function ask(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Ask for the key' }).click()
}

async function devicesOf(UserName: string): Promise<readonly string[]> {
  const answer = await rig.iam('ListMFADevices', { UserName })
  return [...answer.matchAll(/<SerialNumber>([^<]*)</g)].map(([, serial]) => serial!)
}

for (const kind of ['ctap2', 'u2f', 'platform'] satisfies AuthenticatorKind[])
  test(`a ${kind} key is registered, for two users, and deactivated`, async (t) => {
    if (!requirePeer(t, 'chromium')) return
    await using desk = await openDesk({ reducedMotion: 'reduce' })
    await openConsole(desk)
    const { page } = desk
    const key = await plugIn(page, kind)
    for (const user of ['ann', 'bob']) {
      await fillIn(page, user, kind)
      await ask(page)
      const said = page.getByRole('status').filter({ hasText: 'The key was added' })
      await said.waitFor()
      const [serial] = (await devicesOf(user)).filter((one) => one.includes(`/${kind}-`))
      assert.match(await said.innerText(), new RegExp(serial!.split('/').at(-1)!))
    }
    assert.equal((await key.credentials()).length, 2, 'one key, a credential for each user')
    await page.getByRole('link', { name: 'Deactivate' }).click()
    await page.getByRole('button', { name: 'Deactivate the device' }).click()
    await page.getByText('The device was deactivated.').waitFor()
    assert.deepEqual(await devicesOf('bob'), [])
  })

test('a key that is registered already, and one that nobody touches, are told so', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  await openConsole(desk)
  const { page } = desk
  await plugIn(page, 'ctap2')
  await fillIn(page, 'ann', 'once')
  await ask(page)
  await page.getByText('The key was added').waitFor()
  const before = await devicesOf('ann')
  await fillIn(page, 'ann', 'twice')
  await ask(page)
  await page.getByText('This key is registered for this user already.').waitFor()
  assert.equal(await page.getByLabel('Name of the key').inputValue(), 'twice', 'nothing is lost')
  assert.deepEqual(await axeFindings(page), [])
  assert.deepEqual(await devicesOf('ann'), before)
})

test('a late response is refused; the form asks again and keeps the name', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  await openConsole(desk)
  const { page } = desk
  await plugIn(page, 'ctap2')
  await fillIn(page, 'bob', 'late')
  rig.running.clock.pass(301)
  await ask(page)
  await page.getByRole('alert').filter({ hasText: 'is not valid, has ended' }).waitFor()
  assert.equal(await page.getByLabel('Name of the key').inputValue(), 'late')
  await ask(page)
  await page.getByText('The key was added').waitFor()
})

test('without scripts the page says what it takes, and a sent form says it again', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ javaScriptEnabled: false })
  await openConsole(desk)
  const { page } = desk
  await fillIn(page, 'ann', 'none')
  await page.getByText('takes JavaScript, which is off').waitFor()
  await ask(page)
  assert.match(await page.title(), /^Error: /)
})

test('a browser without security keys is told, and the button can’t be pressed', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  await desk.context.addInitScript('delete globalThis.PublicKeyCredential')
  await openConsole(desk)
  const { page } = desk
  await fillIn(page, 'ann', 'none')
  await page.getByText('This browser can’t ask for security keys.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Ask for the key' }).isDisabled(), true)
  assert.deepEqual(await axeFindings(page), [])
})

test('the page looks as it should, light and dark, wide and narrow', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  await openConsole(desk)
  const { page } = desk
  await fillIn(page, 'ann', 'office-key')
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [320, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/add-${width}.png` })
    assert.deepEqual(await axeFindings(page), [])
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= width, `scrolls sideways at ${width} px`)
  }
})

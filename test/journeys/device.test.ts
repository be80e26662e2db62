import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { beginOnDevice, deviceApps, poll } from '../apps/device-scene.ts'
import { appSettings, openScene } from '../apps/scene.ts'
import { requirePeer } from '../peers/require.ts'
import { axeFindings, fillSignIn, openDesk } from './chromium.ts'

/** Light and dark, on a desk and on a phone. */
async function looksRight(page: Page): Promise<void> {
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 844 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepEqual(await axeFindings(page), [], `${colorScheme}, ${width} px`)
    }
    const needed = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(needed <= width, `scrolls sideways at ${width} px`)
  }
}

test('in two browsers: a device is confirmed on a phone, without a script; another says No', {
  timeout: 300_000,
}, async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openScene(appSettings + deviceApps)
  const [first, second] = [await beginOnDevice(at), await beginOnDevice(at)]

  await using phone = await openDesk({ javaScriptEnabled: false })
  await phone.page.goto(first.verification_uri_complete)
  await fillSignIn(phone.page, 'alice', 'right horse')
  await phone.page.getByRole('heading', { name: 'Sign in on a device' }).waitFor()
  assert.equal(await phone.page.getByLabel('Code on the device').inputValue(), first.user_code)
  await phone.page.getByRole('button', { name: 'Continue' }).click()

  await using desk = await openDesk()
  const { page } = desk
  await page.goto(second.verification_uri)
  await fillSignIn(page, 'carol', 'right horse')
  await page.getByLabel('Code on the device').fill('bbbb bbbb')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('No device shows this code').waitFor()
  await looksRight(page)
  await page.getByLabel('Code on the device').fill(second.user_code.toLowerCase())
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Sign in to Telly on another device?' }).waitFor()
  await looksRight(page)
  await page.getByRole('button', { name: 'No', exact: true }).click()
  await page.getByRole('heading', { name: 'The device was not signed in' }).waitFor()

  await phone.page.getByRole('heading', { name: 'Sign in to Telly on another device?' }).waitFor()
  await phone.page.getByRole('button', { name: 'Yes, sign in' }).click()
  await phone.page.getByRole('heading', { name: 'Your device is signed in to Telly' }).waitFor()

  assert.ok((await poll(at, first.device_code)).told.access_token)
  assert.equal((await poll(at, second.device_code)).told.error, 'access_denied')
})

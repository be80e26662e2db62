import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirePeer } from '../peers/require.ts'
import { axeFindings, openDesk } from './chromium.ts'
import { openScenery, scenes } from './scenes.ts'

for (const { name, heading, show } of scenes) {
  test(`${name}: axe finds nothing, light or dark, and a phone only scrolls down`, async (t) => {
    if (!requirePeer(t, 'chromium')) return
    await using at = await openScenery()
    await using desk = await openDesk({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
    })
    const { page } = desk
    await show(page, at)
    assert.equal(await page.locator('h1').innerText(), heading)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepEqual(await axeFindings(page), [], colorScheme)
    }
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 })
      assert.ok(
        (await page.evaluate(() => document.documentElement.scrollWidth)) <= width,
        `scrolls sideways at ${width} px`,
      )
    }
    assert.deepEqual(await axeFindings(page), [], 'on a phone')
  })
}

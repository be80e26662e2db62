/** Pages hold text from right to left, words without a place to break, and 200 roles. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openDesk, roleButton, signInAt } from '../journeys/chromium.ts'
import { manyRoles } from '../journeys/many-roles.ts'
import { openRunning } from '../journeys/running.ts'
import { requirePeer } from '../peers/require.ts'
import { longName, makeDirectory } from './made-directory.ts'
import { openRig } from './rig.ts'

/** Turns the page round, as a language from right to left does, and puts such texts into it. */
async function turnRound(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl'
    for (const heading of document.querySelectorAll('h1, h2, .btn, dt, th'))
      if (heading.children.length === 0) heading.textContent = 'لوحة القيادة للقراءة فقط'
  })
}

async function holds(page: Page, what: string): Promise<void> {
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 })
    const sides = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      const leftOf = (selector: string) =>
        document.querySelector(selector)?.getBoundingClientRect().left ?? 0
      const over = scrollWidth - clientWidth
      return { over, main: leftOf('main'), nav: leftOf('.side') }
    })
    assert.ok(sides.over <= 0, `${what} scrolls sideways by ${sides.over} px at ${width} px`)
    if (width > 1000) assert.ok(sides.nav > sides.main, `${what}: the navigation is on the left`)
  }
}

test('console pages are turned round without scrolling sideways', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using rig = await openRig()
  await makeDirectory(rig, longName)
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  await signInAt(page, `${rig.running.origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await roleButton(page, 'Admin', 'Console').click()
  await page.waitForURL(/\/console/)
  for (const path of [
    '/console',
    '/console/users',
    `/console/users/${longName}`,
    '/console/account',
    '/console/account/password-policy',
    '/console/identity-providers/saml/~create',
  ]) {
    await page.goto(rig.running.origin + path)
    await turnRound(page)
    await holds(page, path)
  }
})

test('a portal of 200 roles is turned round without scrolling sideways', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openRunning(await manyRoles({ roles: 200, accounts: 12 }))
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  await signInAt(page, `${at.origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await turnRound(page)
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 })
    const over = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      return scrollWidth - clientWidth
    })
    assert.ok(over <= 0, `scrolls sideways by ${over} px at ${width} px`)
  }
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { axeFindings, fillSignIn, openDesk } from '../journeys/chromium.ts'
import { requirePeer } from '../peers/require.ts'
import { type House, openHouse } from './house.ts'

async function withPage(
  t: TestContext,
  options: BrowserContextOptions,
  use: (page: Page, house: House) => Promise<void>,
): Promise<void> {
  if (!requirePeer(t, 'chromium')) return
  await using house = await openHouse()
  await using desk = await openDesk(options)
  await use(desk.page, house)
}

const grantOf = (page: Page, role: string) => page.locator('.grant', { hasText: role })

async function signIn(page: Page, house: House, password = 'right horse'): Promise<void> {
  await page.goto(`${house.origin}/signin?connector=staff`)
  await fillSignIn(page, 'amina', password)
}

async function openConsole(page: Page, house: House): Promise<void> {
  await signIn(page, house)
  await grantOf(page, 'DataAnalyst').getByRole('button', { name: 'Console' }).click()
  await page.waitForURL(/\/console/)
}

test('a role that is refused is told on the portal, and axe finds nothing', async (t) => {
  await withPage(t, { reducedMotion: 'reduce' }, async (page, house) => {
    await signIn(page, house)
    house.world.refuseTrust = true
    await grantOf(page, 'DataAnalyst').getByRole('button', { name: 'Credentials' }).click()
    await page.getByRole('alert').waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepEqual(await axeFindings(page), [], colorScheme)
    }
  })
})

test('without a script: sign in, filter, credentials, every format, console', async (t) => {
  await withPage(t, { javaScriptEnabled: false }, async (page, house) => {
    await signIn(page, house)
    await page.getByRole('searchbox').fill('timetable')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=timetable/)
    assert.equal(await page.locator('.grant:visible').count(), 1)
    await page.locator('.grant:visible').getByRole('button', { name: 'Credentials' }).click()
    await page.getByText('Renewing').click()
    assert.match(
      await page.locator('.fmt-4 pre').innerText(),
      /credential_process = gatehouse credentials/,
    )
    assert.equal(await page.locator('.fmt-1').isVisible(), false)
    assert.equal(await page.getByRole('button', { name: /^Copy/ }).count(), 0)
    await page.locator('.grant:visible').getByRole('button', { name: 'Console' }).click()
    assert.match(await page.locator('h1').innerText(), /TimetableExport/)
  })
})

test('the filter follows the typing', async (t) => {
  await withPage(t, {}, async (page, house) => {
    await signIn(page, house)
    await page.getByRole('searchbox').pressSequentially('read 4120')
    assert.deepEqual(await page.locator('.grant:visible h3').allInnerTexts(), ['ReadOnlyAudit'])
    assert.equal(await page.locator('.account:visible').count(), 1)
    await page.getByRole('searchbox').fill('zebra')
    assert.ok(await page.getByText('No role or account matches').isVisible())
  })
})

test('by keyboard alone: search, arrows from role to role, Enter', async (t) => {
  await withPage(t, {}, async (page, house) => {
    await signIn(page, house)
    const focused = () =>
      page.evaluate(() => document.activeElement?.closest('.grant')?.querySelector('h3')?.innerText)
    await page.keyboard.press('/')
    await page.keyboard.press('ArrowDown')
    const first = await focused()
    await page.keyboard.press('ArrowDown')
    assert.notEqual(await focused(), first)
    await page.keyboard.press('End')
    const last = await focused()
    await page.keyboard.press('ArrowDown')
    assert.equal(await focused(), last)
    await page.keyboard.press('Home')
    assert.equal(await focused(), first)
    await page.keyboard.press('ArrowUp')
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'q')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/console/)
    assert.equal(await page.locator('h1').innerText(), first)
  })
})

test('an open tab says that its session timed out, and leads back to the same page', async (t) => {
  await withPage(t, {}, async (page, house) => {
    await page.clock.install()
    await openConsole(page, house)
    await page.goto(`${house.origin}/console/roles`)
    house.clock.pass(9 * 3600)
    await page.clock.fastForward(3602_000)
    await page.getByRole('heading', { name: 'Your session timed out' }).waitFor()
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await page.getByLabel('User name').fill('amina')
    await page.getByLabel('Password').fill('right horse')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(/\/console\/roles$/)
    assert.equal(await page.locator('h1').innerText(), 'Roles')
    assert.match(await page.locator('.me').innerText(), /DataAnalyst/)
  })
})

test('a second console session ends the first one’s tab before anyone touches it', async (t) => {
  await withPage(t, {}, async (page, house) => {
    await openConsole(page, house)
    const second = await page.context().newPage()
    await second.goto(`${house.origin}/portal`)
    await second
      .locator('.grant', { hasText: 'TimetableExport' })
      .getByRole('button', { name: 'Console' })
      .click()
    await second.getByText('Your other console session ended').waitFor()
    await page.getByRole('heading', { name: 'This console session ended' }).waitFor()
  })
})

test('after an error the summary has the focus, and the name is still there', async (t) => {
  await withPage(t, {}, async (page, house) => {
    await signIn(page, house, 'wrong horse')
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'alert')
    assert.equal(await page.getByLabel('User name').inputValue(), 'amina')
    assert.equal(await page.getByLabel('Password').inputValue(), '')
  })
})

test('sign-in forms in several tabs work, until one of them is used', async (t) => {
  await withPage(t, {}, async (page, house) => {
    await page.goto(`${house.origin}/console/roles`)
    const other = await page.context().newPage()
    await other.goto(`${house.origin}/signin?connector=staff`)
    const third = await page.context().newPage()
    await third.goto(`${house.origin}/signin?connector=break-glass`)
    const fill = async (tab: Page, word: string) => {
      await tab.getByLabel('User name').fill('amina')
      await tab.getByLabel('Password').fill(word)
      await tab.getByRole('button', { name: 'Sign in' }).click()
    }
    await fill(third, 'wrong horse')
    await third.getByRole('alert').waitFor()
    await fill(other, 'right horse')
    await other.waitForURL(/\/portal$/)
    await fill(third, 'right horse')
    await third.getByRole('heading', { name: 'This sign-in has ended' }).waitFor()
    await page.reload()
    await page.goto(`${house.origin}/console/roles`)
    await page.waitForURL(/\/portal$/)
    assert.equal(house.rows().length, 1)
  })
})

test('copying tells so', async (t) => {
  await withPage(t, { permissions: ['clipboard-read', 'clipboard-write'] }, async (page, house) => {
    await signIn(page, house)
    await page
      .locator('.grant', { hasText: 'DataAnalyst' })
      .getByRole('button', { name: 'Credentials' })
      .click()
    await page.getByRole('button', { name: 'Copy: Shell commands' }).click()
    await page.getByRole('status').getByText('Copied').waitFor({ state: 'attached' })
    assert.match(
      await page.evaluate(() => navigator.clipboard.readText()),
      /^export AWS_ACCESS_KEY_ID="ASIA/,
    )
  })
})

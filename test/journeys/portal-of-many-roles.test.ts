import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { rolesPage } from '../../views/saml/roles.ts'
import { Browser } from '../http/browser.ts'
import { requirePeer } from '../peers/require.ts'
import { axeFindings, fillSignIn, openDesk, roleButton, signInAt } from './chromium.ts'
import { longNames, manyRoles } from './many-roles.ts'
import { openRunning, type RunningHere } from './running.ts'

const person = ['amina', 'amina-demo-2026'] as const
const openMany = async () => openRunning(await manyRoles({ roles: 200, accounts: 12 }))
const signIn = (page: Page, { origin }: RunningHere) =>
  signInAt(page, `${origin}?connector=staff`, ...person)

const shownRoles = async (page: Page) =>
  (await page.locator('.grant:visible h3').allInnerTexts()).map((name) => name.replace(/\s+/g, ''))

/** Presses Tab from the top of the page until the focus leaves it. */
async function tabStops(page: Page): Promise<number> {
  await page.evaluate(() => document.body.focus())
  for (let stops = 0; ; stops++) {
    await page.keyboard.press('Tab')
    const isOut = await page.evaluate(() => {
      const { activeElement: at } = document
      const isFirst = at?.classList.contains('skip') && document.body.dataset.walked
      document.body.dataset.walked = 'yes'
      return at === document.body || Boolean(isFirst)
    })
    if (isOut) return stops
  }
}

test('200 roles are a few tab stops, and a page that the server makes at once', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openMany()
  await using desk = await openDesk({ viewport: { width: 1280, height: 800 } })
  const { page } = desk
  await signIn(page, at)
  const stops = await tabStops(page)
  assert.ok(stops > 20 && stops < 80, `${stops} tab stops`)
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  assert.ok(height < 3000, `${height} px high`)

  const browser = new Browser(at.origin)
  await browser.signIn(...person)
  const { text } = await browser.get('/portal')
  assert.ok(gzipSync(text).length < 60_000, `${gzipSync(text).length} bytes`)
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const load = async () => {
    const asked = request(`${at.origin}/portal`, { headers: { cookie } }).end()
    const [answer] = await once(asked, 'response')
    await once(answer.resume(), 'end')
  }
  for (let i = 0; i < 5; i++) await load()
  const before = process.cpuUsage()
  for (let i = 0; i < 10; i++) await load()
  const { user, system } = process.cpuUsage(before)
  const cpuMs = (user + system) / 1000 / 10
  t.diagnostic(`${stops} tab stops, ${height} px, ${gzipSync(text).length} bytes, ${cpuMs} ms`)
  assert.ok(cpuMs < 500, `${cpuMs} ms of CPU, the client's included`)
})

test('the search is a key away, sees every role, and its counts follow', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openMany()
  await using desk = await openDesk()
  const { page } = desk
  await signIn(page, at)
  await page.keyboard.press('/')
  await page.keyboard.type('cross')
  await page.getByText('2 of 202 roles').waitFor()
  assert.equal((await shownRoles(page)).length, 2)
  assert.ok(await page.getByText('1 of 17 roles').first().isVisible())
  await page.waitForURL(/\/portal\?q=cross$/)

  await page.keyboard.press('Enter')
  assert.match(await page.evaluate(() => document.activeElement!.textContent), /Console as Cross/)
  await page.keyboard.press('/')
  await page.keyboard.press('Escape')
  assert.equal(await page.getByRole('searchbox').inputValue(), '')
  await page.getByText('202 roles', { exact: true }).waitFor()
  await page.waitForURL(/\/portal$/)

  // The server leaves out nothing that the script could find afterwards.
  await page.goto(`${at.origin}/portal?q=cross`)
  assert.equal((await shownRoles(page)).length, 2)
  await page.getByRole('searchbox').fill('billing')
  await page.getByText('1 of 202 roles').waitFor()
  assert.deepEqual(await shownRoles(page), ['BillingViewer'])
  await page.getByRole('searchbox').fill('القيادة')
  await page.getByText('of 202 roles').waitFor()
  assert.ok((await shownRoles(page)).length > 10, 'descriptions are searched')
})

test('search and duration survive an action, and the menu goes with Escape', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openMany()
  await using desk = await openDesk()
  const { page } = desk
  await signIn(page, at)
  const developer = page.locator('.grant:visible')
  await page.getByRole('searchbox').fill('everyday')
  await developer.locator('summary').click()
  await page.keyboard.press('Escape')
  assert.equal(await developer.locator('.menu').getAttribute('open'), null)
  assert.equal(await page.evaluate(() => document.activeElement?.localName), 'summary')
  await page.keyboard.press('Enter')
  await developer.getByLabel('Credentials for').selectOption('4 hours')
  await page.getByRole('button', { name: 'Get' }).click()
  await page.getByText(/^3:59:\d\d left$/).waitFor()
  assert.equal(await page.getByRole('searchbox').inputValue(), 'everyday')
  assert.deepEqual(await shownRoles(page), ['Developer'])

  await page.getByRole('button', { name: 'Renew' }).click()
  await page.getByText(/^3:59:\d\d left$/).waitFor()
  await page.goto(`${at.origin}/portal`)
  await page.goBack()
  assert.ok(await page.getByRole('region', { name: 'Shell commands' }).isVisible())
  await page.goForward()
  assert.equal(await page.getByRole('region', { name: 'Shell commands' }).count(), 0)
})

test('starred and recent roles stand first, without a script too', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openMany()
  await using desk = await openDesk({ javaScriptEnabled: false })
  const { page } = desk
  await signIn(page, at)
  const row = page.locator('details.account .grant', { hasText: 'Team1Planner' })
  await row.locator('summary').click()
  await row.getByRole('button', { name: 'Star' }).click()
  await page.getByRole('heading', { name: 'Starred', exact: true }).waitFor()
  assert.match(page.url(), /#a-/)
  assert.equal((await shownRoles(page))[0], 'Team1Planner,starred')
  await page.goto(`${at.origin}/portal?q=everyday`)
  await page.locator('.grant:visible').getByRole('button', { name: 'Credentials' }).click()
  await page.getByText('Valid until').waitFor()
  await page.goto(`${at.origin}/portal`)
  assert.deepEqual(await shownRoles(page), ['Team1Planner,starred', 'Developer'])
  await page.locator('.grant', { hasText: 'Team1Planner' }).first().locator('summary').click()
  await page.getByRole('button', { name: 'Take the star away' }).click()
  assert.deepEqual(await shownRoles(page), ['Developer'])

  await using again = await openDesk()
  await signIn(again.page, at)
  assert.deepEqual(await shownRoles(again.page), ['Developer'], 'another browser of the person')
})

test('a link to a role survives the sign-in, and says so when there is no such role', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openMany()
  await using desk = await openDesk()
  const { page } = desk
  await page.goto(`${at.origin}/portal?role=Developer&account=demo`)
  await fillSignIn(page, ...person)
  assert.deepEqual(await shownRoles(page), ['Developer'])
  await page.getByText('The link leads to Developer in demo').waitFor()
  await roleButton(page, 'Developer', 'Credentials').click()
  await page.getByText('left').waitFor()
  await page.goto(`${at.origin}/portal?role=Nobody&account=111122223333`)
  await page.getByText('You do not have Nobody in 111122223333').waitFor()
  await page.context().clearCookies()
  await page.goto(`${at.origin}/portal?q=cross`)
  await fillSignIn(page, ...person)
  assert.equal(await page.getByRole('searchbox').inputValue(), 'cross')
})

test('long, unbroken and right-to-left names fit every width and twice the text', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  // Every kind of name, and no more of them: axe looks at all that is on the page, nine times.
  await using at = await openRunning(await manyRoles({ roles: 28, accounts: 12 }))
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  await signIn(page, at)
  await page.goto(`${at.origin}/portal?q=2222`)
  await page.locator('.grant:visible').first().getByRole('button', { name: 'Credentials' }).click()
  await page.getByText('left').waitFor()
  await fitsEverywhere(page)
  await page.getByRole('searchbox').fill('everyday')
  await roleButton(page, 'Developer', 'Console').click()
  await page.waitForURL(/\/console/)
  for (const path of ['', '/roles', `/roles/${longNames.unbroken}`]) {
    await page.goto(`${at.origin}/console${path}`)
    await fitsEverywhere(page)
  }
})

test('the choice of a role that an assertion names wraps long names', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openRunning(await manyRoles({ roles: 3, accounts: 1 }))
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  const account = { account: '111122223333', accountName: 'a'.repeat(63) }
  const roles = Object.values(longNames).map((roleName) => ({ ...account, id: 'x', roleName }))
  const brand = { name: 'B'.repeat(80) }
  const { text } = rolesPage({ brand, csrf: 'x', username: longNames.unbroken, roles })
  const path = `${at.origin}/saml/roles`
  await page.route(path, (route) => route.fulfill({ contentType: 'text/html', body: text }))
  await page.goto(path)
  await fitsEverywhere(page)
})

/** No width scrolls sideways, and axe finds nothing by day, by night and in forced colours. */
async function fitsEverywhere(page: Page): Promise<void> {
  const path = new URL(page.url()).pathname
  for (const [width, textSize] of [
    [1440, 100],
    [768, 100],
    [390, 100],
    [320, 100],
    [1280, 200],
    [1024, 200],
    [768, 200],
  ] as const) {
    await page.setViewportSize({ width, height: 844 })
    await page.evaluate((percent) => {
      document.documentElement.style.fontSize = `${percent}%`
    }, textSize)
    const scrolls = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(scrolls <= width, `${path}: ${scrolls} px at ${width} px and ${textSize} %`)
  }
  await page.evaluate(() => document.documentElement.removeAttribute('style'))
  for (const media of [
    { colorScheme: 'light', forcedColors: 'none' },
    { colorScheme: 'dark', forcedColors: 'none' },
    { colorScheme: 'dark', forcedColors: 'active' },
  ] as const) {
    await page.emulateMedia(media)
    assert.deepEqual(await axeFindings(page), [], `${path} ${JSON.stringify(media)}`)
  }
}

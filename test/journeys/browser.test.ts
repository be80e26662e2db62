import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { requirePeer } from '../peers/require.ts'
import { fillSignIn, openDesk, roleButton, sessionCookie, signInAt } from './chromium.ts'
import { demoSettings, openRunning } from './running.ts'

const deepLink = '/console/roles/Developer?tab=trust'
const hour = 3600
/** Longer than the sign-in at the portal, which lasts for twelve hours. */
const night = 12.5 * hour

async function openConsole(page: Page, origin: string): Promise<void> {
  await signInAt(page, origin, 'amina', 'amina-demo-2026')
  await roleButton(page, 'Developer', 'Console').click()
  await page.waitForURL(`${origin}/console`)
}

test('sign in, filter, open a deep link, time out, sign in again to the same link', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openRunning(await demoSettings())
  await using desk = await openDesk()
  const { page } = desk
  await page.clock.install()

  await page.goto(at.origin)
  await page.waitForURL(/\/signin/)
  await fillSignIn(page, 'amina', 'amina-demo-2026')
  assert.deepEqual(await page.locator('.grant:visible h3').allInnerTexts(), [
    'Developer',
    'BillingViewer',
  ])
  await page.getByRole('searchbox').pressSequentially('bill')
  assert.deepEqual(await page.locator('.grant:visible h3').allInnerTexts(), ['BillingViewer'])
  await page.getByRole('searchbox').fill('')

  await roleButton(page, 'Developer', 'Console').click()
  await page.waitForURL(`${at.origin}/console`)
  assert.match(
    await page.getByRole('complementary').innerText(),
    /assumed-role\/Developer\/amina[\s\S]*team=platform/,
  )
  await page.goto(at.origin + deepLink)
  assert.match(await page.locator('.top .session').innerText(), /left/)

  at.clock.pass(night)
  await page.clock.fastForward(night * 1000)
  await page.getByRole('heading', { name: 'Your session timed out' }).waitFor()
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await fillSignIn(page, 'amina', 'amina-demo-2026')
  await page.waitForURL(at.origin + deepLink)
  assert.equal(await page.locator('h1').innerText(), 'Developer')
})

test('while the sign-in lasts, one button opens the console again at the same link', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openRunning(await demoSettings())
  await using desk = await openDesk()
  const { page } = desk
  await page.clock.install()
  await openConsole(page, at.origin)
  await page.goto(at.origin + deepLink)
  at.clock.pass(hour + 1)
  await page.clock.fastForward((hour + 2) * 1000)
  await page.getByRole('button', { name: 'Open it again as Developer' }).click()
  await page.waitForURL(at.origin + deepLink)
  assert.equal(await page.locator('h1').innerText(), 'Developer')
})

test('without JavaScript the page is fetched again when the session ends', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openRunning(await demoSettings())
  await using desk = await openDesk({ javaScriptEnabled: false })
  const { page } = desk
  await signInAt(page, at.origin, 'amina', 'amina-demo-2026')
  await page.getByRole('searchbox').fill('developer')
  await page.getByRole('searchbox').press('Enter')
  await page.waitForURL(/q=developer/)
  assert.deepEqual(await page.locator('.grant:visible h3').allInnerTexts(), ['Developer'])
  await roleButton(page, 'Developer', 'Credentials').click()
  assert.match(
    await page.getByRole('region', { name: 'Shell commands' }).innerText(),
    /^export AWS_ACCESS_KEY_ID="ASIA/,
  )
  await roleButton(page, 'Developer', 'Console').click()
  await page.waitForURL(`${at.origin}/console`)
  await page.goto(at.origin + deepLink)
  const refresh = /http-equiv="refresh" content="(\d+)"/.exec(await page.content())?.[1]
  assert.ok(
    Number(refresh) > hour - 10 && Number(refresh) <= hour + 2,
    `refreshes after ${refresh} s`,
  )

  at.clock.pass(night)
  await page.reload()
  assert.equal(await page.locator('h1').innerText(), 'Your session timed out')
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await fillSignIn(page, 'amina', 'amina-demo-2026')
  await page.waitForURL(at.origin + deepLink)
  assert.equal(await page.locator('h1').innerText(), 'Developer')
})

test('the session id changes at sign-in and console, and signing out ends all', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openRunning(await demoSettings())
  await using desk = await openDesk()
  const { page, context } = desk
  await page.goto(`${at.origin}/signin`)
  const before = await sessionCookie(context)
  await fillSignIn(page, 'amina', 'amina-demo-2026')
  const signedIn = await sessionCookie(context)
  await roleButton(page, 'Developer', 'Console').click()
  await page.waitForURL(`${at.origin}/console`)
  const inConsole = await sessionCookie(context)
  assert.equal(new Set([before, signedIn, inConsole]).size, 3)
  const [cookie] = (await context.cookies()).filter(({ name }) => name === 'gatehouse')
  assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Lax'])
  for (const old of [before, signedIn]) {
    const answer = await fetch(`${at.origin}/portal`, {
      redirect: 'manual',
      headers: { cookie: `gatehouse=${old}` },
    })
    assert.equal(answer.headers.get('location'), '/signin', 'an id from before opens nothing')
  }

  await page.goto(`${at.origin}/portal`)
  await page.getByText('Amina Diallo').click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  for (const path of ['/portal', '/console']) {
    await page.goto(at.origin + path)
    assert.match(page.url(), /\/signin/, path)
    const answer = await fetch(at.origin + path, {
      redirect: 'manual',
      headers: { cookie: `gatehouse=${inConsole}` },
    })
    assert.match(answer.headers.get('location') ?? '', /^\/signin/, `${path} with the old cookie`)
  }
  const named = (await at.events(5)).map(({ eventName }) => eventName)
  assert.deepEqual(named, [
    'SignIn',
    'AssumeRoleWithLDAPIdentity',
    'ConsoleLogin',
    'ConsoleLogout',
    'SignOut',
  ])
})

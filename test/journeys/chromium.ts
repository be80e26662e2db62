import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after } from 'node:test'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core'
import { findChromium } from '../peers/require.ts'
import type { Keys } from './aws-cli.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Desk extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
}

/** Generous: it says that something hangs, not how fast a machine is. */
const patienceMs = 120_000

function launch(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    timeout: patienceMs,
    args: [...quiet, ...more],
  })
}

// Starting a Chromium costs a second of CPU: the desks of a test file share one, and no more than
// that, since each has a context of its own. A script that is no test has nobody to close it.
const inTest = process.env.NODE_TEST_CONTEXT !== undefined
let shared: Promise<Browser> | undefined
if (inTest) after(async () => (await shared)?.close())

/** As a person sets it who reads text twice as large; 16 where nothing is said. */
export const largeText = ['--blink-settings=defaultFontSize=32']

/**
 * A Chromium with one person before it. Disposing fails when a page's own script or policy
 * complained. `hosts`: names of servers of the test's own, with the address of each. `switches`:
 * how it is started.
 */
export async function openDesk(
  options: BrowserContextOptions = {},
  hosts: Readonly<Record<string, string>> = {},
  switches: readonly string[] = [],
): Promise<Desk> {
  const mapped = Object.entries(hosts).map(([name, address]) => `MAP ${name} ${address}`)
  const own = [...switches, ...(mapped.length > 0 ? [`--host-resolver-rules=${mapped}`] : [])]
  await using undo = new AsyncDisposableStack()
  let browser: Browser
  if (inTest && own.length === 0) {
    shared ??= launch()
    browser = await shared
  } else {
    browser = await launch(own)
    undo.defer(() => browser.close())
  }
  const context = await browser.newContext(options)
  undo.defer(() => context.close())
  context.setDefaultTimeout(patienceMs)
  const wrong: string[] = []
  context.on('weberror', (error) => wrong.push(String(error.error())))
  context.on('console', (message) => {
    if (/Content Security Policy|Refused/i.test(message.text())) wrong.push(message.text())
  })
  const page = await context.newPage()
  const owned = undo.move()
  return {
    page,
    context,
    async [Symbol.asyncDispose]() {
      await owned.disposeAsync()
      assert.deepEqual(wrong, [], 'a page’s own script or policy complains')
    },
  }
}

/** Fills the form that is shown and sends it. */
export async function fillSignIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForLoadState()
}

/** Signs in at a Gatehouse; `at` is its address, with `?connector=…` where there are several. */
export async function signInAt(
  page: Page,
  at: string,
  username: string,
  password: string,
): Promise<void> {
  const { origin, search } = new URL(at)
  await page.goto(`${origin}/signin${search}`)
  await fillSignIn(page, username, password)
}

/** The portal's button of a role. */
export function roleButton(page: Page, role: string, name: 'Console' | 'Credentials'): Locator {
  return page
    .locator('.grant', { has: page.getByRole('heading', { name: role, exact: true }) })
    .getByRole('button', { name })
    .first()
}

/** Asks the portal for credentials of a role, and reads them where a person would copy them. */
export async function copyCredentials(page: Page, role: string): Promise<Keys> {
  await roleButton(page, role, 'Credentials').click()
  await page.getByRole('radio', { name: 'JSON' }).check()
  return JSON.parse(await page.getByRole('region', { name: 'Credentials as JSON' }).innerText())
}

const looked = JSON.stringify({
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
})
// Shortened there: what axe has to say of all that is right costs more to hand over than to find.
const findings = `axe.run(${looked}).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes[0]?.html))`

/** What axe finds wrong, a rule and the first place of each. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  // Through the debugger: the page's policy would refuse a script of ours, as it should. Once for
  // each document: reading it costs more than running it.
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(`${axe};undefined`)
  return page.evaluate(findings)
}

/** The session id's part of the browser's cookie. */
export async function sessionCookie(context: BrowserContext): Promise<string | undefined> {
  return (await context.cookies()).find(({ name }) => name.endsWith('gatehouse'))?.value
}

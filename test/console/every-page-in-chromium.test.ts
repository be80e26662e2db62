/** Every page of the console in a browser: seen, by keyboard, and without a script. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { consolePages } from '../../src/console/pages.ts'
import {
  axeFindings,
  type Desk,
  largeText,
  openDesk,
  roleButton,
  signInAt,
} from '../journeys/chromium.ts'
import { requirePeer } from '../peers/require.ts'
import { addressFor, longName, makeDirectory, makeRole } from './made-directory.ts'
import { openRig, type Rig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await openRig({ Looker: allowing('iam:GetRole') })
  await makeDirectory(rig, longName)
  await makeRole(rig, 'Plain')
})
after(() => rig[Symbol.asyncDispose]())

function allowing(...Action: string[]) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }
}

async function openConsole({ page }: Desk, role: string): Promise<void> {
  await signInAt(page, `${rig.running.origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await roleButton(page, role, 'Console').click()
  await page.waitForURL(/\/console/)
}

interface View {
  readonly width: number
  readonly colorScheme: 'light' | 'dark'
  readonly forcedColors?: 'active'
}
const views: readonly View[] = [
  { width: 1280, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
  { width: 1440, colorScheme: 'dark' },
  { width: 390, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark', forcedColors: 'active' },
  { width: 320, colorScheme: 'light', forcedColors: 'active' },
]
/** What others see is what an administrator sees with less in it: two views show it. */
const fewViews = views.slice(0, 2)

async function isFine(page: Page, what: string, seen = views): Promise<void> {
  for (const view of seen) {
    const { width, colorScheme, forcedColors = 'none' } = view
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme, forcedColors })
    const seenAs = `${what}, ${JSON.stringify(view)}`
    assert.deepEqual(await axeFindings(page), [], seenAs)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= width, `${wide} px wide: ${seenAs}`)
  }
}

/** Every kind of page is a model once; the others are made of the same parts. */
const isModel = ({ path }: { readonly path: string }) =>
  /^\/console($|\/roles($|\/:name($|\/edit$|\/policies\/:policy$)))/.test(path)

/**
 * Puts another page into the document, as it is without its scripts: reading axe again for each
 * document costs thrice what all else does. Pages that scripts change have tests of their own.
 */
async function putInto(page: Page, address: string): Promise<void> {
  const answer = await page.request.get(rig.running.origin + address)
  assert.match(answer.headers()['content-type'] ?? '', /^text\/html/, address)
  await page.evaluate(
    async (html) => {
      const next = new DOMParser().parseFromString(html, 'text/html')
      const sheet = 'link[rel=stylesheet]'
      const loaded = [...document.querySelectorAll<HTMLLinkElement>(sheet)].map(({ href }) => href)
      const missing = [...next.querySelectorAll<HTMLLinkElement>(sheet)].filter(
        (link) => !loaded.includes(new URL(link.getAttribute('href')!, location.href).href),
      )
      await Promise.all(
        missing.map(async (link) => {
          const come = new Promise((resolve) => link.addEventListener('load', resolve))
          document.head.append(link)
          await come
        }),
      )
      document.title = next.title
      document.body.replaceWith(document.adoptNode(next.body))
    },
    await answer.text(),
  )
}

test('axe finds nothing on every other page, and none scrolls sideways', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  await openConsole(desk, 'Admin')
  for (const [i, one] of consolePages.filter((page) => !isModel(page)).entries()) {
    await putInto(desk.page, addressFor(rig, one, longName))
    await isFine(desk.page, one.path, [views[1 + (i % (views.length - 1))]!])
  }
})

test('text may be twice as large on every page', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' }, {}, largeText)
  await openConsole(desk, 'Admin')
  const size = await desk.page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
  assert.equal(size, '32px')
  for (const [i, one] of consolePages.entries()) {
    await putInto(desk.page, addressFor(rig, one, longName))
    const [wide, narrow] = [views[0]!, views[3]!]
    await isFine(desk.page, `large text: ${one.path}`, [i % 2 === 0 ? narrow : wide])
  }
})

for (const role of ['Admin', 'Powerless', 'Looker'])
  test(`every page as ${role}: axe finds nothing, and a phone only scrolls down`, async (t) => {
    if (!requirePeer(t, 'chromium')) return
    await using desk = await openDesk({ reducedMotion: 'reduce' })
    await openConsole(desk, role)
    const seen = role === 'Admin' ? views : fewViews
    for (const one of consolePages.filter(isModel)) {
      await desk.page.goto(rig.running.origin + addressFor(rig, one, longName))
      await isFine(desk.page, `${one.path} as ${role}`, seen)
    }
    for (const address of ['/console/roles?path=x%20y', '/console/roles/Nobody/edit']) {
      await desk.page.goto(rig.running.origin + address)
      await isFine(desk.page, `${address} as ${role}`, seen)
    }
  })

test('without scripts: find and change a role; a wrong value is marked at its field', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ javaScriptEnabled: false })
  await openConsole(desk, 'Admin')
  const { page } = desk
  await page.getByRole('link', { name: 'Roles', exact: true }).first().click()
  await page.getByLabel('Name contains').fill('plai')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Plain' }).click()
  assert.equal(await page.locator('h1').innerText(), 'Plain')
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await page.getByLabel('Description').fill('Costs 5 € a day')
  await page.getByRole('button', { name: 'Save the role' }).click()
  assert.match(await page.title(), /^Error: /)
  const field = page.getByLabel('Description')
  assert.equal(await field.inputValue(), 'Costs 5 € a day')
  assert.equal(await field.getAttribute('aria-invalid'), 'true')
  assert.match(await page.locator('#i-Description-e').innerText(), /“€”/)
  await field.fill('Costs 5 euros a day\nor a little more')
  await page.getByLabel('Longest session').selectOption({ label: '4 hours' })
  await page.getByRole('button', { name: 'Save the role' }).click()
  assert.match(await page.getByRole('status').first().innerText(), /The role was changed/)
  assert.match(await page.locator('main').innerText(), /Costs 5 euros a day[\s\S]*4 hours/)
  await page.reload()
  assert.doesNotMatch(await page.locator('main').innerText(), /The role was changed/, 'said once')
})

test('with scripts, the summary of a refused form gets the focus', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  await openConsole(desk, 'Looker')
  const { page } = desk
  await page.goto(`${rig.running.origin}/console/roles/${longName}/edit`)
  await page.getByLabel('Description').fill('mine')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'alert')
  assert.equal(await page.getByLabel('Description').inputValue(), 'mine')
  await isFine(page, 'a refused form')
})

test('an impossible filter is marked at its field, and the summary has the focus', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  await openConsole(desk, 'Admin')
  const { page } = desk
  await page.goto(`${rig.running.origin}/console/roles?path=x%20y`)
  assert.match(await page.title(), /^Error: /)
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'alert')
  const field = page.getByLabel('Path starts with')
  assert.deepEqual(
    [await field.inputValue(), await field.getAttribute('aria-invalid')],
    ['/x y', 'true'],
  )
})

test('two people change a role: the second sees both texts before saving', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await makeRole(rig, 'Shared')
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  await openConsole(desk, 'Admin')
  const { page } = desk
  await page.goto(`${rig.running.origin}/console/roles/Shared/edit`)
  await rig.iam('UpdateRole', { RoleName: 'Shared', Description: 'theirs' })
  await page.getByLabel('Description').fill('mine')
  await page.getByRole('button', { name: 'Save the role' }).click()
  await page.getByText('Somebody changed this meanwhile').waitFor()
  assert.equal(await page.getByLabel('Description').inputValue(), 'mine')
  assert.match(await page.locator('#i-Description-n').innerText(), /theirs/)
  await isFine(page, 'a conflict')
  await page.getByRole('button', { name: 'Save the role' }).click()
  await page.getByText('The role was changed').waitFor()
  assert.match(await page.locator('main').innerText(), /mine/)
})

/** An administrator's first day: from an empty account to a person who does their work in it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { someMetadata } from '../console/made-directory.ts'
import { openRig } from '../console/rig.ts'
import { requirePeer } from '../peers/require.ts'
import { axeFindings, openDesk, roleButton, signInAt } from './chromium.ts'

/** axe finds nothing there by day or by night, and a phone only scrolls down. */
async function looksWell(page: Page, what: string): Promise<void> {
  for (const [width, colorScheme] of [
    [390, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    assert.deepEqual(await axeFindings(page), [], `${what}, ${width} px, ${colorScheme}`)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= width, `${what} scrolls sideways at ${width} px`)
  }
}

const follow = (page: Page, name: string) =>
  page.getByRole('link', { name, exact: true }).first().click()
const press = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).first().click()
const isSaid = (page: Page, text: string) => page.getByText(text).first().waitFor()
const create = async (page: Page, kind: string) => {
  await follow(page, kind)
  await page
    .locator('main')
    .getByRole('link', { name: /^Create/ })
    .first()
    .click()
}
const among = (page: Page, group: string) => page.getByRole('group', { name: group }).first()

/** Opens the visual editor at the actions that list. */
async function listingActions(page: Page): Promise<void> {
  await press(page, 'Visual')
  await page.getByLabel('Service', { exact: true }).first().selectOption('iam')
  await page.locator('details.level > summary', { hasText: 'List' }).click()
}
const action = (page: Page, name: string) => page.getByRole('checkbox', { name, exact: true })

async function createPolicy(page: Page): Promise<void> {
  await create(page, 'Policies')
  await page.getByLabel('Name', { exact: true }).fill('Directory')
  await listingActions(page)
  await action(page, 'ListUsers').check()
  await action(page, 'ListGroups').check()
  await press(page, 'Review what changes')
  await page.getByRole('heading', { name: 'Newly allowed' }).waitFor()
  await press(page, 'Create the policy')
  await isSaid(page, 'Directory was created')
}

async function createGroup(page: Page): Promise<void> {
  await create(page, 'Groups')
  await page.getByLabel('Name', { exact: true }).fill('Reception')
  await press(page, 'Create the group')
  await isSaid(page, 'The group Reception is created')
  await follow(page, 'Attach')
  await page.getByRole('checkbox', { name: /^Directory/ }).check()
  await press(page, 'Attach the policies')
  await isSaid(page, 'The policy is attached')
}

/** Returns what the administrator hands over to the person. */
async function createPerson(page: Page) {
  await create(page, 'Users')
  await page.getByLabel('Name', { exact: true }).fill('mei-ling.chen')
  await press(page, 'Next')
  await page.getByRole('radio', { name: /made up now/ }).check()
  await press(page, 'Next')
  await page.getByRole('checkbox', { name: 'Reception' }).check()
  await press(page, 'Next')
  await isSaid(page, 'The password has to be changed')
  await press(page, 'Create the user')
  await isSaid(page, 'This is shown only now')
  await looksWell(page, 'what is handed over')
  const [address = '', name = '', password = ''] = await page.locator('dd code').allInnerTexts()
  return { address, name, password }
}

async function createSamlRole(page: Page): Promise<void> {
  await create(page, 'Roles')
  await page.getByRole('radio', { name: /SAML provider/ }).check()
  await press(page, 'Next')
  await page.getByRole('radio', { name: /Partners/ }).check()
  await press(page, 'Next')
  await among(page, 'Policies')
    .getByRole('checkbox', { name: /^Directory/ })
    .check()
  await among(page, 'Boundary')
    .getByRole('radio', { name: /^ReadIam/ })
    .check()
  await press(page, 'Next')
  await page.getByLabel('Name', { exact: true }).fill('PartnerDesk')
  await press(page, 'Next')
  await looksWell(page, 'the review of a role')
  await press(page, 'Create the role')
  await isSaid(page, 'The role PartnerDesk is created')
  assert.match(await page.locator('main').innerText(), /SAML Partners, always[\s\S]*ReadIam/)
}

async function tryPerson(page: Page): Promise<void> {
  await follow(page, 'Simulator')
  await page.getByLabel('Principal').fill('user/mei-ling.chen')
  await page.getByLabel('Actions').fill('iam:ListUsers\niam:ListRoles')
  await press(page, 'Decide')
  await isSaid(page, '1 of 2 allowed')
}

/** Exchanges one action for another, and looks for whom that counts. */
async function changePolicy(page: Page): Promise<void> {
  await follow(page, 'Policies')
  await follow(page, 'Directory')
  await follow(page, 'Edit')
  await listingActions(page)
  await action(page, 'ListGroups').uncheck()
  await action(page, 'ListPolicies').check()
  await press(page, 'Review what changes')
  await page.getByRole('heading', { name: 'Newly allowed' }).waitFor()
  const review = await page.locator('main').innerText()
  assert.match(review, /Newly allowed[\s\S]*iam:ListPolicies\s+\*[\s\S]*No longer allowed/)
  assert.match(review, /No longer allowed[\s\S]*iam:ListGroups\s+\*[\s\S]*Save as a new version/)
  assert.match(review, /Attached to[\s\S]*Reception\s+Group[\s\S]*PartnerDesk\s+Role/)
  await looksWell(page, 'the review of a change')
  await press(page, 'Save as a new version')
  await isSaid(page, 'v2 is the default version')
}

test('people, a group, a policy and a role are made, tried, changed and used', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using rig = await openRig()
  const { origin, clock } = rig.running
  await rig.iam('CreateSAMLProvider', { Name: 'Partners', SAMLMetadataDocument: someMetadata() })
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  await signInAt(page, `${origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await roleButton(page, 'Admin', 'Console').click()
  await createPolicy(page)
  await createGroup(page)
  const given = await createPerson(page)
  await createSamlRole(page)
  await tryPerson(page)
  await changePolicy(page)

  await using other = await openDesk({ reducedMotion: 'reduce' })
  const theirs = other.page
  assert.equal(given.address, `${origin}/signin/demo`)
  await theirs.goto(given.address)
  await theirs.getByLabel('IAM user name').fill(given.name)
  await theirs.getByLabel('Password').fill(given.password)
  await press(theirs, 'Continue')
  await theirs.getByLabel('Old password').fill(given.password)
  await theirs.getByLabel('New password', { exact: true }).fill('Quiet-harbour-7')
  await theirs.getByLabel('New password, once more').fill('Quiet-harbour-7')
  clock.pass(1)
  await press(theirs, 'Change the password and go on')
  await theirs.waitForURL(/\/(portal|console)/)
  await theirs.goto(`${origin}/console/users`)
  await theirs.getByRole('link', { name: 'mei-ling.chen' }).first().waitFor()
  await follow(theirs, 'Policies')
  await theirs.getByRole('link', { name: 'Directory', exact: true }).waitFor()
  await follow(theirs, 'Groups')
  await isSaid(theirs, 'You may not see this page')
  await looksWell(theirs, 'a refusal')
  const reference = await theirs.locator('.ref').innerText()
  const why = theirs.locator('.refbox').getByRole('link', { name: 'Why' })
  assert.match((await why.getAttribute('href')) ?? '', /^\/console\/why\?event=/)

  await page.goto(origin + (await why.getAttribute('href')))
  const told = await page.locator('main').innerText()
  assert.match(told, /Refused: iam:ListGroups/)
  assert.match(told, /The smallest change that turns it\s+One statement more in Directory/)
  assert.ok(told.includes(reference))
  assert.match(told, /An IAM user who signed in/)
  assert.match(told, /No rule of a mapping: a user/)
  await looksWell(page, 'why')
})

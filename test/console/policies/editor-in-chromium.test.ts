/** The policy editor's script in a browser: completion, findings while typing, mends, review. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeFindings, type Desk, openDesk, roleButton, signInAt } from '../../journeys/chromium.ts'
import { requirePeer } from '../../peers/require.ts'
import { openRig, type Rig } from '../rig.ts'

let rig: Rig
before(async () => {
  rig = await openRig()
})
after(() => rig[Symbol.asyncDispose]())

async function openCreate(desk: Desk): Promise<Page> {
  const { page } = desk
  await signInAt(page, `${rig.running.origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await roleButton(page, 'Admin', 'Console').click()
  await page.waitForURL(/\/console/)
  await page.goto(`${rig.running.origin}/console/policies/~create`)
  return page
}

const editor = (page: Page) => page.getByRole('textbox', { name: 'Policy document' })
const textOf = (page: Page) => page.locator('textarea[name=document]').inputValue()

/** Puts the text in place of all that stands there. */
async function replace(page: Page, text: string): Promise<void> {
  await editor(page).focus()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(text)
}

test('actions are completed; findings come by themselves and are mended', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const page = await openCreate(desk)
  const before = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["'
  const rest = '"],"Resource":"*"}]}'
  await replace(page, before + rest)
  for (let i = 0; i < rest.length; i++) await page.keyboard.press('ArrowLeft')
  await page.keyboard.type('sq')
  await page.getByRole('option', { name: /^sqs:/ }).waitFor()
  await page.keyboard.type('s:sendm')
  await page.getByRole('option', { name: /sqs:SendMessage/ }).waitFor()
  await page.waitForFunction('document.querySelector(".cm-tooltip-autocomplete [aria-selected]")')
  await page.keyboard.press('Enter')
  await page.waitForFunction(
    'document.querySelector("textarea[name=document]").value.includes("sqs:SendMessage\\"")',
  )
  await replace(page, `${before}s3:getobject${rest}`)
  const mend = page.locator('[data-check]').getByRole('button', { name: /^Write s3:GetObject/ })
  await mend.waitFor()
  await page.locator('.cm-lintRange-info').first().waitFor()
  assert.deepEqual(await axeFindings(page), [])
  await mend.click()
  assert.equal(await textOf(page), `${before}s3:GetObject${rest}`)
  await page.locator('[data-check]').getByText('No findings.').waitFor()
  assert.match(await page.locator('[data-summary]').innerText(), /Amazon S3[\s\S]*GetObject/)
})

test('what is written is reviewed and saved, as without a script', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const page = await openCreate(desk)
  await page.getByLabel('Name').fill('Typed')
  await replace(
    page,
    '{"Version":"2012-10-17","Statement":' +
      '[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}',
  )
  await page.getByRole('button', { name: 'Review what changes' }).click()
  await page.getByRole('heading', { name: 'Newly allowed' }).waitFor()
  assert.deepEqual(await axeFindings(page), [])
  await page.getByRole('button', { name: 'Create the policy' }).click()
  await page.getByText('Typed was created').waitFor()
})

test('a session that ends keeps what was typed, and says so', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const page = await openCreate(desk)
  await replace(page, '{"Version": "mine"}')
  rig.running.clock.pass(3601)
  await replace(page, '{"Version": "still mine"}')
  await page.locator('[data-check]').getByText('Your session has ended').waitFor()
  assert.equal(await textOf(page), '{"Version": "still mine"}')
  rig.running.clock.pass(-3601)
})

test('a policy is made by the visual editor, reviewed and saved', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const page = await openCreate(desk)
  await page.getByLabel('Name', { exact: true }).fill('Drawn')
  await page.getByRole('button', { name: 'Visual' }).click()
  await page.getByLabel('Name (Sid)').fill('Photos')
  await page.getByLabel('Service', { exact: true }).first().selectOption('s3')
  await page.locator('details.level > summary', { hasText: 'Write' }).click()
  await page.getByRole('checkbox', { name: 'PutObject', exact: true }).focus()
  await page.keyboard.press('Space')
  await page.locator('.chip', { hasText: 's3:PutObject' }).waitFor()
  await page.getByRole('button', { name: 'Take * out' }).click()
  await page.getByLabel('Add a resource').selectOption('arn:*:s3:::*/*')
  await page.getByLabel('Resource', { exact: true }).fill('photos/*')
  await page.getByLabel('Partition').fill('aws')
  await page.getByRole('button', { name: 'Add a condition' }).click()
  await page.getByLabel('Key', { exact: true }).fill('aws:SourceIp')
  await page.getByLabel('Comparison').selectOption('IpAddress')
  await page.getByLabel('Values, one a line').fill('203.0.113.0/24')
  await page.getByLabel('Name (Sid)').focus()
  assert.deepEqual(JSON.parse(await textOf(page)), {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Photos',
        Effect: 'Allow',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::photos/*',
        Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      },
    ],
  })
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 })
    assert.deepEqual(await axeFindings(page), [], `${width} px`)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= width, `it scrolls sideways at ${width} px`)
  }
  await page.getByRole('button', { name: 'JSON' }).click()
  assert.match(await editor(page).innerText(), /photos\/\*/)
  await page.getByRole('button', { name: 'Review what changes' }).click()
  await page.getByRole('heading', { name: 'Newly allowed' }).waitFor()
  await page.getByRole('button', { name: 'Create the policy' }).click()
  await page.getByText('Drawn was created').waitFor()
})

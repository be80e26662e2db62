/**
 * What holds for every form of the console while somebody has it open: nothing that was typed is
 * lost, and nobody's change is overwritten unseen. That each is obeyed once is in every-page.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from '../../src/console/page.ts'
import { consolePages } from '../../src/console/pages.ts'
import type { Browser } from '../http/browser.ts'
import { readyToSend } from './fill-in.ts'
import { fillingOf } from './fillings.ts'
import { addressFor, makeDirectory } from './made-directory.ts'
import { openRig, type Rig } from './rig.ts'
import { formValues, sendForm } from './sent-form.ts'

const forms = consolePages.filter(({ submit, kind }) => submit && kind !== 'ask')
const name = 'Shared'

let rig: Rig
let browser: Browser
before(async () => {
  rig = await openRig()
  await makeDirectory(rig, name)
  browser = await rig.consoleAs('Admin')
})
after(() => rig[Symbol.asyncDispose]())

const changesOf = async (work: () => Promise<unknown>) =>
  (await rig.callsOf(work)).filter(
    ({ readOnly, userIdentity }) => !readOnly && userIdentity.arn?.includes('/Admin/'),
  )

for (const page of forms)
  test(`${page.path}: a session that ends loses nothing that was typed`, async () => {
    const address = addressFor(rig, page, name)
    const filling = fillingOf(page, name)
    const { shown, fields } = await readyToSend(rig, browser, address, filling)
    const changes = await changesOf(async () => {
      rig.running.clock.pass(3601)
      const ended = await sendForm(browser, address, shown, fields)
      // As if the same role was taken again: forms.test.ts does that once by the portal.
      rig.running.clock.pass(-3601)
      assert.equal(ended.status, 403)
      assert.equal(ended.title, 'Your session timed out')
      const again = await browser.get(address)
      assert.equal(again.status, 200)
      assert.match(again.text, filling.kept)
      for (const secret of page.secrets ?? [])
        assert.ok(!again.text.includes(String(fields[secret])), secret)
    })
    assert.deepEqual(changes, [])
  })

/** Whether the form changes a value that is there already, which somebody else may change too. */
async function edits(page: Page): Promise<boolean> {
  const filling = fillingOf(page, name)
  const was = formValues(await browser.get(addressFor(rig, page, name)))
  const typed = Object.keys(Object.assign({}, ...filling.steps)).map((one) => one.split('.')[0]!)
  return typed.some((one) => (was[`_was.${one}`] ?? '') !== '') || '_seen' in was
}

/** A value of two: whoever changes it too has the same wish. */
const ofTwo = /\/(token-version|password|saml\/:arn\/edit)$/
/** What they begin with is no state of anything. */
const blank = /\/~\w+$|\/unused-access$|\/replay-calls$/

test('each form that edits is tried with a change that somebody else makes meanwhile', async () => {
  for (const page of forms.filter(({ path }) => !ofTwo.test(path) && !blank.test(path)))
    if (await edits(page)) assert.ok(fillingOf(page, name).meanwhile, page.path)
})

for (const page of forms.filter((one) => fillingOf(one).meanwhile))
  test(`${page.path}: what somebody else changed meanwhile is told, and stays`, async () => {
    const address = addressFor(rig, page, name)
    const filling = fillingOf(page, name)
    const { shown, fields } = await readyToSend(rig, browser, address, filling)
    await rig.iam(...filling.meanwhile!(name))
    const changes = await changesOf(async () => {
      const sent = await sendForm(browser, address, shown, fields)
      assert.equal(sent.status, 409, sent.text)
      assert.match(sent.text, /<title>Error: /)
      assert.match(sent.text, /meanwhile<\/b>/)
      assert.match(sent.text, filling.kept)
    })
    assert.deepEqual(changes, [])
  })

import assert from 'node:assert/strict'
import type { Browser, Shown } from '../http/browser.ts'
import type { Filling } from './fillings.ts'
import type { Rig } from './rig.ts'
import { type Fields, sendForm } from './sent-form.ts'

/** Goes through the steps of a form, and returns the answer to the last. */
export async function fillIn(
  rig: Rig,
  browser: Browser,
  address: string,
  filling: Filling,
): Promise<Shown> {
  const { shown, fields } = await readyToSend(rig, browser, address, filling)
  return sendForm(browser, address, shown, fields)
}

/** Goes through the steps of a form but the last: what is shown then, and what is typed there. */
export async function readyToSend(
  rig: Rig,
  browser: Browser,
  address: string,
  { steps, answered }: Pick<Filling, 'steps' | 'answered'>,
): Promise<{ readonly shown: Shown; readonly fields: Fields }> {
  let shown = await browser.get(address)
  for (const fields of steps.slice(0, -1)) {
    assert.equal(shown.status, 200, shown.text)
    shown = await sendForm(browser, address, shown, fields)
  }
  assert.equal(shown.status, 200, shown.text)
  return { shown, fields: { ...steps.at(-1), ...answered?.(shown, rig) } }
}

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRig, type Rig } from '../rig.ts'
import { formFields } from '../sent-form.ts'

const only = (...Action: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
})
const page = '/console/reports/credentials'

let rig: Rig
before(async () => {
  rig = await openRig({
    Reader: only('iam:GetCredentialReport'),
    Counter: only('iam:GetAccountSummary'),
  })
  const { iam } = rig
  for (const UserName of ['ann', 'bob', 'cyd']) await iam('CreateUser', { UserName })
  for (const UserName of ['ann', 'bob'])
    await iam('CreateLoginProfile', { UserName, Password: 'Long-enough-2026' })
  await iam('CreateAccessKey', { UserName: 'cyd' })
})
after(() => rig[Symbol.asyncDispose]())

const plain = (text: string) => text.replaceAll('<wbr>', '')
const rowsIn = (text: string) =>
  [...plain(text).matchAll(/<tr><th scope="row"><a [^>]*>([^<]*)</g)].map(([, name]) => name)

test('a report that is not there is offered, made by a form, and then read', async () => {
  const browser = await rig.consoleAs('Admin')
  const absent = await browser.get(page)
  assert.equal(absent.status, 200)
  assert.match(absent.text, /No credential report was made within four hours/)
  assert.match((await browser.get('/console/reports')).text, /Make the credential report/)
  const form = await browser.get(`${page}/~create`)
  const made = await browser.post(`${page}/~create`, formFields(form, {}))
  assert.equal(made.location, page)
  const shown = await browser.get(page)
  assert.match(shown.text, /The credential report was made\./)
  assert.deepEqual(rowsIn(shown.text), ['ann', 'bob', 'broker', 'cyd'])
  assert.match(shown.text, /Root user/)
  const again = await browser.get(`${page}/~create`)
  await browser.post(`${page}/~create`, formFields(again, {}))
  assert.match((await browser.get(page)).text, /younger than four hours/)
})

test('the report is filtered, ordered and downloaded, in our form and in IAM’s', async () => {
  const browser = await rig.consoleAs('Reader')
  await rig.iam('GenerateCredentialReport', {})
  assert.deepEqual(rowsIn((await browser.get(`${page}?show=no-mfa`)).text), ['ann', 'bob'])
  assert.deepEqual(rowsIn((await browser.get(`${page}?name=CY`)).text), ['cyd'])
  const ordered = await browser.get(`${page}?order=key`)
  assert.equal(rowsIn(ordered.text).slice(0, 2).includes('cyd'), true)
  assert.match(ordered.text, /in the order: Keys, oldest first/)
  assert.equal((await browser.get(`${page}?show=odd`)).status, 400)
  assert.equal((await browser.get(`${page}?marker=x`)).status, 400)
  const file = await browser.get(`${page}?as=csv&show=no-mfa`)
  assert.match(file.text, /^User,Password,MFA,/)
  assert.equal(file.text.trim().split('\r\n').length, 3)
  const original = await browser.get(`${page}?as=report`)
  assert.match(original.text, /^user,arn,user_creation_time,password_enabled,/)
  assert.match(original.text, /\ncyd,/)
})

test('the overview counts what is in order, and leads to who is not', async () => {
  await rig.iam('GenerateCredentialReport', {})
  const { text } = await (await rig.consoleAs('Admin')).get('/console/reports')
  assert.match(text, /Users with a password who have MFA: 0 of 2/)
  assert.match(text, /credentials\?show=no-mfa/)
  assert.match(text, /Users: 4 of 5,000/)
})

test('each part needs its own permission, as on the wire', async () => {
  const reader = await (await rig.consoleAs('Reader')).get('/console/reports')
  assert.equal(reader.status, 200)
  assert.match(reader.text, /<code>iam:GetAccountSummary<\/code>, so this part is not shown/)
  const counter = await rig.consoleAs('Counter')
  assert.equal((await counter.get(page)).status, 403)
  assert.equal((await counter.get(`${page}?as=report`)).status, 403)
  const { text } = await counter.get('/console/reports')
  assert.match(text, /<code>iam:GetCredentialReport<\/code>, so this part is not shown/)
})

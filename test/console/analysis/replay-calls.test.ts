import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readIam } from '../made-directory.ts'
import { openRig, type Rig } from '../rig.ts'
import { followed } from './follow.ts'

const document = (...Action: readonly string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  })
const page = '/console/replay-calls'

let rig: Rig
before(async () => {
  rig = await openRig({ Looker: JSON.parse(document('iam:ListUsers', 'iam:ListRoles')) })
  const looker = await rig.consoleAs('Looker')
  assert.equal((await looker.get('/console/users')).status, 200)
  assert.equal((await looker.get('/console/groups')).status, 403)
})
after(() => rig[Symbol.asyncDispose]())

async function replay(fields: Readonly<Record<string, string>>) {
  const browser = await rig.consoleAs('Admin')
  const { csrf } = await browser.get(page)
  return followed(browser, await browser.post(page, { _csrf: csrf, days: '30', ...fields }))
}

test('calls that an edited inline policy would refuse and allow are told', async () => {
  const policy = 'role/Looker/Own'
  const found = await replay({ policy, document: document('iam:ListRoles', 'iam:ListGroups') })
  assert.match(found.plain, /<h2>1 calls would be refused, 1 allowed<\/h2>/)
  const rows = found.plain.slice(found.plain.indexOf('<tbody>'))
  assert.match(rows, /roles\/Looker"[\s\S]*?Refused[\s\S]*?iam:ListUsers/)
  assert.match(rows, /roles\/Looker"[\s\S]*?Allowed[\s\S]*?iam:ListGroups/)
})

test('nothing changes where the policy stays, or is one that no caller has', async () => {
  const policy = 'role/Looker/Own'
  const same = await replay({ policy, document: document('iam:ListUsers', 'iam:ListRoles') })
  assert.match(same.plain, /Every call would be decided as it is/)
  const other = await replay({ policy: readIam, document: document('iam:GetUser') })
  assert.match(other.plain, /Every call would be decided as it is/)
})

test('edited rules that no longer give a role refuse its calls', async () => {
  const found = await replay({ rules: '[]' })
  assert.match(found.plain, /the rules no longer give the role/)
  assert.match((await replay({ rules: 'x: [' })).plain, /line 1/)
})

test('what can’t be meant is said, and typed again', async () => {
  const asked = { document: document('iam:GetUser') }
  assert.equal((await replay(asked)).status, 400)
  assert.equal((await replay({ ...asked, policy: 'Looker' })).status, 400)
  assert.equal((await replay({ ...asked, policy: 'role/Looker/Nothing' })).status, 404)
  const wrong = await replay({ policy: 'role/Looker/Own', document: '<script>alert(1)</script>' })
  assert.equal(wrong.status, 400)
  assert.match(wrong.plain, /Document, line 1/)
  assert.doesNotMatch(wrong.text, /<script>alert/)
  assert.equal((await replay({ days: '0', rules: '[]' })).status, 400)
})

test('the review of the policy editor leads here with what was written', async () => {
  const browser = await rig.consoleAs('Admin')
  await rig.iam('CreateUser', { UserName: 'ann' })
  await rig.iam('PutUserPolicy', {
    ...{ UserName: 'ann', PolicyName: 'P', PolicyDocument: document('iam:GetUser') },
  })
  const editor = '/console/users/ann/policies/P/edit'
  const { csrf } = await browser.get(editor)
  const edited = document('iam:ListUsers')
  const review = await browser.post(editor, { _csrf: csrf, document: edited, do: 'review' })
  const at = /formaction="([^"]*)"/.exec(review.text)![1]!
  assert.equal(at, `${page}?policy=user%2Fann%2FP`)
  const shown = await browser.post(at, { _csrf: csrf, document: edited })
  assert.equal(shown.status, 200)
  assert.match(shown.text, /name="policy"[^>]*value="user\/ann\/P"|value="user\/ann\/P"/)
  assert.match(shown.text, /iam:ListUsers[^<]*<\/textarea>/)
})

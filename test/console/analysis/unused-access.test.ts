import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Keys } from '../../journeys/aws-cli.ts'
import { iamCall } from '../../journeys/broker.ts'
import { openRig, type Rig } from '../rig.ts'
import { formFields } from '../sent-form.ts'
import { followed } from './follow.ts'

const document = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (...Action: readonly string[]) => ({ Effect: 'Allow', Action, Resource: '*' })
const account = '111122223333'

let rig: Rig
/** Ann may read IAM and S3 by herself and her group, and looks at two things. */
before(async () => {
  rig = await openRig({
    Half: {
      Version: '2012-10-17',
      Statement: [allow('gatehouse:StartUnusedAccess', 'iam:GetRole')],
    },
    Looker: { Version: '2012-10-17', Statement: [allow('iam:Get*', 'iam:List*')] },
  })
  const { iam } = rig
  await iam('CreateUser', { UserName: 'ann' })
  await iam('CreateGroup', { GroupName: 'Ops' })
  await iam('AddUserToGroup', { GroupName: 'Ops', UserName: 'ann' })
  await iam('PutGroupPolicy', {
    ...{ GroupName: 'Ops', PolicyName: 'Roles' },
    PolicyDocument: document(allow('iam:ListRoles', 'iam:DeleteRole')),
  })
  await iam('PutUserPolicy', {
    ...{ UserName: 'ann', PolicyName: 'Own' },
    PolicyDocument: document(allow('iam:Get*', 's3:*')),
  })
  const keys = await keysOf('ann')
  for (const [Action, more] of [
    ['ListRoles', {}],
    ['GetUser', { UserName: 'ann' }],
    ['GetGroup', { GroupName: 'Ops' }],
    ['CreateUser', { UserName: 'denied' }],
  ] as const)
    await iamCall(rig.running.origin, keys, { Action, ...more }, rig.running.clock.now())
})
after(() => rig[Symbol.asyncDispose]())

async function keysOf(UserName: string): Promise<Keys> {
  const made = await rig.iam('CreateAccessKey', { UserName })
  const of = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(made)![1]!
  return { AccessKeyId: of('AccessKeyId'), SecretAccessKey: of('SecretAccessKey') }
}

async function analyse(role: string, address: string, days = '30') {
  const browser = await rig.consoleAs(role)
  const form = await browser.get(address)
  const sent = await browser.post(address, { _csrf: form.csrf, days })
  return { browser, ...(await followed(browser, sent)) }
}

test('what nobody used is told, with a policy that keeps every call that was made', async () => {
  const found = await analyse('Admin', '/console/users/ann/unused-access')
  assert.equal(found.status, 200)
  assert.match(found.plain, /<h2>3 of \d\d actions were used in 30 days<\/h2>/)
  assert.match(found.plain, /All 3 recorded calls that are allowed now stay allowed/)
  const proposed = /<pre[^>]*>(\{[\s\S]*?)<\/pre>/.exec(found.plain)?.[1] ?? ''
  assert.deepEqual(JSON.parse(proposed).Statement, [
    { Effect: 'Allow', Resource: '*', Action: ['iam:GetGroup', 'iam:GetUser', 's3:*'] },
    { Effect: 'Allow', Resource: '*', Action: ['iam:ListRoles'] },
  ])
  assert.match(found.plain, /href="\/console\/groups\/Ops\/policies\/Roles"/)
  assert.match(found.plain, /s3<[\s\S]*?Not seen by Gatehouse: stays/)
})

test('the proposal opens in the policy editor, and is saved there like any other', async () => {
  const { browser, text } = await analyse('Admin', '/console/users/ann/unused-access')
  const href = /<form method="post" action="([^"]*create-policy)"/.exec(text)![1]!
  const part = text.slice(text.indexOf(`action="${href}"`))
  const fields = Object.fromEntries(
    [...part.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name!,
      value!.replaceAll('&quot;', '"'),
    ]),
  )
  const editor = await browser.post(href, fields)
  assert.equal(editor.status, 200)
  assert.match(editor.text, /name="PolicyName"[^>]*value="UsedAccess"|value="UsedAccess"/)
  const saved = await browser.post(href, formFields(editor, { do: 'save' }))
  assert.equal(saved.status, 303, saved.text)
})

test('a role is analysed by its sessions, and not by those of others', async () => {
  const browser = await rig.consoleAs('Looker')
  await browser.get('/console/users/ann')
  const found = await analyse('Admin', '/console/roles/Looker/unused-access')
  assert.match(found.plain, /<h2>[1-9]\d? of \d{2,3} actions were used/)
  assert.match(found.plain, /<span class="chip">GetUser/)
  assert.doesNotMatch(found.plain, /calls would be refused/)
})

test('nonsense, namesakes and names that nobody has', async () => {
  const browser = await rig.consoleAs('Admin')
  const { csrf } = await browser.get('/console')
  const post = (address: string, days: string) => browser.post(address, { _csrf: csrf, days })
  assert.equal((await post('/console/users/ann/unused-access', '401')).status, 400)
  assert.equal((await post('/console/users/ann/unused-access', '<b>')).status, 400)
  assert.equal((await post('/console/users/nobody/unused-access', '30')).status, 404)
  const gone = await browser.get(
    '/console/users/ann/unused-access?job=00000000-0000-4000-8000-000000000000',
  )
  assert.equal(gone.status, 404)
  assert.match(gone.text, /not known any more/)
})

test('starting and reading need a permission each, as on the wire', async () => {
  const browser = await rig.consoleAs('Half')
  const { csrf } = await browser.get('/console')
  const started = await browser.post('/console/roles/Looker/unused-access', {
    ...{ _csrf: csrf, days: '30' },
  })
  assert.equal(started.status, 200)
  const read = await followed(browser, started)
  assert.equal(read.status, 403)
  assert.match(read.plain, /gatehouse:GetAnalysis/)
  assert.match(read.plain, new RegExp(account))
})

/** Roles are made for whoever they trust, and their trust is changed. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from '../http/browser.ts'
import { readIam } from './made-directory.ts'
import { openRig, type Rig } from './rig.ts'
import { type Fields, sendForm } from './sent-form.ts'

let rig: Rig
let browser: Browser
before(async () => {
  rig = await openRig()
  browser = await rig.consoleAs('Admin')
})
after(() => rig[Symbol.asyncDispose]())

const create = '/console/roles/~create'
async function fillIn(address: string, steps: readonly Fields[]) {
  let shown = await browser.get(address)
  for (const fields of steps) shown = await sendForm(browser, address, shown, fields)
  return shown
}
const textOf = async (address: string) => (await browser.get(address)).text.replaceAll('<wbr>', '')

test('a role for the people of a directory lets them in, as its review showed', async () => {
  const review = await fillIn(create, [
    { Trusted: 'directory' },
    { ConnectorKind: 'file', Connector: 'staff' },
    { PolicyArn: [readIam], PermissionsBoundary: readIam },
    {
      RoleName: 'Night.Shift',
      Path: '/shifts/',
      MaxSessionDuration: '7200',
      Description: 'At 22h',
    },
  ])
  const text = review.text.replaceAll('<wbr>', '').replaceAll(/<\/?span[^>]*>/g, '')
  for (const part of ['file-provider/staff', 'sts:AssumeRoleWithLDAPIdentity', '2 hours', 'At 22h'])
    assert.ok(text.includes(part), part)
  const done = await sendForm(browser, create, review, {})
  assert.equal(done.location, '/console/roles/Night.Shift')
  const role = await textOf('/console/roles/Night.Shift')
  for (const part of ['Lets in: Connector staff', '/shifts/', '2 hours', 'ReadIam', 'At 22h'])
    assert.ok(role.includes(part), part)
})

test('only what the kind asks for is asked, checked and written', async () => {
  const oidc = await fillIn(create, [{ Trusted: 'oidc' }])
  assert.match(oidc.text, /name="Audience"/)
  assert.doesNotMatch(oidc.text, /name="(Account|Service|Connector)"/)
  const without = await sendForm(browser, create, oidc, { OidcProvider: 'x' })
  assert.equal(without.status, 400)
  const odd = await fillIn(create, [{ Trusted: 'everybody' }])
  assert.equal(odd.status, 400)
  const account = await fillIn(create, [{ Trusted: 'account' }, { Account: '12' }])
  assert.equal(account.status, 400)
  assert.match(account.text, /aria-current="step">Conditions/)
})

test('a trust policy is changed, refused with what is wrong, and a conflict is told', async () => {
  const trust = (service: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    })
  const RoleName = 'Changing'
  await rig.iam('CreateRole', { RoleName, AssumeRolePolicyDocument: trust('ec2.amazonaws.com') })
  const address = '/console/roles/Changing/trust'
  const wrong = await fillIn(address, [{ PolicyDocument: '{"Version": 1' }])
  assert.equal(wrong.status, 400)
  assert.match(wrong.text, /&quot;Version&quot;: 1/)
  const before = await browser.get(address)
  const PolicyDocument = trust('lambda.amazonaws.com')
  const review = await sendForm(browser, address, before, { PolicyDocument })
  assert.equal(review.status, 200)
  const told = review.text.replaceAll('<wbr>', '')
  assert.match(told, /Who is let in newly[\s\S]*Service lambda\.amazonaws\.com[\s\S]*no longer/)
  assert.match(told, /Who is no longer let in[\s\S]*Service ec2\.amazonaws\.com/)
  assert.match(told, /Newly possible[\s\S]*sts:AssumeRole[\s\S]*No longer possible/)
  assert.equal((await sendForm(browser, address, review, {})).status, 303)
  assert.match(await textOf('/console/roles/Changing'), /Lets in: Service lambda\.amazonaws\.com/)
  const late = await sendForm(browser, address, before, {
    PolicyDocument: trust('ecs.amazonaws.com'),
  })
  assert.equal(late.status, 409)
  assert.match(late.text, /Somebody changed this meanwhile/)
  await rig.iam('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust('s3.amazonaws.com') })
  const later = await sendForm(browser, address, late, {})
  assert.equal(later.status, 409)
  await rig.iam('UpdateAssumeRolePolicy', { RoleName, PolicyDocument })
  assert.match(await textOf('/console/roles/Changing'), /Lets in: Service lambda/)
  const hostile = trust('<script>alert(1)</script>')
  const odd = await sendForm(browser, address, before, { PolicyDocument: hostile })
  assert.doesNotMatch(odd.text, /<script>alert/)
  const own = await browser.get('/console/roles/Developer/trust')
  assert.match(own.text, /changed there and not here/)
})

test('a role shows as a picture who may take it, and in the same words', async () => {
  await rig.iam('CreateRole', {
    RoleName: 'Pictured',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
        {
          Effect: 'Allow',
          Principal: { AWS: '444455556666' },
          Action: 'sts:AssumeRole',
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        },
      ],
    }),
  })
  const text = await textOf('/console/roles/Pictured')
  assert.match(text, /Service ec2\.amazonaws\.com, always/)
  assert.match(text, /Account 4444 5555 6666, under a condition/)
  assert.match(text, /<div class="graph"/)
})

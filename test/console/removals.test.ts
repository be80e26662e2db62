/** Pages that delete: what they tell first, what they do in order, and where they stop. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addressOf } from '../../src/console/address.ts'
import type { Browser } from '../http/browser.ts'
import { makeDirectory, policyArn } from './made-directory.ts'
import { openRig, type Rig } from './rig.ts'
import { sendForm } from './sent-form.ts'

let rig: Rig
let browser: Browser
before(async () => {
  const some = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['iam:Get*', 'iam:List*', 'iam:Delete*'], Resource: '*' },
      { Effect: 'Deny', Action: 'iam:ListSSHPublicKeys', Resource: '*' },
    ],
  }
  rig = await openRig({ Some: some })
  browser = await rig.consoleAs('Admin')
})
after(() => rig[Symbol.asyncDispose]())

const textOf = async (address: string, as = browser) =>
  (await as.get(address)).text.replaceAll('<wbr>', '')
const confirm = async (address: string, Confirm: string, as = browser) =>
  sendForm(as, address, await as.get(address), { Confirm })

test('a user is told with all that goes with it, and goes with it', async () => {
  await makeDirectory(rig, 'Leaving')
  const address = '/console/users/Leaving/delete'
  const text = await textOf(address)
  const parts = [
    'Delete the access key AKIA',
    'Delete the password',
    'Remove the user from Leaving',
  ]
  for (const part of [...parts, 'Detach arn:aws:iam::111122223333:policy/ReadIam', 'mfa/Leaving'])
    assert.ok(text.includes(part), part)
  const wrong = await confirm(address, 'leaving')
  assert.equal(wrong.status, 400)
  assert.match(wrong.text, /The name is Leaving\./)
  const gone = await confirm(address, 'Leaving')
  assert.equal(gone.location, '/console/users')
  assert.match(await textOf('/console/users'), /Leaving is deleted/)
  assert.equal((await browser.get('/console/users/Leaving')).status, 404)
  // The other device was nobody's.
  assert.doesNotMatch(await rig.iam('ListVirtualMFADevices', {}), /mfa\/Leaving</)
})

test('what was added meanwhile is shown before anything is deleted', async () => {
  await rig.iam('CreateUser', { UserName: 'Growing' })
  const address = '/console/users/Growing/delete'
  const shown = await browser.get(address)
  assert.match(shown.text, /Nothing/)
  await rig.iam('CreateAccessKey', { UserName: 'Growing' })
  const late = await sendForm(browser, address, shown, { Confirm: 'Growing' })
  assert.equal(late.status, 409)
  assert.match(late.text.replaceAll('<wbr>', ''), /Delete the access key AKIA/)
  assert.equal((await sendForm(browser, address, late, { Confirm: 'Growing' })).status, 303)
})

test('it stops at the first refusal and tells what was done, refused and left', async () => {
  await makeDirectory(rig, 'Halfway')
  const some = await rig.consoleAs('Some')
  const address = '/console/users/Halfway/delete'
  assert.match(await textOf(address, some), /<code>iam:ListSSHPublicKeys<\/code>, so this part/)
  const sent = await confirm(address, 'Halfway', some)
  assert.equal(sent.status, 200)
  const text = sent.text.replaceAll('<wbr>', '')
  const states = [...text.matchAll(/<span class="b \w+">(\w+)<\/span>/g)].map(([, one]) => one)
  assert.deepEqual(states.slice(0, 3), ['Done', 'Done', 'Refused'])
  assert.ok(states.slice(3).every((one) => one === 'Left') && states.length > 5)
  assert.match(text, /iam:DeactivateMFADevice/)
  assert.match(await textOf('/console/users/Halfway'), /<h1>Halfway<\/h1>/)
})

test('a group goes and its members stay; a role goes with its place in a profile', async () => {
  await makeDirectory(rig, 'Crew')
  assert.equal((await confirm('/console/groups/Crew/delete', 'Crew')).status, 303)
  assert.match(await textOf('/console/users/Crew'), /The user is in no group/)
  await rig.iam('CreateInstanceProfile', { InstanceProfileName: 'Box' })
  await rig.iam('AddRoleToInstanceProfile', { InstanceProfileName: 'Box', RoleName: 'Crew' })
  assert.match(await textOf('/console/roles/Crew/delete'), /Take the role out of Box/)
  assert.equal((await confirm('/console/roles/Crew/delete', 'Crew')).status, 303)
  assert.doesNotMatch(
    await rig.iam('GetInstanceProfile', { InstanceProfileName: 'Box' }),
    /RoleName/,
  )
})

test('a role of the settings file and a boundary that somebody has stay', async () => {
  const own = await browser.get('/console/roles/Developer/delete')
  assert.match(own.text, /it is taken out there and not here/)
  assert.doesNotMatch(own.text, /name="Confirm"/)
  const made = await sendForm(browser, '/console/roles/Developer/delete', own, {
    Confirm: 'Developer',
  })
  assert.notEqual(made.status, 303)
  await rig.iam('CreateUser', { UserName: 'Fenced' })
  await makeDirectory(rig, 'Fence')
  await rig.iam('PutUserPermissionsBoundary', {
    UserName: 'Fenced',
    PermissionsBoundary: policyArn('Fence'),
  })
  const address = addressOf('/console/policies/:arn/delete', { arn: policyArn('Fence') })
  assert.match(await textOf(address), /It is the boundary of Fenced/)
  await rig.iam('DeleteUserPermissionsBoundary', { UserName: 'Fenced' })
  assert.equal((await confirm(address, 'Fence')).location, '/console/policies')
})

test('a provider is told with the roles that trust it', async () => {
  await makeDirectory(rig, 'Vouching')
  const arn = 'arn:aws:iam::111122223333:saml-provider/Vouching'
  await rig.iam('CreateRole', {
    RoleName: 'Trusting',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Federated: arn }, Action: 'sts:AssumeRoleWithSAML' },
      ],
    }),
  })
  const address = addressOf('/console/identity-providers/saml/:arn/delete', { arn })
  assert.match(await textOf(address), /Roles that trust it[\s\S]*\/console\/roles\/Trusting/)
  assert.equal((await confirm(address, 'Vouching')).status, 303)
})

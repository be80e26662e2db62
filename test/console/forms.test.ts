/** Forms of users and groups: what they do, in which order, and what they tell. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addressOf } from '../../src/console/address.ts'
import type { Browser } from '../http/browser.ts'
import { makeDirectory, readIam } from './made-directory.ts'
import { openRig, type Rig } from './rig.ts'
import { type Fields, sendForm } from './sent-form.ts'

let rig: Rig
let browser: Browser
before(async () => {
  const only = (...Action: string[]) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  })
  rig = await openRig({ Half: only('iam:CreateUser', 'iam:AttachUserPolicy', 'iam:GetUser') })
  await makeDirectory(rig, 'Whole')
  browser = await rig.consoleAs('Admin')
})
after(() => rig[Symbol.asyncDispose]())

const textOf = async (address: string, as = browser) => {
  const shown = await as.get(address)
  assert.equal(shown.status, 200, address)
  return shown.text.replaceAll('<wbr>', '')
}
async function fillIn(address: string, steps: readonly Fields[], as = browser) {
  let shown = await as.get(address)
  for (const fields of steps) shown = await sendForm(as, address, shown, fields)
  return shown
}
const create = '/console/users/~create'

test('a user is made in four steps, with everything, each value read once more', async () => {
  const steps: Fields[] = [
    { UserName: 'Nadia', Path: '/people/', 'Tags.k': ['team', ''], 'Tags.v': ['red', ''] },
    { Console: 'generated', AccessKey: 'true' },
    { GroupName: ['Whole'], PolicyArn: [readIam], PermissionsBoundary: readIam },
  ]
  const review = await fillIn(create, steps)
  const read = review.text.replaceAll('<wbr>', '')
  for (const part of ['What is going to be done', 'Nadia', '/people/', 'team=red', readIam])
    assert.ok(read.includes(part), part)
  const done = await sendForm(browser, create, review, {})
  assert.equal(done.status, 200)
  assert.match(
    done.text,
    /This is shown only now[\s\S]*Password[\s\S]*AKIA[\s\S]*Secret access key/,
  )
  assert.equal(done.headers.get('cache-control'), 'no-store')
  const user = await textOf('/console/users/Nadia')
  for (const part of ['/people/', 'team=red', 'href="/console/groups/Whole"', 'ReadIam', 'AKIA'])
    assert.ok(user.includes(part), part)
  assert.match(user, /Has to be changed/)
})

test('a wrong value leads back to its step, and going back keeps what was typed', async () => {
  const wrong = await fillIn(create, [{ UserName: 'no spaces' }])
  assert.equal(wrong.status, 400)
  assert.match(wrong.text, /aria-current="step">Who/)
  const back = await fillIn(create, [
    { UserName: 'Backward' },
    { Console: 'typed', _go: 'step:0' },
    {},
  ])
  assert.match(back.text, /value="typed" checked/)
  const forged = await fillIn(create, [{ UserName: 'no spaces', _step: '3', Console: 'none' }])
  assert.equal(forged.status, 400)
  assert.match(forged.text, /aria-current="step">Who/, 'the earlier steps are checked again')
})

test('a typed password is asked for last and never shown again', async () => {
  const steps: Fields[] = [{ UserName: 'Typist' }, { Console: 'typed' }, {}]
  const review = await fillIn(create, steps)
  assert.match(review.text, /type="password"/)
  const short = await sendForm(browser, create, review, { Password: 'a-secret' })
  assert.doesNotMatch(short.text, /a-secret/)
})

test('what a role may not do of a whole form is told, and the rest is done', async () => {
  const half = await rig.consoleAs('Half')
  const steps: Fields[] = [
    { UserName: 'Halved' },
    {},
    { GroupName: ['Whole'], PolicyArn: [readIam] },
  ]
  const review = await fillIn(create, steps, half)
  const done = await sendForm(half, create, review, {})
  assert.match(done.text, /<title>Error: /)
  assert.match(
    done.text.replaceAll('<wbr>', ''),
    /Done<[\s\S]*Refused<[\s\S]*iam:AddUserToGroup[\s\S]*Done</,
  )
  assert.match(await textOf('/console/users/Halved'), /ReadIam/)
})

test('lists that may not be read are typed, and the form works all the same', async () => {
  const half = await rig.consoleAs('Half')
  await rig.iam('CreateUser', { UserName: 'Typed' })
  const address = '/console/users/Typed/attach-policy'
  const shown = await half.get(address)
  assert.match(shown.text, /Your role may not list them: type the ARN of a policy/)
  const sent = await sendForm(half, address, shown, { PolicyArn: readIam })
  assert.equal(sent.location, '/console/users/Typed')
})

test('a form that is sent twice is obeyed once, and so it is by two at the same time', async () => {
  await rig.iam('CreateUser', { UserName: 'Twice' })
  const address = '/console/users/Twice/keys/~create'
  const shown = await browser.get(address)
  const answers = await Promise.all([1, 2].map(() => sendForm(browser, address, shown, {})))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 303])
  assert.match(await textOf('/console/users/Twice'), /This form was sent twice/)
  assert.equal((await sendForm(browser, address, shown, {})).status, 303)
  const keys = await rig.iam('ListAccessKeys', { UserName: 'Twice' })
  assert.equal(keys.match(/<AccessKeyId>/g)?.length, 1)
  const without = await browser.post(address, { _csrf: shown.csrf })
  assert.equal(without.status, 400)
})

test('a form that was refused as a whole may be sent again as it is', async () => {
  const address = '/console/groups/~create'
  const shown = await browser.get(address)
  assert.equal((await sendForm(browser, address, shown, { GroupName: 'Whole' })).status, 409)
  assert.equal((await sendForm(browser, address, shown, { GroupName: 'Other' })).status, 303)
})

test('what was typed when the session had ended stands there after the next sign-in', async () => {
  const late = await rig.consoleAs('Admin')
  const address = '/console/users/Whole/tags'
  const shown = await late.get(address)
  rig.running.clock.pass(3601)
  const ended = await sendForm(late, address, shown, { 'Tags.k': ['kept'], 'Tags.v': ['words'] })
  assert.equal(ended.status, 403)
  const portal = await late.get('/portal')
  const grant = portal.choice('Admin')
  const opened = await late.post('/portal/console', { _csrf: portal.csrf, grant })
  assert.equal(opened.location, address)
  const again = await late.get(address)
  assert.match(again.text, /What you typed is still here/)
  assert.match(again.text, /value="kept"[\s\S]*value="words"/)
  const rows = { 'Tags.k': ['kept'], 'Tags.v': ['words'] }
  assert.equal((await sendForm(late, address, again, rows)).status, 303)
  assert.doesNotMatch((await late.get(address)).text, /still here/, 'said once')
  browser = await rig.consoleAs('Admin')
})

test('a kept form is shown to nobody else, and holds no secret', async () => {
  const late = await rig.consoleAs('Admin')
  const address = '/console/users/Whole/password'
  const shown = await late.get(address)
  rig.running.clock.pass(3601)
  await sendForm(late, address, shown, { Password: 'Kept-nowhere-2026' })
  const portal = await late.get('/portal')
  await late.post('/portal/console', { _csrf: portal.csrf, grant: portal.choice('Half') })
  assert.doesNotMatch((await late.get(address)).text, /still here|Kept-nowhere/)
  browser = await rig.consoleAs('Admin')
})

test('keys are switched off and on and deleted, and nobody else’s key is', async () => {
  const [key] = /AKIA\w{16}/.exec(await textOf('/console/users/Whole'))!
  const at = (verb: string, name = 'Whole') =>
    addressOf(`/console/users/:name/keys/:key/${verb}`, { name, key })
  assert.match((await browser.get(at('deactivate'))).text, /Last used/)
  assert.equal((await fillIn(at('deactivate'), [{}])).location, '/console/users/Whole')
  assert.match(await textOf('/console/users/Whole'), /Inactive/)
  assert.equal((await browser.get(at('delete', 'Nadia'))).status, 404)
  assert.equal((await fillIn(at('activate'), [{}])).status, 303)
  assert.equal((await fillIn(at('delete'), [{}])).status, 303)
  assert.match(await textOf('/console/users/Whole'), /has no access key/)
  assert.equal((await browser.get(at('delete'))).status, 404)
})

test('tags are set, changed and removed; a conflict and a key twice are told', async () => {
  await rig.iam('CreateUser', { UserName: 'Tagged' })
  await rig.iam('TagUser', {
    UserName: 'Tagged',
    ...{ 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': '1' },
    ...{ 'Tags.member.2.Key': 'b', 'Tags.member.2.Value': '2' },
  })
  const address = '/console/users/Tagged/tags'
  const before = await browser.get(address)
  const wanted: Fields = { 'Tags.k': ['a', '', 'c'], 'Tags.v': ['9', '', '3'] }
  assert.equal((await sendForm(browser, address, before, wanted)).status, 303)
  assert.match(await textOf('/console/users/Tagged'), /a=9[\s\S]*c=3/)
  assert.doesNotMatch(await textOf('/console/users/Tagged'), /b=2/)
  assert.equal(
    (await sendForm(browser, address, before, { ...wanted, _once: 'other' })).status,
    303,
  )
  const other: Fields = { 'Tags.k': ['x'], 'Tags.v': ['1'], _once: 'another' }
  assert.equal((await sendForm(browser, address, before, other)).status, 409)
  const twice: Fields = { 'Tags.k': ['x', 'X'], 'Tags.v': ['1', '2'] }
  const sent = await fillIn(address, [twice])
  assert.match(sent.text, /The key X occurs twice/)
  const more = await fillIn(address, [{ _go: 'more', 'Tags.k': ['x'], 'Tags.v': ['1'] }])
  assert.equal(more.status, 200)
  assert.equal(more.text.match(/name="Tags\.k"/g)?.length, 4)
})

test('a boundary is set and removed, a path is set, and a group gets members', async () => {
  await rig.iam('CreateUser', { UserName: 'Bound' })
  const at = '/console/users/Bound'
  assert.equal((await fillIn(`${at}/boundary`, [{ PermissionsBoundary: readIam }])).status, 303)
  assert.match(await textOf(at), /Boundary<\/dt><dd><a/)
  assert.equal((await fillIn(`${at}/boundary`, [{ PermissionsBoundary: '' }])).status, 303)
  assert.match(await textOf(at), /Boundary<\/dt><dd><span class="muted">None/)
  const moved = await fillIn(`${at}/rename`, [{ NewUserName: 'Free', NewPath: '/a/' }])
  assert.equal(moved.location, '/console/users/Free')
  const added = await fillIn('/console/groups/Whole/add-members', [
    { UserName: ['Free', 'Nobody'] },
  ])
  assert.match(added.text, /Done<[\s\S]*Refused</)
  assert.match(await textOf('/console/groups/Whole'), /href="\/console\/users\/Free"/)
})

test('a password is set, changed and deleted', async () => {
  await rig.iam('CreateUser', { UserName: 'Door' })
  const at = '/console/users/Door'
  const weak = await fillIn(`${at}/password`, [{ Password: 'x' }])
  assert.equal(weak.status, 400)
  assert.equal((await fillIn(`${at}/password`, [{ Password: 'Long-enough-2026' }])).status, 303)
  assert.match(await textOf(at), /Has to be changed/)
  const kept = await fillIn(`${at}/password`, [{ PasswordResetRequired: [] }])
  assert.equal(kept.status, 303)
  assert.doesNotMatch(await textOf(at), /Has to be changed/)
  assert.equal((await fillIn(`${at}/password/delete`, [{}])).status, 303)
  assert.match(await textOf(at), /No password/)
})

test('a search narrows what is chosen from, and keeps what was chosen', async () => {
  for (const GroupName of ['alpha', 'beta']) await rig.iam('CreateGroup', { GroupName })
  const address = '/console/users/Whole/add-to-group'
  const found = await fillIn(address, [
    { '_find.GroupName': 'ALP', GroupName: ['beta'], _go: 'find' },
  ])
  assert.match(found.text, /value="beta" checked[\s\S]*value="alpha"/)
  assert.doesNotMatch(found.text, /value="Whole"/)
  const entered = await fillIn(address, [{ '_find.GroupName': 'bet', _go: 'enter' }])
  assert.equal(entered.status, 200, 'the Enter key searches')
})

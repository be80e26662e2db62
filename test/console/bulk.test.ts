/** Many are changed together: in parts, each call alone, nothing twice. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { withQuery } from '../../src/console/address.ts'
import type { Browser, Shown } from '../http/browser.ts'
import { makeRole, policyArn, readIam } from './made-directory.ts'
import { openRig, type Rig } from './rig.ts'
import { formFields, sendForm } from './sent-form.ts'

const page = '/console/users/~selected'
let rig: Rig
let browser: Browser
before(async () => {
  const almost = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['iam:*', 'sts:*'], Resource: '*' },
      { Effect: 'Deny', Action: '*', Resource: 'arn:aws:iam::111122223333:user/kept*' },
    ],
  }
  rig = await openRig({ Almost: almost })
  browser = await rig.consoleAs('Admin')
})
after(() => rig[Symbol.asyncDispose]())

async function make(prefix: string, many: number): Promise<readonly string[]> {
  const names = Array.from({ length: many }, (_, i) => `${prefix}${String(i).padStart(2, '0')}`)
  for (const UserName of names) await rig.iam('CreateUser', { UserName })
  return names
}

type Given = Readonly<Record<string, string | readonly string[]>>

/** Chooses what is done, fills in how, and answers the review. */
async function begin(
  names: readonly string[],
  Do: string,
  how: Given,
  { by = browser, at = page } = {},
) {
  const first = await by.get(at)
  const second = await sendForm(by, at, first, { Names: names.join('\n'), Do })
  assert.equal(second.status, 200, second.text)
  return sendForm(by, at, second, how)
}

const isGoingOn = ({ text }: Shown) => text.includes('data-goes-on')
/** Goes on until all is done. */
async function toTheEnd(shown: Shown, { by = browser, at = page } = {}): Promise<Shown> {
  let last = shown
  while (isGoingOn(last)) last = await sendForm(by, at, last, {})
  return last
}
const plain = ({ text }: Shown) => text.replaceAll('<wbr>', '')
/** All of a change of groups, roles or policies, from the choice to the report. */
async function change(at: string, names: readonly string[], Do: string, how: Given) {
  const review = await begin(names, Do, how, { at })
  return plain(await toTheEnd(await sendForm(browser, at, review, {}), { at }))
}
/** A deletion, with what its review told first. */
async function deleteMany(at: string, names: readonly string[]) {
  const review = await begin(names, 'delete', {}, { at })
  const sent = await sendForm(browser, at, review, { Confirm: String(names.length) })
  return { told: plain(review), report: plain(await toTheEnd(sent, { at })) }
}

test('a policy is attached to many, part by part; who is not there is told', async () => {
  const names = await make('many', 23)
  const asked = [...names.slice(0, 2), 'no.such.user', ...names.slice(2)]
  const review = await begin(asked, 'attach', { PolicyArn: [readIam] })
  assert.match(plain(review), /Attach policies/)
  const events = await rig.callsOf(async () => {
    const first = await sendForm(browser, page, review, {})
    assert.match(first.text, /<progress max="24" value="20"/)
    assert.match(plain(first), /no\.such\.user: Attach arn/)
    const last = await toTheEnd(first)
    assert.match(plain(last), /It was done for 23 of 24\./)
    assert.match(plain(last), /The user with name no\.such\.user cannot be found/)
    assert.match(last.text, /<title>Error: /)
  })
  assert.deepEqual(
    events.map(({ eventName, errorCode }) => `${eventName} ${errorCode ?? ''}`.trim()),
    asked.map((name) =>
      name === 'no.such.user' ? 'AttachUserPolicy NoSuchEntity' : 'AttachUserPolicy',
    ),
  )
})

test('a part that is sent twice is done once, and what follows still goes on', async () => {
  const names = await make('twice', 25)
  const review = await begin(names, 'tag', { 'Tags.k': ['team'], 'Tags.v': ['red'] })
  const fields = formFields(review, {})
  const events = await rig.callsOf(async () => {
    const answers = await Promise.all([browser.post(page, fields), browser.post(page, fields)])
    const twice = answers.filter((one) => plain(one).includes('sent twice'))
    assert.equal(twice.length, 1)
    for (const answer of answers) await toTheEnd(answer)
  })
  assert.deepEqual(
    events.map(({ eventName, requestParameters }) => `${eventName} ${requestParameters?.userName}`),
    names.map((name) => `TagUser ${name}`),
  )
})

test('each change is decided alone; what may not be changed is told', async () => {
  const names = ['kept.one', 'free.one']
  for (const UserName of names) {
    await rig.iam('CreateUser', { UserName })
    await rig.iam('CreateAccessKey', { UserName })
  }
  const almost = await rig.consoleAs('Almost')
  const review = await begin(names, 'deactivate', {}, { by: almost })
  const events = await rig.callsOf(async () => {
    const last = plain(await sendForm(almost, page, review, {}))
    assert.match(last, /It was done for 1 of 2\./)
    assert.match(last, /not authorized to perform: iam:ListAccessKeys/)
  })
  const [denied, , changed] = events
  assert.equal(denied?.errorCode, 'AccessDenied')
  assert.deepEqual([events.length, changed?.eventName], [3, 'UpdateAccessKey'])
  assert.match(await rig.iam('ListAccessKeys', { UserName: 'free.one' }), /<Status>Inactive</)
})

test('deleting many asks for their number, and deletes what depends on each', async () => {
  const names = await make('gone', 7)
  const whole = { UserName: names[0]!, GroupName: 'Gone' }
  await rig.iam('CreateGroup', { GroupName: 'Gone' })
  await rig.iam('AddUserToGroup', whole)
  await rig.iam('CreateAccessKey', { UserName: names[0]! })
  const review = await begin(names, 'delete', {})
  assert.match(
    plain(review),
    /gone00<[\s\S]*?Access keys: 1; Groups: 1<[\s\S]*gone01<[\s\S]*?Nothing</,
  )
  const unsure = await sendForm(browser, page, review, { Confirm: '70' })
  assert.equal(unsure.status, 400)
  assert.match(unsure.text, /The number is 7\./)
  const last = await toTheEnd(await sendForm(browser, page, unsure, { Confirm: '7' }))
  assert.match(plain(last), /It was done for 7 of 7\./)
  assert.doesNotMatch((await browser.get('/console/users?name=gone')).text, /href="[^"]*gone0/)
})

test('the list gives its chosen rows, and no name is more than text', async () => {
  await make('row', 2)
  const list = await browser.get('/console/users?name=row')
  const boxes = [...list.text.matchAll(/form="choose" name="selected" value="([^"]+)"/g)]
  assert.deepEqual(
    boxes.map(([, name]) => name),
    ['row00', 'row01'],
  )
  assert.match(list.text, /<form id="choose" action="\/console\/users\/~selected">/)
  const opened = await browser.get(`${page}?selected=row00&selected=row01`)
  assert.match(opened.text, />\s*row00\nrow01<\/textarea>/)
  const odd = '"><script>alert(1)</script>'
  const shown = await browser.get(withQuery(page, { selected: odd }))
  assert.doesNotMatch(shown.text, /<script>alert/)
  const sent = await sendForm(browser, page, shown, { Names: odd, Do: 'end' })
  assert.equal(sent.status, 400)
  assert.doesNotMatch(sent.text, /<script>alert/)
  const many = Array.from({ length: 501 }, (_, i) => `n${i}`).join('\n')
  assert.equal((await sendForm(browser, page, shown, { Names: many, Do: 'end' })).status, 400)
  const none = await sendForm(browser, page, shown, { Names: ' \n ', Do: 'end' })
  assert.equal(none.status, 400)
  const unknown = await sendForm(browser, page, shown, { Names: 'row00', Do: 'explode' })
  assert.equal(unknown.status, 400)
})

test('what a going-on form says of earlier parts is taken as text, within bounds', async () => {
  const names = await make('odd', 2)
  const review = await begin(names, 'end', {})
  const forged = {
    ...{ _run: 'forged', _at: '1', _done: '9e9', _untold: '-4' },
    _failed: JSON.stringify([['<img src=x onerror=alert(1)>', 'refused', '<b>', '']]),
  }
  const last = await sendForm(browser, page, review, forged)
  assert.equal(last.status, 200)
  assert.doesNotMatch(last.text, /<img src=x|<b>&|><b></)
  for (const _failed of ['{', '[1]', '[[{}]]', 'null']) {
    const odd = await sendForm(browser, page, review, { ...forged, _run: `x${_failed}`, _failed })
    assert.equal(odd.status, 200, _failed)
  }
})

const groupsPage = '/console/groups/~selected'
test('groups get members and policies together, and are deleted with theirs', async () => {
  await make('member', 1)
  const names = ['team.a', 'team.b', 'team.c']
  for (const GroupName of names) await rig.iam('CreateGroup', { GroupName })
  const added = await change(groupsPage, [...names, 'no.team'], 'add', { UserName: ['member00'] })
  assert.match(added, /It was done for 3 of 4\./)
  assert.match(added, /no\.team: Add member00[\s\S]*cannot be found/)
  await change(groupsPage, names, 'attach', { PolicyArn: [readIam] })
  await change(groupsPage, ['team.c'], 'detach', { PolicyArn: [readIam] })
  await change(groupsPage, ['team.b'], 'drop', { UserName: ['member00'] })
  const { told, report } = await deleteMany(groupsPage, names)
  assert.match(told, /team\.a<[\s\S]*?Members, who stay users: 1; Attached policies: 1</)
  assert.match(told, /team\.b<[\s\S]*?>Attached policies: 1</)
  assert.match(told, /team\.c<[\s\S]*?>Members, who stay users: 1</)
  assert.match(report, /It was done for 3 of 3\./)
  assert.match(await rig.iam('GetUser', { UserName: 'member00' }), /member00/)
})

const rolesPage = '/console/roles/~selected'
test('roles are changed and deleted together; one of the settings stays', async () => {
  const names = ['bulk.a', 'bulk.b']
  for (const name of names) await makeRole(rig, name)
  await change(rolesPage, names, 'tag', { 'Tags.k': ['team'], 'Tags.v': ['red'] })
  await change(rolesPage, names, 'limit', { MaxSessionDuration: '7200' })
  const unbound = await begin(names, 'unbind', {}, { at: rolesPage })
  assert.equal((await sendForm(browser, rolesPage, unbound, {})).status, 400, 'asks for the number')
  assert.equal((await sendForm(browser, rolesPage, unbound, { Confirm: '2' })).status, 200)
  const got = await rig.iam('GetRole', { RoleName: 'bulk.b' })
  assert.match(got, /<MaxSessionDuration>7200<[\s\S]*<Key>team</)
  assert.match(got, /<Description>.*alert/, 'the description stays')
  assert.doesNotMatch(got, /PermissionsBoundary/)
  const { told, report } = await deleteMany(rolesPage, [...names, 'Admin'])
  assert.match(told, /bulk\.a<[\s\S]*?Attached policies: 1; Inline policies: 1</)
  assert.match(told, /Admin<[\s\S]*?The settings file put this in place/)
  assert.match(report, /It was done for 2 of 3\./)
  assert.match(report, /Admin<[\s\S]*The settings file put this in place/)
  assert.match(await rig.iam('ListRolePolicies', { RoleName: 'Admin' }), /<member>Own</)
})

const policiesPage = '/console/policies/~selected'
test('policies are attached and deleted together, but boundaries', async () => {
  const [user = ''] = await make('holder', 1)
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
  })
  const names = ['own.a', 'own.b']
  for (const PolicyName of names)
    await rig.iam('CreatePolicy', { PolicyName, Path: '/a.b/c+=,@_-/', PolicyDocument })
  const [a, b] = [policyArn('own.a'), policyArn('own.b')]
  const ready = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  await change(policiesPage, [a, b, ready], 'toUsers', { UserName: [user] })
  const attached = await rig.iam('ListAttachedUserPolicies', { UserName: user })
  assert.equal([...attached.matchAll(/<PolicyArn>/g)].length, 3)
  await rig.iam('PutUserPermissionsBoundary', { UserName: user, PermissionsBoundary: b })
  const { told, report } = await deleteMany(policiesPage, [a, b, ready])
  assert.match(told, /own\.a<[\s\S]*?Attached to: 1</)
  assert.match(report, /It was done for 1 of 3\./)
  assert.match(report, /own\.b<[\s\S]*It is the boundary of holder00/)
  assert.match(report, /ReadOnlyAccess<[\s\S]*Ready-made policies belong to no account/)
  const after = await rig.iam('ListAttachedUserPolicies', { UserName: user })
  assert.equal([...after.matchAll(/<PolicyArn>/g)].length, 2, 'what stays is not detached')
  const none = await sendForm(browser, policiesPage, await browser.get(policiesPage), {
    ...{ Names: 'own.a', Do: 'delete' },
  })
  assert.equal(none.status, 400, 'a name is no ARN')
  const list = await browser.get('/console/policies?name=own')
  assert.match(list.text, /form="choose" name="selected" value="arn:aws:iam::111122223333:policy/)
})

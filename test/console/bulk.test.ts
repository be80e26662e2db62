/** Many users are changed together: in parts, each call alone, nothing twice. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { withQuery } from '../../src/console/address.ts'
import type { Browser, Shown } from '../http/browser.ts'
import { formFields, openRig, type Rig, readIam, sendForm } from './rig.ts'

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
async function begin(names: readonly string[], Do: string, how: Given, by = browser) {
  const first = await by.get(page)
  const second = await sendForm(by, page, first, { Names: names.join('\n'), Do })
  assert.equal(second.status, 200, second.text)
  return sendForm(by, page, second, how)
}

const isGoingOn = ({ text }: Shown) => text.includes('data-goes-on')
/** Goes on until all is done. */
async function toTheEnd(shown: Shown, by = browser): Promise<Shown> {
  let last = shown
  while (isGoingOn(last)) last = await sendForm(by, page, last, {})
  return last
}
const plain = ({ text }: Shown) => text.replaceAll('<wbr>', '')

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
  const review = await begin(names, 'deactivate', {}, almost)
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

/**
 * What holds for every page of the console, whatever it shows: the registry names the pages, so
 * that a new one is tested by being declared.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consolePages } from '../../src/console/pages.ts'
import { Browser, type Shown } from '../http/browser.ts'
import { fillIn, readyToSend } from './fill-in.ts'
import { fillingOf } from './fillings.ts'
import {
  addressFor,
  hostile,
  longName,
  makeDirectory,
  makeRole,
  paramsFor,
} from './made-directory.ts'
import { openRig, type Rig } from './rig.ts'
import { type Fields, formFields, formValues, sendForm } from './sent-form.ts'

const pages = consolePages.map((page) => ({ page, name: page.path }))
const forms = consolePages.filter(({ submit, kind }) => submit && kind !== 'ask')

/** Something that only somebody who may look at the role knows. */
const secrets =
  /s3:GetObject|ReadIam|alert\(1\)|ec2\.amazonaws\.com|value with spaces|A[RIK][OD]A\w{16}/

test('each page calls what it declares, as its session, one audit event a call', async () => {
  await using rig = await openRig()
  await makeDirectory(rig, longName)
  const browser = await rig.consoleAs('Admin')
  for (const [i, { page }] of pages.entries()) {
    const isForm = page.submit !== undefined && page.kind !== 'ask'
    const takesAway = isForm && fillingOf(page).takesAway === true
    const name = takesAway ? `Taken${i}` : longName
    const filling = isForm ? fillingOf(page, name) : undefined
    const signedIn = page.path.startsWith('/console/sessions')
    if (takesAway) await makeDirectory(rig, name, { signedIn })
    const address = addressFor(rig, page, name)
    let again: (() => Promise<Shown>) | undefined
    const events = await rig.callsOf(async () => {
      const shown = await browser.get(address)
      assert.equal(shown.status, 200, address)
      if (!filling) return
      const { shown: last, fields } = await readyToSend(rig, browser, address, filling)
      const send = () => sendForm(browser, address, last, fields)
      const sent = await send()
      assert.equal(sent.status, filling.answers ?? 303, sent.text)
      assert.doesNotMatch(sent.text, /<title>Error: /)
      again = send
    })
    if (again) await isObeyedOnce(rig, page.path, again)
    const called = events.map(
      ({ eventSource, eventName }) => `${eventSource.split('.')[0]}:${eventName}`,
    )
    const others = new Set<string>(filling?.alsoCalls ?? [])
    const declared = page.calls.filter((action) => !others.has(action.split(':')[1]!))
    // What a question calls depends on what is asked: each page's own test asks all of it.
    if (page.kind === 'ask')
      for (const action of called) assert.ok(page.calls.includes(action as never), action)
    else assert.deepEqual(new Set(called), new Set(declared), page.path)
    for (const { userIdentity, errorCode } of events) {
      assert.match(userIdentity.arn!, /assumed-role\/Admin\/amina$/)
      assert.equal(errorCode, undefined)
    }
    const requests = events.map(({ requestID }) => requestID)
    assert.equal(new Set(requests).size, requests.length, 'a call has a request id of its own')
  }
})

/** A form that was sent twice, as by a double click, changes nothing more and looks like done. */
async function isObeyedOnce(rig: Rig, path: string, send: () => Promise<Shown>): Promise<void> {
  const events = await rig.callsOf(async () => {
    const { status, text } = await send()
    if (status === 303) return
    // One that goes on part by part tells what became of its part.
    assert.match(text, /This part was sent twice/, `${path} ${status}`)
  })
  const written = events.filter(({ readOnly }) => !readOnly).map(({ eventName }) => eventName)
  assert.deepEqual(written, [], path)
}

/** Forms that ask for nothing as they open: those that create, and those that turn something on. */
const opensBlank = /\/~(?:create|selected)$|\/enable$|^\/console\/organization\/.*\/disable$/
/** Whether a page asks for something as it opens. */
const asks = ({ path, calls }: (typeof pages)[number]['page']) =>
  (calls.length > 0 && !opensBlank.test(path)) || path.includes(':')
const single = (steps: readonly Fields[]) =>
  Object.fromEntries(
    steps.flatMap(Object.entries).map(([name, value]) => [name, [value].flat()[0]!]),
  )

test('a form that creates opens for everybody, and refuses when it is sent', async () => {
  await using rig = await openRig()
  await makeDirectory(rig, longName)
  const browser = await rig.consoleAs('Powerless')
  for (const page of forms.filter((one) => !asks(one))) {
    const filling = fillingOf(page)
    const { operation, kept } = filling
    const sent = await fillIn(rig, browser, page.path, filling)
    assert.equal(sent.status, 403, page.path)
    const said = sent.text.replaceAll('<wbr>', '')
    assert.ok(said.includes(`is not authorized to perform: iam:${operation}`), page.path)
    assert.match(sent.text, kept)
  }
})

test('a session without permissions is denied everywhere, with a reference', async () => {
  await using rig = await openRig()
  await makeDirectory(rig, longName)
  const browser = await rig.consoleAs('Powerless')
  const { csrf } = await browser.get('/console')
  for (const { page } of pages.filter((one) => asks(one.page))) {
    const whole = page.submit ? single(fillingOf(page).steps) : {}
    for (const name of [longName, 'NobodyHasThisName']) {
      const address = addressFor(rig, page, name)
      const answers = page.submit ? (['open', 'submit'] as const) : (['open'] as const)
      for (const how of answers) {
        let shown = await browser.get('/console')
        const events = await rig.callsOf(async () => {
          if (how === 'open') shown = await browser.get(address)
          else
            shown = await browser.post(address, { _csrf: csrf, '_was.Description': 'x', ...whole })
        })
        const asksNothing = how === 'open' && events.length === 0
        assert.equal(shown.status, asksNothing ? 200 : 403, `${how} ${address}`)
        const body = shown.text.slice(shown.text.indexOf('<main')).replaceAll('<wbr>', '')
        assert.doesNotMatch(body, secrets, `${how} ${address}`)
        if (asksNothing) continue
        const [denied] = events
        assert.equal(denied?.errorCode, 'AccessDenied')
        assert.ok(
          (page.needs ?? page.calls).some((action) => body.includes(action)),
          address,
        )
        assert.ok(body.includes(denied.requestID), 'the reference is that of the audit event')
      }
    }
  }
})

test('a missing permission hides its part of a page and shows the rest', async () => {
  const only = (...Action: string[]) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  })
  await using rig = await openRig({ Looker: only('iam:GetRole') })
  await makeRole(rig, 'Seen')
  const browser = await rig.consoleAs('Looker')
  const shown = await browser.get('/console/roles/Seen')
  assert.equal(shown.status, 200)
  assert.match(shown.text, /alert\(1\)/, 'the description')
  assert.doesNotMatch(shown.text, /Inline\.Policy/)
  for (const action of ['iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'])
    assert.ok(shown.text.includes(`<code>${action}</code>, so this part is not shown`), action)
})

test('a form says so when its change is denied, and keeps what was typed', async () => {
  const look = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['iam:Get*', 'iam:List*', 'gatehouse:L*'], Resource: '*' },
    ],
  }
  await using rig = await openRig({ Looker: look })
  await makeDirectory(rig, 'Seen')
  const browser = await rig.consoleAs('Looker')
  // Who may not register a security key is not asked for one.
  for (const page of forms.filter(({ path }) => !path.endsWith('/add-security-key'))) {
    const address = addressFor(rig, page, 'Seen')
    const filling = fillingOf(page, 'Seen')
    const { operation, kept } = filling
    const events = await rig.callsOf(async () => {
      const sent = await fillIn(rig, browser, address, filling)
      assert.equal(sent.status, 403)
      assert.match(
        sent.text.replaceAll('<wbr>', ''),
        new RegExp(`is not authorized to perform: \\w+:${operation}`),
        address,
      )
      assert.match(sent.text, kept)
      assert.match(sent.text, /<title>Error: /)
    })
    const tried = events.filter(({ eventName }) => eventName === operation)
    assert.deepEqual(
      tried.map(({ errorCode }) => errorCode),
      ['AccessDenied'],
      address,
    )
  }
})

test('every address survives a sign-in', async () => {
  await using rig = await openRig()
  await makeDirectory(rig, 'Deep.Link')
  for (const { page } of pages) {
    const address = addressFor(rig, page, 'Deep.Link')
    const browser = new Browser(rig.running.origin)
    const first = await browser.get(address)
    assert.equal(first.location, `/signin?${new URLSearchParams({ next: address })}`)
    await browser.signIn('amina', 'amina-demo-2026', { next: address })
    const portal = await browser.get('/portal')
    const grant = portal.choice('Admin')
    const opened = await browser.post('/portal/console', { _csrf: portal.csrf, grant })
    assert.equal(opened.location, address)
    assert.equal((await browser.get(address)).status, 200)
  }
})

test('after the session ended no page shows anything and no form does anything', async () => {
  await using rig = await openRig()
  await makeRole(rig, 'Late')
  const browser = await rig.consoleAs('Admin')
  const form = forms.find(({ path }) => path.startsWith('/console/roles'))
  const address = addressFor(rig, form!, 'Late')
  const shown = await browser.get(address)
  rig.running.clock.pass(3601)
  for (const { page } of pages) {
    const ended = await browser.get(addressFor(rig, page, 'Late'))
    assert.equal(ended.status, 403)
    assert.equal(ended.title, 'Your session timed out')
    assert.doesNotMatch(ended.text, secrets)
  }
  const events = await rig.callsOf(async () => {
    const sent = await sendForm(browser, address, shown, { Description: 'too late' })
    assert.equal(sent.status, 403)
  })
  assert.deepEqual(
    events.filter(({ eventName }) => eventName === 'UpdateRole'),
    [],
  )
})

/** The last step of a form that has several. */
const last = ({ text }: { readonly text: string }) =>
  String(
    Math.max(
      0,
      [...text.matchAll(/<li[^>]*>/g)].length &&
        (/class="steps"(.*?)<\/ol>/s.exec(text)?.[1] ?? '').split('<li').length - 2,
    ),
  )

test('a form without its token, or from another site, changes nothing', async () => {
  await using rig = await openRig()
  await makeDirectory(rig, 'Guarded')
  const browser = await rig.consoleAs('Admin')
  for (const page of forms) {
    const address = addressFor(rig, page, 'Guarded')
    const { operation, steps } = fillingOf(page, 'Guarded')
    const shown = await browser.get(address)
    const values = formFields(shown, Object.assign({}, ...steps, { _step: last(shown) }) as Fields)
    const without = values.filter(([name]) => name !== '_csrf')
    const forged: [string, string][] = [...without, ['_csrf', 'x']]
    const events = await rig.callsOf(async () => {
      assert.equal((await browser.post(address, without)).status, 403)
      assert.equal((await browser.post(address, forged)).status, 403)
      const foreign = { origin: 'https://evil.example' }
      assert.equal((await browser.post(address, values, foreign)).status, 403)
      const crossSite = { 'sec-fetch-site': 'cross-site' }
      assert.equal((await browser.post(address, values, crossSite)).status, 403)
      const first = Object.entries(steps[0]!).find(([, value]) => typeof value === 'string')?.[0]
      if (first === undefined) return
      const twice: [string, string][] = [...values, [first, 'again']]
      assert.equal((await browser.post(address, twice)).status, 400)
    })
    assert.deepEqual(
      events.filter(({ eventName }) => eventName === operation),
      [],
    )
  }
  for (const { page } of pages.filter((one) => !one.page.submit)) {
    const { csrf } = await browser.get('/console')
    assert.equal(
      (await browser.post(addressFor(rig, page, 'Guarded'), { _csrf: csrf })).status,
      404,
    )
  }
})

test('invalid names, unknown names and odd queries get plain answers, escaped', async () => {
  await using rig = await openRig()
  await makeRole(rig, 'Known')
  const browser = await rig.consoleAs('Admin')
  const names = [
    'Nobody',
    '%00',
    'a%00b',
    '%3Cscript%3Ealert(9)%3C%2Fscript%3E',
    'x'.repeat(65),
    'x'.repeat(2000),
    '~..',
    '%E2%82%AC',
    '__proto__',
    '%5C',
    'a%2Fb',
  ]
  for (const { page } of pages.filter((one) => one.page.path.includes(':')))
    for (const name of names) {
      const address = page.path
        .replace(':name', name)
        .replace(':policy', name)
        .replace(':group', name)
        .replace(':key', name)
        .replace(':serial', name)
        .replace(':arn', name)
      const shown = await browser.get(address)
      assert.equal(shown.status, 404, address)
      assert.equal(shown.title, 'There is nothing here', address)
      assert.doesNotMatch(shown.text, /<script>alert/)
    }
  assert.equal((await browser.get('/console/roles/%E0%A4%A')).status, 400)
  const queries = [
    ['name=a&name=b', 400],
    ['marker=x&marker=y', 400],
    ['marker=%00', 400],
    ['marker=bm8tc3VjaC1yb2xl%3D', 400],
    [`marker=${'x'.repeat(400)}`, 400],
    [`name=${'x'.repeat(65)}`, 400],
    [`path=${'/x'.repeat(300)}`, 400],
    ['path=%00', 400],
    ['name=%3Cscript%3Ealert(9)%3C/script%3E', 400],
    ['name[]=a&__proto__=b&constructor=c', 200],
    ['unknown=1', 200],
  ] as const
  for (const [query, status] of queries) {
    const shown = await browser.get(`/console/roles?${query}`)
    assert.equal(shown.status, status, query)
    assert.doesNotMatch(shown.text, /<script>alert/)
  }
})

test('whatever a role holds is text on every page', async () => {
  await using rig = await openRig()
  await makeDirectory(rig, longName)
  const browser = await rig.consoleAs('Admin')
  for (const { page } of pages) {
    const { text, status } = await browser.get(addressFor(rig, page, longName))
    assert.equal(status, 200)
    assert.doesNotMatch(text, /<script>alert|<img|<b>\//)
  }
  const { text } = await browser.get('/console/roles')
  assert.ok(text.includes('&lt;script&gt;alert(1)'), 'the description is there, as text')
  assert.ok(text.replaceAll('<wbr>', '').includes('/&lt;script&gt;alert(3)&lt;/script&gt;/'))
  const edit = await browser.get(`/console/roles/${longName}/edit`)
  assert.equal(formValues(edit).Description, hostile.description)
  assert.equal(paramsFor(rig, longName).name, longName)
})

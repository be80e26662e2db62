import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser, type Shown } from '../http/browser.ts'
import { requirePeer } from '../peers/require.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { signedCall } from './broker.ts'
import { openDesk, roleButton, signInAt } from './chromium.ts'
import { demoSettings, openRunning, type RunningHere } from './running.ts'

const root = {
  AccessKeyId: 'AKIAROOTROOTROOTROO2',
  SecretAccessKey: 'abcdefghijabcdefghijabcdefghijabcdefghij',
}
const person = ['amina', 'amina-demo-2026'] as const

async function openDemo(): Promise<RunningHere> {
  const keys = JSON.stringify([
    { accessKeyId: root.AccessKeyId, secretAccessKey: root.SecretAccessKey },
  ])
  const demo = (await demoSettings()).replace(
    '    alias: demo\n',
    `    alias: demo\n    rootAccessKeys: ${keys}\n`,
  )
  return openRunning(`branding: { name: Example, support: access@example.com }\n${demo}`)
}

async function signedIn(at: RunningHere): Promise<Browser> {
  const browser = new Browser(at.origin)
  assert.equal((await browser.signIn(...person)).status, 303)
  return browser
}

async function openConsole(browser: Browser): Promise<void> {
  const portal = await browser.get('/portal')
  const fields = { _csrf: portal.csrf, grant: portal.choice('Developer') }
  assert.equal((await browser.post('/portal/console', fields)).location, '/console')
}

/** Where the portal leads, and what stands there. */
async function portalAnswer(browser: Browser, path = '/portal'): Promise<Shown> {
  const { location } = await browser.get(path)
  assert.match(location ?? '', /^\/signin/)
  return browser.get(location!)
}

test('a sign-in that timed out says so, and leads back to the same search', async () => {
  await using at = await openDemo()
  const browser = await signedIn(at)
  at.clock.pass(12 * 3600)
  const { text } = await portalAnswer(browser, '/portal?q=dev')
  assert.match(text, /Your sign-in timed out at <time/)
  const { csrf } = await browser.get('/signin?connector=staff')
  const fields = { _csrf: csrf, connector: 'staff', username: person[0], password: person[1] }
  const next = /name="next" value="([^"]+)"/.exec(text)![1]!
  assert.equal((await browser.post('/signin', { ...fields, next })).location, '/portal?q=dev')
  assert.doesNotMatch((await browser.get('/signin?next=/portal')).text, /timed out/, 'said once')
})

test('the next morning, too', async () => {
  await using at = await openDemo()
  const browser = await signedIn(at)
  at.clock.pass(24 * 3600)
  assert.match((await portalAnswer(browser)).text, /Your sign-in timed out/)
})

test('a notice that this Gatehouse did not write is not shown', async () => {
  await using at = await openDemo()
  const browser = await signedIn(at)
  at.clock.pass(12 * 3600)
  const { location } = await browser.get('/portal')
  const [text, signature] = browser.cookies.get('gatehouse-notice')!.split('.')
  for (const forged of [
    `${Buffer.from('sign-in-revoked ').toString('base64url')}.${signature}`,
    `${text}.${'0'.repeat(64)}`,
    `${text}`,
    '',
  ]) {
    browser.cookies.set('gatehouse-notice', forged)
    const page = await browser.get(location!)
    assert.equal(page.status, 200)
    assert.doesNotMatch(page.text, /role="status"/)
  }
})

test('signing out everywhere ends sign-ins, consoles and credentials, and no others', async () => {
  await using at = await openDemo()
  const [here, there] = [await signedIn(at), await signedIn(at)]
  await openConsole(there)
  const role = { RoleArn: 'arn:aws:iam::111122223333:role/Developer' }
  const [own, other] = [
    await assumeWithPassword(at.origin, ...person, role),
    await assumeWithPassword(at.origin, 'jonas', 'jonas-demo-2026', role),
  ]
  at.clock.pass(1)
  const question = await here.get('/signout')
  assert.match(question.text, /every temporary\s+credential/)
  const left = await here.post('/signout/everywhere', { _csrf: question.csrf })
  assert.equal((await here.get(left.location!)).title, 'You are signed out everywhere')

  const asked = async ({ keys }: typeof own) =>
    signedCall(at.origin, keys, { Action: 'GetCallerIdentity' }, at.clock.now())
  assert.match(await asked(own), /<Code>ExpiredToken</)
  assert.match(await asked(other), /<Arn>/)
  assert.equal((await there.get('/console')).title, 'You signed out everywhere')
  assert.match((await portalAnswer(there)).text, /You signed out everywhere/)
  at.clock.pass(1)
  assert.equal((await (await signedIn(at)).get('/portal')).status, 200)
  const listed = await signedCall(at.origin, root, { Action: 'ListRevocations' }, at.clock.now())
  assert.doesNotMatch(listed, /<Target>/, 'operators see their own revocations')
  const [event] = (
    await at.events((all) => all.some(({ eventName }) => eventName === 'SignOut'))
  ).filter(({ eventName }) => eventName === 'SignOut')
  assert.deepEqual(event?.requestParameters, { everywhere: true })
})

test('a console that was revoked says what was ended, and by whom', async () => {
  for (const [Scope, Target, told] of [
    ['role', 'Developer', /Somebody who looks after the account ended all sessions of this role/],
    ['username', 'staff/amina', /ended all your sessions/],
    ['connector', 'staff', /ended the sessions of everybody who signed in the way you did/],
  ] as const) {
    await using at = await openDemo()
    const browser = await signedIn(at)
    await openConsole(browser)
    at.clock.pass(1)
    const revoke = { Action: 'RevokeSessions', Scope, Target }
    await signedCall(at.origin, root, revoke, at.clock.now())
    const page = await browser.get('/console/roles')
    assert.equal(page.title, 'Your session was ended')
    assert.match(page.text, told)
    assert.match(page.text, /demo · /)
  }
})

test('who has no role reads who they are, their groups, the rules and whom to ask', async () => {
  const text = (await demoSettings()).replace('"auditors" in', '"nobody" in')
  await using at = await openRunning(`branding: { support: access@example.com }\n${text}`)
  const page = await new Browser(at.origin).signIn('priya', 'priya-demo-2026')
  assert.equal(page.status, 403)
  for (const part of [
    'Priya Raman',
    'Staff directory',
    '<bdi>auditors</bdi>',
    'billing for admins',
    'did not match',
    'mailto:access@example.com',
  ])
    assert.ok(page.text.includes(part), part)
})

test('credentials on a page outlast the sign-in, and the page says that it ended', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openDemo()
  await using desk = await openDesk()
  const { page } = desk
  await page.clock.install()
  await signInAt(page, `${at.origin}?connector=staff`, ...person)
  at.clock.pass(11.5 * 3600)
  await roleButton(page, 'Developer', 'Credentials').click()
  await page.getByRole('region', { name: 'Shell commands' }).waitFor()
  await page.clock.fastForward(1900_000)
  await page.getByText('Your sign-in ended at').waitFor()
  assert.ok(await page.getByRole('region', { name: 'Shell commands' }).isVisible())
  at.clock.pass(1900)
  await page.getByRole('link', { name: 'sign in again' }).click()
  await page.getByText('Your sign-in timed out').waitFor()
})

test('times are in the zone of the person, with UTC on hover or without a script', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openRunning(await demoSettings(), new Date('2026-11-24T09:12:00Z'))
  for (const javaScriptEnabled of [true, false]) {
    await using desk = await openDesk({ timezoneId: 'Asia/Tokyo', javaScriptEnabled })
    const { page } = desk
    await signInAt(page, `${at.origin}?connector=staff`, ...person)
    const until = page.locator('.head time')
    assert.match(
      await until.innerText(),
      javaScriptEnabled ? /^25 Nov 2026, 06:12 / : /^21:12 UTC$/,
    )
    assert.equal(await until.getAttribute('title'), javaScriptEnabled ? '21:12 UTC' : null)
  }
})

test('going back to a refused sign-in asks nothing, and the name has the focus', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openDemo()
  await using desk = await openDesk()
  const { page } = desk
  await page.goto(`${at.origin}/signin?connector=staff&next=/portal?q=dev`)
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'u')
  await page.getByLabel('User name').fill('amina')
  await page.getByLabel('Password').fill('a guess')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').waitFor()
  await page.goto(`${at.origin}/signout`)
  await page.goBack()
  assert.equal(await page.locator('input[name=next]').inputValue(), '/portal?q=dev')
  assert.equal(await page.getByRole('alert').count(), 0)
})

test('browsers that ask for /favicon.ico get one', async () => {
  await using at = await openDemo()
  const answer = await fetch(`${at.origin}/favicon.ico`)
  assert.equal(answer.headers.get('content-type'), 'image/x-icon')
  const bytes = Buffer.from(await answer.arrayBuffer())
  assert.deepEqual([bytes.readUInt16LE(2), bytes.readUInt16LE(4)], [1, 2])
})

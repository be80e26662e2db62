import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser, type Shown } from '../../http/browser.ts'
import { openRig, type Rig } from '../rig.ts'
import { sendForm } from '../sent-form.ts'

const allow = (...Action: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
})

let rig: Rig
before(async () => {
  rig = await openRig({ Looker: allow('gatehouse:ListSessions'), Other: allow('iam:GetRole') })
})
after(() => rig[Symbol.asyncDispose]())

const plain = ({ text }: Shown) => text.replaceAll('<wbr>', '').replaceAll('&quot;', '"')
/** The sessions of a list, as `WHO WHERE`, with their addresses. */
function rowsOf(shown: Shown) {
  const rows = [...plain(shown).matchAll(/<tr><th scope="row">([\s\S]*?)<\/tr>/g)]
  return rows.map(([, inside = '']) => ({
    href: /href="([^"]+)"/.exec(inside)?.[1] ?? '',
    name: />([^<]+)<\/a>/.exec(inside)?.[1],
    where: /<td>([^<]*)/.exec(inside)?.[1],
  }))
}
const named = (shown: Shown) => rowsOf(shown).map(({ name, where }) => `${name} ${where}`)

/** The list is written behind the sign-in. */
async function listed(browser: Browser, query: string, most = 1): Promise<Shown> {
  for (let looks = 0; ; looks++) {
    const shown = await browser.get(`/console/sessions?${query}`)
    assert.equal(shown.status, 200, shown.text)
    if (rowsOf(shown).length >= most || looks >= 200) return shown
  }
}

async function signedIn(): Promise<Browser> {
  rig.running.clock.pass(1)
  const browser = new Browser(rig.running.origin)
  await browser.signIn('jonas', 'jonas-demo-2026')
  return browser
}

async function openConsole(browser: Browser): Promise<void> {
  const portal = await browser.get('/portal')
  const grant = portal.hidden('grant')
  const opened = await browser.post('/portal/console', { _csrf: portal.csrf, grant })
  assert.equal(opened.status, 303, opened.text)
}

async function end(admin: Browser, href: string, how = 'end'): Promise<Shown> {
  const question = await admin.get(`${href}/${how}`)
  assert.equal(question.status, 200, question.text)
  const sent = await sendForm(admin, `${href}/${how}`, question, {})
  if (sent.status !== 403) assert.equal(sent.location, '/console/sessions', plain(sent))
  return sent
}

test('a browser and its console are listed, and go when the person signs out', async () => {
  const browser = await signedIn()
  await openConsole(browser)
  const admin = await rig.consoleAs('Admin')
  const shown = await listed(admin, 'person=JONAS', 2)
  assert.deepEqual(named(shown).toSorted(), ['jonas Browser', 'jonas Console'])
  assert.deepEqual(named(await listed(admin, 'person=jonas&kind=console')), ['jonas Console'])
  assert.deepEqual(named(await listed(admin, 'person=nobody', 0)), [])
  const { csrf } = await browser.get('/portal')
  await browser.post('/signout', { _csrf: csrf })
  assert.deepEqual(named(await listed(admin, 'person=jonas', 0)), [])
})

test('ending a sign-in signs the browser out, with its console, by one event', async () => {
  const browser = await signedIn()
  await openConsole(browser)
  const admin = await rig.consoleAs('Admin')
  await listed(admin, 'person=jonas', 2)
  const [row] = rowsOf(await listed(admin, 'person=jonas&kind=sign-in'))
  const page = await admin.get(row!.href)
  assert.match(plain(page), /<dt>Proved by<\/dt><dd>staff/)
  const calls = await rig.callsOf(async () => {
    await end(admin, row!.href)
  })
  assert.deepEqual(
    calls.map(({ eventName }) => eventName),
    ['ListSessions', 'ListSessions', 'EndSession'],
  )
  assert.equal((await browser.get('/console/roles')).status, 303)
  const portal = await browser.get('/portal')
  assert.equal(portal.status, 303, portal.text)
  assert.match(portal.location ?? '', /^\/signin/)
  assert.deepEqual(named(await listed(admin, 'person=jonas', 0)), [])
  assert.equal((await admin.get(row!.href)).status, 404)
  await browser.signIn('jonas', 'jonas-demo-2026')
  assert.equal((await browser.get('/portal')).status, 200, 'a new sign-in is another one')
})

test('ending a console leaves the sign-in', async () => {
  const browser = await signedIn()
  await openConsole(browser)
  const admin = await rig.consoleAs('Admin')
  const [row] = rowsOf(await listed(admin, 'person=jonas&kind=console'))
  await end(admin, row!.href)
  const ended = await browser.get('/console')
  assert.equal(ended.status, 403)
  assert.match(ended.title, /ended|revoked/i)
  assert.equal((await browser.get('/portal')).status, 200)
})

test('all of a person end: browsers, consoles and credentials', async () => {
  const [one, other] = [await signedIn(), await signedIn()]
  await openConsole(one)
  const admin = await rig.consoleAs('Admin')
  const [row] = rowsOf(await listed(admin, 'person=jonas&kind=sign-in', 2))
  rig.running.clock.pass(1)
  await end(admin, row!.href, 'end-all')
  assert.equal((await one.get('/console')).status, 403)
  assert.notEqual((await other.get('/portal')).status, 200)
  assert.notEqual((await one.get('/portal')).status, 200)
})

test('a user with a password is listed by name, and ends', async () => {
  const Password = 'Long-enough-2026'
  await rig.iam('CreateUser', { UserName: 'petra' })
  await rig.iam('CreateLoginProfile', { UserName: 'petra', Password })
  const browser = new Browser(rig.running.origin)
  const form = await browser.get('/signin/demo')
  const sent = await browser.post(/action="([^"]+)"/.exec(form.text)?.[1] ?? '/signin/demo', {
    _csrf: form.csrf,
    account: 'demo',
    username: 'petra',
    password: Password,
  })
  assert.equal(sent.status, 303, sent.text)
  const admin = await rig.consoleAs('Admin')
  const [row] = rowsOf(await listed(admin, 'person=petra'))
  assert.equal(row?.where, 'Console')
  assert.ok(plain(await admin.get(row.href)).includes('user/petra'))
  await end(admin, row.href)
  assert.equal((await browser.get('/console')).status, 403)
})

test('the list is asked for and ended only with the permission of the wire', async () => {
  await signedIn()
  const looker = await rig.consoleAs('Looker')
  const [row] = rowsOf(await listed(looker, 'person=jonas'))
  const refused = await end(looker, row!.href)
  assert.equal(refused.status, 403)
  assert.match(refused.text, /not authorized to perform: gatehouse:EndSession/)
  const other = await rig.consoleAs('Other')
  for (const path of ['', '/8200000000000.aaaaaaaaaaaa', '/8200000000000.aaaaaaaaaaaa/end'])
    assert.equal((await other.get(`/console/sessions${path}`)).status, 403, path)
  const admin = await rig.consoleAs('Admin')
  for (const id of ['8200000000000.aaaaaaaaaaaa', '<script>', 'x'.repeat(300), '%00'])
    assert.equal((await admin.get(`/console/sessions/${encodeURIComponent(id)}`)).status, 404, id)
})

test('pages of many sessions go on where the last ended, and files have them all', async () => {
  for (let i = 0; i < 3; i++) await signedIn()
  const admin = await rig.consoleAs('Admin')
  const csv = await admin.get('/console/sessions?person=jonas&as=csv')
  const lines = csv.text.trim().split('\r\n')
  assert.match(lines[0] ?? '', /^Who,Where,Since,Last seen,From,Until,Program,End/)
  assert.ok(lines.length > 3, csv.text)
})

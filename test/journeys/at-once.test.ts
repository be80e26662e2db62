import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from '../http/browser.ts'
import { demoSettings, openRunning } from './running.ts'

const people = [
  ['amina', 'Amina'],
  ['jonas', 'Jonas'],
] as const

test('people who sign in at the same moment are each who they are', async () => {
  await using running = await openRunning(await demoSettings())
  const browsers = await Promise.all(
    Array.from({ length: 8 }, async (_, i) => {
      const browser = new Browser(running.origin)
      const [name, shown] = people[i % 2]!
      const { csrf } = await browser.get('/signin?connector=staff')
      return { browser, name, shown, csrf }
    }),
  )
  const answers = await Promise.all(
    browsers.map(({ browser, name, csrf }) =>
      browser.post('/signin', {
        _csrf: csrf,
        connector: 'staff',
        username: name,
        password: `${name}-demo-2026`,
        next: '',
      }),
    ),
  )
  assert.deepEqual(
    answers.map(({ status }) => status),
    browsers.map(() => 303),
  )
  for (const { browser, shown } of browsers) {
    const portal = await browser.get('/portal')
    assert.ok(portal.text.includes(shown))
    for (const [, other] of people)
      if (other !== shown) assert.ok(!portal.text.includes(other), `${shown} is not ${other}`)
  }
})

test('a right password and a wrong one at the same moment do not change places', async () => {
  await using running = await openRunning(await demoSettings())
  const [right, wrong] = [new Browser(running.origin), new Browser(running.origin)]
  const [one, other] = [
    await right.get('/signin?connector=staff'),
    await wrong.get('/signin?connector=staff'),
  ]
  const form = (csrf: string, password: string) => ({
    _csrf: csrf,
    connector: 'staff',
    username: 'amina',
    password,
    next: '',
  })
  const [entered, refused] = await Promise.all([
    right.post('/signin', form(one.csrf, 'amina-demo-2026')),
    wrong.post('/signin', form(other.csrf, 'a guess')),
  ])
  assert.deepEqual([entered.status, refused.status], [303, 401])
  assert.equal((await wrong.get('/portal')).location, '/signin')
})

test('a form that is sent twice at once is answered twice', async () => {
  await using running = await openRunning(await demoSettings())
  const browser = new Browser(running.origin)
  const { csrf } = await browser.get('/signin?connector=staff')
  const form = {
    _csrf: csrf,
    connector: 'staff',
    username: 'amina',
    password: 'amina-demo-2026',
    next: '',
  }
  const answers = await Promise.all([browser.post('/signin', form), browser.post('/signin', form)])
  for (const { status } of answers) assert.ok([303, 403].includes(status), String(status))
  assert.deepEqual(
    running.logged.filter((line) => line.includes('failed')),
    [],
  )
})

test('opening a console in one tab leaves the forms of other tabs valid', async () => {
  await using running = await openRunning(await demoSettings())
  const browser = new Browser(running.origin)
  await browser.signIn('amina', 'amina-demo-2026')
  const [first, second] = [await browser.get('/portal'), await browser.get('/portal')]
  const session = browser.cookies.get('gatehouse')
  assert.equal(
    (await browser.post('/portal/console', { _csrf: second.csrf, grant: second.hidden('grant') }))
      .location,
    '/console',
  )
  assert.notEqual(
    browser.cookies.get('gatehouse'),
    session,
    'the session has a new id all the same',
  )
  const asked = { _csrf: first.csrf, grant: first.hidden('grant') }
  const { location } = await browser.post('/portal/credentials', asked)
  assert.match((await browser.get(location ?? '')).text, /ASIA[A-Z2-7]{16}/)
  assert.equal((await browser.post('/signout', { _csrf: first.csrf })).location, '/signout')
  assert.equal((await browser.get('/portal')).location, '/signin')
})

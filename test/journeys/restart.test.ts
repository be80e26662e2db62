import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from '../http/browser.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import type { Keys } from './aws-cli.ts'
import { loginUrl, signedCall, signInToken } from './broker.ts'
import { demoSettings, openSite, type Served, startServed } from './running.ts'

const jonas = ['jonas', 'jonas-demo-2026'] as const

async function whoIs(origin: string, keys: Keys): Promise<string> {
  return (
    /<Arn>(.*?)<\/Arn>/.exec(
      await signedCall(origin, keys, { Action: 'GetCallerIdentity' }),
    )?.[1] ?? 'nobody'
  )
}

/** A person with a portal, a console and credentials. */
async function settleIn(origin: string): Promise<{ browser: Browser; keys: Keys }> {
  const browser = new Browser(origin)
  assert.equal((await browser.signIn(...jonas)).location, '/portal')
  const portal = await browser.get('/portal')
  await browser.post('/portal/console', { _csrf: portal.csrf, grant: portal.hidden('grant') })
  assert.equal((await browser.get('/console')).title, 'Developer')
  return { browser, keys: (await assumeWithPassword(origin, ...jonas)).keys }
}

async function goesOn(browser: Browser, keys: Keys, address: string): Promise<void> {
  const moved = new Browser(address)
  for (const [name, value] of browser.cookies) moved.cookies.set(name, value)
  assert.equal((await moved.get('/portal')).title, 'Your roles')
  assert.equal((await moved.get('/console')).title, 'Developer')
  assert.equal(await whoIs(address, keys), 'arn:aws:sts::111122223333:assumed-role/Developer/jonas')
}

function withoutDeveloper(demo: string): string {
  return demo
    .replace(/ {6}Developer:[\s\S]*?(?= {6}Auditor:)/, '')
    .replace(/ {2}- name: developers[\s\S]*?(?= {2}- name: auditors)/, '')
}

for (const [how, end] of [
  ['a stop', (served: Served) => served[Symbol.asyncDispose]()],
  [
    'a power cut',
    async (served: Served) => {
      process.kill(served.pid, 'SIGKILL')
      await served[Symbol.asyncDispose]()
    },
  ],
] as const) {
  test(`after ${how} and a start, sessions continue and used tokens stay used`, async () => {
    await using site = await openSite()
    const first = await startServed(site, await demoSettings())
    const { browser, keys } = await settleIn(first.origin)
    const [used, unused] = [
      await signInToken(first.origin, keys),
      await signInToken(first.origin, keys),
    ]
    assert.equal((await new Browser(first.origin).get(loginUrl('', used.token))).status, 303)
    const waiting = new Browser(first.origin)
    const form = await waiting.get('/signin')
    await end(first)

    await using second = await startServed(site, await demoSettings())
    await goesOn(browser, keys, second.origin)
    assert.equal(
      (await new Browser(second.origin).get(loginUrl('', used.token))).status,
      400,
      'used before',
    )
    assert.equal(
      (await new Browser(second.origin).get(loginUrl('', unused.token))).status,
      303,
      'not used before',
    )
    // In the middle of a sign-in: the form is from before.
    const entered = await waiting.post('/signin', {
      _csrf: form.csrf,
      connector: 'staff',
      username: jonas[0],
      password: jonas[1],
      next: '/portal',
    })
    assert.equal(entered.location, '/portal')
  })
}

test('two processes on the same data serve the same sessions and end them alike', async () => {
  await using site = await openSite()
  await using one = await startServed(site, await demoSettings())
  await using two = await startServed(site, await demoSettings(), { beside: true })
  const { browser, keys } = await settleIn(one.origin)
  await goesOn(browser, keys, two.origin)
  const { token } = await signInToken(two.origin, keys)
  const logins = await Promise.all(
    [one, two, one, two].map(({ origin }) => new Browser(origin).get(loginUrl('', token))),
  )
  assert.deepEqual(logins.map(({ status }) => status).sort(), [303, 400, 400, 400])
  const page = await browser.get('/signout')
  await browser.post('/signout', { _csrf: page.csrf })
  const moved = new Browser(two.origin)
  for (const [name, value] of browser.cookies) moved.cookies.set(name, value)
  assert.equal((await moved.get('/portal')).location, '/signin')
  assert.equal(
    await whoIs(two.origin, keys),
    'arn:aws:sts::111122223333:assumed-role/Developer/jonas',
    'credentials that were copied stay',
  )
  await one.rewrite(withoutDeveloper(await demoSettings()))
  await one.untilSaid('"reloaded"')
  assert.equal(await whoIs(two.origin, keys), 'nobody', 'a role that one removes is gone for both')
})

test('a changed file is applied without dropping a session; a bad one is refused', async () => {
  await using site = await openSite()
  const demo = await demoSettings()
  await using served = await startServed(site, demo)
  const { browser, keys } = await settleIn(served.origin)
  const roles = async () =>
    [
      ...(await browser.get('/portal')).text.matchAll(
        /as (\w+) in [\w-]+<\/span><\/button>\n<button/g,
      ),
    ].map(([, name]) => name)
  assert.deepEqual(await roles(), ['Developer'])

  // By the watcher, without a signal.
  await served.rewrite(
    demo.replace(`when: '"admins" in identity.groups'`, `when: '"developers" in identity.groups'`),
  )
  await served.untilSaid('"reloaded"')
  assert.deepEqual(await roles(), ['Developer', 'BillingViewer'])
  await goesOn(browser, keys, served.origin)

  // Each has a mistake in one place, and a change in another that would be fine alone.
  const renamed = demo.replace('name: developers', 'name: renamed')
  const bad = {
    'expected a duration': renamed.replace('maxDuration: 1h', 'maxDuration: 1 fortnight'),
    grups: renamed.replace('"auditors" in identity.groups', '"auditors" in identity.grups'),
  }
  for (const [index, [words, text]] of Object.entries(bad).entries()) {
    await served.rewrite(text)
    await served.untilSaid('"reload-refused"', index + 1)
    assert.match(
      served.said(),
      new RegExp(`^${served.configFile}:\\d+:\\d+: mappings.*${words}`, 'm'),
    )
    assert.deepEqual(await roles(), ['Developer', 'BillingViewer'], 'the old one stays')
    await goesOn(browser, keys, served.origin)
  }
  process.kill(served.pid, 'SIGHUP')
  await served.untilSaid('"reload-refused"', 3)
  await served.rewrite(demo)
  await served.untilSaid('"reloaded"', 2)
  assert.deepEqual(await roles(), ['Developer'])
  await goesOn(browser, keys, served.origin)
})

test('a role or a person that leaves the file loses its sessions at the next click', async () => {
  await using site = await openSite()
  const demo = await demoSettings()
  await using served = await startServed(site, demo)
  const { browser, keys } = await settleIn(served.origin)
  await served.rewrite(withoutDeveloper(demo))
  await served.untilSaid('"reloaded"')
  assert.equal((await browser.get('/console')).title, 'Your session ended')
  assert.match(
    await signedCall(served.origin, keys, { Action: 'GetCallerIdentity' }),
    /<Code>InvalidClientTokenId</,
  )
  assert.equal((await browser.get('/portal')).title, 'You are signed in, but have no role yet')
  // A role of that name that comes again is another role.
  await served.rewrite(demo)
  await served.untilSaid('"reloaded"', 2)
  assert.equal((await browser.get('/console')).title, 'Your session ended')
  assert.equal(await whoIs(served.origin, keys), 'nobody')
  assert.equal((await browser.get('/portal')).title, 'Your roles')
})

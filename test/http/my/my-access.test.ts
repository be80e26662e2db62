import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openUsers } from '../../sign-in/user/users.ts'
import type { Browser } from '../browser.ts'

const at = await openUsers()
after(() => at[Symbol.asyncDispose]())
const { running } = at.rig

async function amina(): Promise<Browser> {
  const browser = at.browser()
  await browser.signIn('amina', 'amina-demo-2026')
  return browser
}

/** The buttons that end something, by what they say. */
async function endings(browser: Browser): Promise<ReadonlyMap<string, string>> {
  const { text } = await browser.get('/portal/access')
  const buttons = text.matchAll(/name="id" value="([^"]+)" aria-label="End: ([^,]+),/g)
  return new Map([...buttons].map(([, id, what]) => [what!, id!]))
}

async function end(browser: Browser, what: string): Promise<void> {
  const id = (await endings(browser)).get(what)
  assert.ok(id, what)
  const { csrf } = await browser.get('/portal/access')
  const answer = await browser.post('/portal/access/end', { _csrf: csrf, id })
  assert.equal(answer.location, '/portal/access')
}

async function take(browser: Browser, role: string): Promise<string> {
  const portal = await browser.get('/portal')
  const fields = { _csrf: portal.csrf, grant: portal.choice(role) }
  const { location } = await browser.post('/portal/credentials', fields)
  return location!.replace('#open', '')
}

test('a person sees what lives of them, and ends a sign-in of another browser', async () => {
  const [here, there] = [await amina(), await amina()]
  const page = await here.get('/portal/access')
  assert.match(page.text, /Developer/)
  assert.match(page.text, /This browser/)
  assert.deepEqual([...(await endings(here)).keys()], ['Sign-in'])
  await end(here, 'Sign-in')
  assert.match((await here.get('/portal/access')).text, /It has ended/)
  const away = await there.get('/portal')
  assert.equal(away.location, '/signin')
  assert.equal((await here.get('/portal')).status, 200)
  const [event] = await at.events('EndSession', () => true)
  assert.equal(event?.userIdentity.userName, 'amina')
  assert.equal(event?.responseElements.EndSession, 'Success')
})

test('credentials and consoles end one by one, with what was made with them', async () => {
  const [here, there] = [await amina(), await amina()]
  const shown = await take(there, 'Developer')
  assert.match((await there.get(shown)).text, /AWS_SESSION_TOKEN/)
  const portal = await there.get('/portal')
  const opening = { _csrf: portal.csrf, grant: portal.choice('Admin') }
  assert.equal((await there.post('/portal/console', opening)).location, '/console')
  assert.equal((await there.get('/console/users')).status, 200)
  const found = await endings(here)
  assert.ok(found.has('Credentials · Developer') && found.has('Console · Admin'), `${[...found]}`)
  running.clock.pass(1)
  await end(here, 'Credentials · Developer')
  assert.doesNotMatch((await there.get(shown)).text, /AWS_SESSION_TOKEN/)
  assert.equal((await there.get('/console/users')).status, 200)
  await end(here, 'Console · Admin')
  assert.equal((await there.get('/console/users')).status, 403)
  assert.equal((await there.get('/portal')).status, 200)
})

test('nobody ends what is another’s, and what is gone is gone', async () => {
  const [here, jonas] = [await amina(), at.browser()]
  await jonas.signIn('jonas', 'jonas-demo-2026')
  const { csrf, text } = await here.get('/portal/access')
  assert.doesNotMatch(text, /jonas/)
  const other = await amina()
  const now = (await here.get('/portal/access')).text
  const theirs = [...now.matchAll(/name="id" value="([^"]+)"/g)]
    .map(([, id]) => id!)
    .find((id) => !text.includes(id))!
  const page = await jonas.get('/portal/access')
  await jonas.post('/portal/access/end', { _csrf: page.csrf, id: theirs })
  assert.equal((await other.get('/portal')).status, 200)
  const none = await here.post('/portal/access/end', { _csrf: csrf, id: 'x'.repeat(9000) })
  assert.equal(none.location, '/portal/access')
  assert.equal((await here.post('/portal/access/end', { id: theirs })).status, 403)
  const out = await other.get('/signout')
  await other.post('/signout', { _csrf: out.csrf })
  const left = (await here.get('/portal/access')).text
  assert.equal(left.includes(theirs), false, 'who left is not told any more')
  running.clock.pass(13 * 3600)
  const later = await amina()
  assert.deepEqual([...(await endings(later)).keys()], [])
})

test('a user ends a sign-in and the console of a role, and stars roles', async () => {
  const assuming = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }
  await at.user('ann', { policy: assuming })
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' }],
  }
  for (const RoleName of ['Alpha', 'Omega'])
    await at.rig.iam('CreateRole', { RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) })
  const [here, there] = [await at.signedIn('ann'), await at.signedIn('ann')]
  const { csrf } = await there.get('/portal')
  assert.equal(
    (await there.post('/portal/role', { _csrf: csrf, role: 'Omega' })).location,
    '/console',
  )
  const order = async () =>
    [...(await here.get('/portal')).text.matchAll(/aria-label="Take (Alpha|Omega)"/g)].map(
      ([, name]) => name,
    )
  assert.deepEqual(await order(), ['Omega', 'Alpha'], 'taken lately')
  const form = await here.get('/portal')
  const alpha = 'arn:aws:iam::111122223333:role/Alpha'
  const starred = await here.post('/portal/role/star', { _csrf: form.csrf, star: alpha })
  assert.equal(starred.location, '/portal#roles')
  assert.deepEqual(await order(), ['Alpha', 'Omega'])
  await here.post('/portal/role/star', { _csrf: form.csrf, unstar: alpha })
  assert.deepEqual(await order(), ['Omega', 'Alpha'])
  running.clock.pass(1)
  await end(here, 'Console · Omega')
  assert.equal((await there.get('/console')).status, 403)
  await end(here, 'Sign-in')
  assert.equal((await there.get('/portal/security')).status, 303)
  assert.equal((await here.get('/portal/security')).status, 200)
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { account, openUsers } from '../../sign-in/user/users.ts'
import { Browser } from '../browser.ts'

const at = await openUsers()
after(() => at[Symbol.asyncDispose]())

const userArn = (name: string) => `arn:aws:iam::${account}:user/${name}`
const trust = (name: string, Condition: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: userArn(name) }, Action: 'sts:AssumeRole', Condition },
    ],
  })
const role = (RoleName: string, AssumeRolePolicyDocument: string) =>
  at.rig.iam('CreateRole', { RoleName, AssumeRolePolicyDocument, Description: `for ${RoleName}` })
const send = async (browser: Browser, path: string, fields: Record<string, string>) => {
  const { csrf } = await browser.get('/portal')
  return browser.post(path, { _csrf: csrf, ...fields })
}

test('a user sees the roles that would be given, takes one, and goes back', async () => {
  await at.user('ann', { policy: { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' } })
  await at.user('bob')
  await role('Trusted', trust('ann'))
  await role('OnlyMfa', trust('ann', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }))
  await role('OfBob', trust('bob'))
  const browser = await at.signedIn('ann')
  const portal = await browser.get('/portal')
  const shown = [...portal.text.matchAll(/aria-label="Take (\w+)"/g)].map(([, name]) => name)
  assert.deepEqual(shown, ['Trusted'])
  const arn = `arn:aws:iam::${account}:role/Trusted`
  const taken = await send(browser, '/portal/role', { role: arn })
  assert.equal(taken.location, '/console')
  assert.match((await browser.get('/console')).text, /<h1>Trusted<\/h1>/)
  assert.equal((await browser.get('/console/users')).status, 403)
  const own = await browser.get('/portal/own-console')
  assert.equal(own.location, '/console')
  assert.equal((await browser.get('/console/users')).status, 200)
  // By name, and what is refused keeps what was typed.
  assert.equal((await send(browser, '/portal/role', { role: 'Trusted' })).location, '/console')
  for (const wrong of ['OfBob', 'Nobody', '"><script>', 'arn:aws:iam::999988887777:role/x']) {
    const refused = await send(browser, '/portal/role', { role: wrong })
    assert.ok([400, 403].includes(refused.status), `${refused.status} ${wrong}`)
    assert.doesNotMatch(refused.text, /"><script>/)
  }
  const [event] = await at.events('AssumeRole', ({ errorCode }) => errorCode === undefined)
  assert.equal(event?.userIdentity.arn, userArn('ann'))
})

test("a role's console ends with the password with which its user signed in", async () => {
  await at.user('cem')
  await role('ForCem', trust('cem'))
  const browser = await at.signedIn('cem')
  await send(browser, '/portal/role', { role: 'ForCem' })
  assert.equal((await browser.get('/console')).status, 200)
  at.rig.running.clock.pass(1)
  await at.rig.iam('UpdateLoginProfile', { UserName: 'cem', Password: 'Another-horse-2' })
  assert.equal((await browser.get('/console')).status, 403)
  assert.equal((await browser.get('/portal')).status, 303)
})

test('leaving the console of a role keeps the user signed in', async () => {
  await at.user('dan')
  await role('ForDan', trust('dan'))
  const browser = await at.signedIn('dan')
  await send(browser, '/portal/role', { role: 'ForDan' })
  const { csrf } = await browser.get('/console')
  await browser.post('/console/signout', { _csrf: csrf })
  assert.match((await browser.get('/portal')).text, /Your access/)
  await browser.get('/portal/own-console')
  assert.equal((await browser.get('/console')).status, 200)
})

test('"this was not me" ends every session of the user, and tells the operator', async () => {
  await at.user('eve')
  const thief = await at.signedIn('eve')
  at.rig.running.clock.pass(60)
  const browser = await at.signedIn('eve')
  const page = await browser.get('/portal/sign-ins')
  const times = [...page.text.matchAll(/name="at" value="([^"]+)"/g)].map(([, one]) => one!)
  assert.equal(times.length, 2)
  const made = await send(browser, '/portal/sign-ins/not-me', { at: 'yesterday' })
  assert.equal(made.location, '/portal/sign-ins')
  const ended = await send(browser, '/portal/sign-ins/not-me', { at: times[1]! })
  assert.equal(ended.title, 'Your sign-ins have ended')
  assert.equal((await thief.get('/console')).status, 403)
  assert.equal((await browser.get('/portal')).status, 303)
  const [event] = await at.events('SignInDisputed', () => true)
  assert.equal(event?.userIdentity.userName, 'eve')
  assert.deepEqual(event?.requestParameters, { signedInAt: times[1] })
  at.rig.running.clock.pass(1)
  assert.equal((await (await at.signedIn('eve')).get('/console')).status, 200)
})

test('people of a directory have their last sign-ins too', async () => {
  const [thief, browser] = [at.browser(), at.browser()]
  await thief.signIn('amina', 'amina-demo-2026')
  at.rig.running.clock.pass(60)
  await browser.signIn('amina', 'amina-demo-2026')
  assert.match((await browser.get('/portal')).text, /href="\/portal\/access"/)
  const page = await browser.get('/portal/sign-ins')
  const [, , earlier] = page.text.split('name="at" value="')
  const fields = { _csrf: page.csrf, at: earlier!.slice(0, 24) }
  const ended = await browser.post('/portal/sign-ins/not-me', fields)
  assert.equal(ended.title, 'Your sign-ins have ended')
  assert.notEqual((await thief.get('/portal')).status, 200)
  const events = await at.events('SignInDisputed', ({ userIdentity }) => !userIdentity.arn)
  assert.equal(events.length, 1)
  assert.equal((await new Browser(at.rig.running.origin).get('/portal/sign-ins')).status, 303)
})

test('a user signs out everywhere', async () => {
  await at.user('fay')
  const [browser, elsewhere] = [await at.signedIn('fay'), await at.signedIn('fay')]
  const { csrf } = await browser.get('/signout')
  const answer = await browser.post('/signout/everywhere', { _csrf: csrf })
  assert.equal(answer.location, '/signout')
  assert.match((await browser.get('/signout')).text, /signed out everywhere/)
  const ended = await elsewhere.get('/console')
  assert.equal(ended.status, 403)
  assert.match(ended.text, /You signed out everywhere/)
})

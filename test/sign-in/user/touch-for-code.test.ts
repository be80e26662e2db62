import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { optionsIn } from '../../console/sent-form.ts'
import type { SoftKey } from '../../credentials/soft-key.ts'
import type { Browser, Shown } from '../../http/browser.ts'
import type { Keys } from '../../journeys/aws-cli.ts'
import { credentialsOf, iamCall, signedCall } from '../../journeys/broker.ts'
import { openUsers } from './users.ts'

const withMfa = {
  Effect: 'Allow',
  Action: '*',
  Resource: '*',
  Condition: {
    Bool: { 'aws:MultiFactorAuthPresent': 'true' },
    NumericLessThan: { 'aws:MultiFactorAuthAge': '600' },
  },
}

const at = await openUsers()
after(() => at[Symbol.asyncDispose]())
const { running } = at.rig

/** A user with an access key and a security key. */
async function robot(UserName: string): Promise<{ readonly keys: Keys; readonly soft: SoftKey }> {
  await at.user(UserName, { policy: withMfa })
  const made = await at.rig.iam('CreateAccessKey', { UserName })
  const [, AccessKeyId = ''] = /<AccessKeyId>([^<]*)</.exec(made) ?? []
  const [, SecretAccessKey = ''] = /<SecretAccessKey>([^<]*)</.exec(made) ?? []
  return { keys: { AccessKeyId, SecretAccessKey }, soft: await at.key(UserName) }
}

function call(keys: Keys, fields: Readonly<Record<string, string>>): Promise<string> {
  return iamCall(running.origin, keys, fields, running.clock.now())
}

function text(xml: string, element: string): string {
  const [, found = ''] = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml) ?? []
  return found.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

/** The page that a program of the user is led to. */
async function askedFor(keys: Keys, browser: Browser, more = {}): Promise<Shown> {
  const begun = await call(keys, { Action: 'GetSecurityKeyChallenge', ...more })
  const address = new URL(text(begun, 'Address'))
  assert.equal(address.origin, running.origin)
  return browser.get(`${address.pathname}${address.search}`)
}

function answer(browser: Browser, page: Shown, response: string): Promise<Shown> {
  const ticket = page.hidden('ticket')
  return browser.post('/mfa', { _csrf: page.csrf, ticket, response })
}

const shownIn = (page: Shown, what: string) =>
  new RegExp(`data-${what}>([^<]*)<`).exec(page.text)?.[1] ?? ''

/** GetSessionToken with a code; the answer's XML. */
async function sessionFor(keys: Keys, SerialNumber: string, TokenCode: string): Promise<string> {
  const Version = '2011-06-15'
  const fields = { Action: 'GetSessionToken', Version, SerialNumber, TokenCode }
  return signedCall(running.origin, keys, fields, running.clock.now())
}

test('a touched key gives a code, and the code a session with MFA', async () => {
  const { keys, soft } = await robot('ann')
  assert.match(await call(keys, { Action: 'ListUsers' }), /AccessDenied/)
  const browser = at.browser()
  const page = await askedFor(keys, browser)
  assert.match(page.text, /ann · account 1111 2222 3333/)
  const made = await answer(browser, page, soft.get(optionsIn(page)))
  const [code, serial] = [shownIn(made, 'code'), shownIn(made, 'serial')]
  assert.match(code, /^\d{6}$/)
  const session = credentialsOf(await sessionFor(keys, serial, code))
  assert.match(await call(session, { Action: 'ListUsers' }), /<UserName>ann</)
  assert.match(await sessionFor(keys, serial, code), /AccessDenied/, 'once')
  running.clock.pass(601)
  assert.match(await call(session, { Action: 'ListUsers' }), /AccessDenied/, 'by its age')
  const events = await running.events((all) => all.some((one) => one.eventName === 'CheckMfa'))
  const trail = JSON.stringify(events)
  assert.doesNotMatch(trail, new RegExp(code))
  assert.ok(!trail.includes(page.hidden('ticket')))
})

test('a wrong code and one of another key are refused; a code ends after two minutes', async () => {
  const [ann, bob] = [await robot('bea'), await robot('bob')]
  const browser = at.browser()
  const page = await askedFor(ann.keys, browser)
  const made = await answer(browser, page, ann.soft.get(optionsIn(page)))
  const [code, serial] = [shownIn(made, 'code'), shownIn(made, 'serial')]
  const wrong = code === '000000' ? '000001' : '000000'
  assert.match(await sessionFor(ann.keys, serial, wrong), /AccessDenied/)
  assert.match(await sessionFor(bob.keys, serial, code), /AccessDenied/)
  running.clock.pass(121)
  assert.match(await sessionFor(ann.keys, serial, code), /AccessDenied/)
})

test('a ticket opens nothing: it takes the user’s own key, once, within five minutes', async () => {
  const [ann, bob] = [await robot('cem'), await robot('dan')]
  const browser = at.browser()
  let page = await askedFor(ann.keys, browser)
  const options = optionsIn(page)
  page = await answer(browser, page, bob.soft.get(options))
  assert.equal(page.status, 401)
  const evil = await answer(browser, page, ann.soft.get(optionsIn(page), { origin: 'https://x.y' }))
  assert.equal(evil.status, 401)
  const bobs = await askedFor(bob.keys, browser)
  const crossed = await answer(browser, bobs, ann.soft.get(optionsIn(page)))
  assert.equal(crossed.status, 401)
  const response = ann.soft.get(optionsIn(page))
  assert.equal((await answer(browser, page, response)).status, 200)
  assert.equal((await answer(browser, page, response)).status, 401, 'replayed')
  running.clock.pass(301)
  assert.equal((await answer(browser, page, ann.soft.get(optionsIn(page)))).status, 410)
  assert.equal((await browser.get('/mfa?ticket=x')).status, 410)
  assert.equal((await browser.get('/mfa')).status, 410)
})

test('a code goes to a program on the same machine alone', async () => {
  const { keys, soft } = await robot('eve')
  const browser = at.browser()
  const state = 'a'.repeat(22)
  const ReturnTo = `http://127.0.0.1:4711/signed-in?state=${state}`
  const page = await askedFor(keys, browser, { ReturnTo })
  const made = await answer(browser, page, soft.get(optionsIn(page)))
  assert.match(
    made.text,
    /data-go-on="0" href="http:\/\/127\.0\.0\.1:4711\/signed-in\?state=a+&amp;/,
  )
  for (const elsewhere of [
    'https://evil.example/signed-in?state=aaaaaaaaaaaaaaaaaaaaaa',
    `http://127.0.0.1.evil.example:80/signed-in?state=${state}`,
    `http://127.0.0.1:80@evil.example/signed-in?state=${state}`,
    `http://localhost:4711/signed-in?state=${state}`,
    `http://127.0.0.1:4711/other?state=${state}`,
  ]) {
    const fields = { Action: 'GetSecurityKeyChallenge', ReturnTo: elsewhere }
    assert.match(await call(keys, fields), /ValidationError/, elsewhere)
  }
})

test('a user without a key, and a role, have nothing to ask for', async () => {
  await at.user('fay', { policy: withMfa })
  const made = await at.rig.iam('CreateAccessKey', { UserName: 'fay' })
  const keys = {
    AccessKeyId: text(made, 'AccessKeyId'),
    SecretAccessKey: text(made, 'SecretAccessKey'),
  }
  assert.match(await call(keys, { Action: 'GetSecurityKeyChallenge' }), /NoSuchEntity/)
})

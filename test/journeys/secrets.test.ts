import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { html } from '../../views/html.ts'
import { Browser } from '../http/browser.ts'
import { requirePeer } from '../peers/require.ts'
import { startSlapd } from '../peers/slapd.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { brokerKeys, credentialsOf, loginUrl, signedCall, signInToken } from './broker.ts'
import { directorySettings, engineer, slapdConnector } from './directory-settings.ts'
import { demoSettings, openSite, type Served, startServed } from './running.ts'

/** Keeps every answer of every fetch, as it came over the wire. */
function recordAnswers(
  t: TestContext,
): readonly { readonly head: string; readonly text: string }[] {
  const answers: { head: string; text: string }[] = []
  const { fetch } = globalThis
  t.mock.method(globalThis, 'fetch', async (...given: Parameters<typeof fetch>) => {
    const answer = await fetch(...given)
    answers.push({ head: JSON.stringify([...answer.headers]), text: await answer.clone().text() })
    return answer
  })
  return answers
}

/** As it is, and as encodings that logs and pages use would show it. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const inForm = new URLSearchParams({ x: secret }).toString().slice(2)
  const inJson = JSON.stringify(secret).slice(1, -1)
  const inHtml = html`${secret}`.text
  return [
    secret,
    encodeURIComponent(secret),
    inForm,
    inJson,
    inHtml,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('hex'),
  ]
}

const holds = (text: string, secret: string) =>
  spellings(secret).some((spelling) => text.includes(spelling))

/**
 * What an operator or a backup sees: log, trail, metrics, and the files of the data folder but the
 * settings and the root key.
 */
async function whatIsKept(served: Served): Promise<Readonly<Record<string, string>>> {
  const log = served.said()
  assert.ok(log.length < 8000, 'else the first lines are no longer there to be searched')
  const kept: Record<string, string> = { log }
  for (const path of ['metrics', 'readyz'])
    kept[path] = await (await fetch(`${served.operations}/${path}`)).text()
  for (const name of await readdir(served.folder)) {
    if (!/\.yaml$|^root\.key$/.test(name))
      kept[name] = (await readFile(join(served.folder, name))).toString('latin1')
  }
  return kept
}

function assertNowhere(
  kept: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
): void {
  for (const [place, text] of Object.entries(kept)) {
    for (const [what, secret] of Object.entries(secrets))
      assert.equal(holds(text, secret), false, `${what} stands in ${place}`)
  }
}

interface Passwords {
  readonly right: string
  readonly wrong: string
  readonly asName: string
  readonly long: string
}

/**
 * Enters passwords as people do: right, wrong, in the wrong field, in a query, twice, and longer
 * than an operation takes.
 */
async function enterPasswords(origin: string, browser: Browser, passwords: Passwords) {
  await browser.signIn('jonas', passwords.wrong)
  await browser.signIn(passwords.asName, 'x')
  await browser.signIn('jonas', passwords.right)
  const portal = await browser.get('/portal')
  const { location } = await browser.post('/portal/credentials', {
    _csrf: portal.csrf,
    grant: portal.hidden('grant'),
  })
  const panel = await browser.get(location ?? '')
  const shown =
    /"SecretAccessKey": "(.*?)",\s*"SessionToken": "(.*?)"/s.exec(
      panel.text.replaceAll('&quot;', '"'),
    ) ?? assert.fail(panel.text)
  await browser.post('/portal/console', {
    _csrf: (await browser.get('/portal')).csrf,
    grant: portal.hidden('grant'),
  })
  await browser.get('/console')
  const wire = await assumeWithPassword(origin, 'jonas', passwords.right)
  await assumeWithPassword(origin, 'jonas', passwords.wrong)
  await assumeWithPassword(origin, 'jonas', passwords.long)
  await assumeWithPassword(origin, 'jonas', passwords.right, { DurationSeconds: '1' })
  await assumeWithPassword(origin, 'jonas', passwords.right, {
    RoleArn: 'arn:aws:iam::111122223333:role/Auditor',
  })
  const inQuery = new URLSearchParams({
    Action: 'AssumeRoleWithLDAPIdentity',
    LDAPUsername: 'jonas',
    LDAPPassword: passwords.right,
  })
  await fetch(`${origin}/?${inQuery}`)
  const doubled = new URLSearchParams([
    ['Action', 'AssumeRoleWithLDAPIdentity'],
    ['LDAPPassword', passwords.right],
    ['LDAPPassword', passwords.wrong],
  ])
  await fetch(origin, { method: 'POST', body: doubled })
  const unprotected = new URLSearchParams({ username: 'jonas', password: passwords.right })
  await fetch(`${origin}/signin?password=${encodeURIComponent(passwords.wrong)}`, {
    method: 'POST',
    body: unprotected,
  })
  return { shown, wire }
}

/** Signs calls as programs do: signatures right and wrong, tokens whole, cut and used. */
async function signCalls(
  origin: string,
  { passwords, otherSecret }: { readonly passwords: Passwords; readonly otherSecret: string },
) {
  const broker = { Action: 'GetFederationToken', Name: 'bea' }
  const federated = credentialsOf(await signedCall(origin, brokerKeys, broker))
  await signedCall(origin, { ...brokerKeys, SecretAccessKey: passwords.wrong }, broker)
  await signedCall(origin, federated, { Action: 'GetCallerIdentity' })
  await signedCall(
    origin,
    { ...federated, SessionToken: federated.SessionToken.slice(0, -9) },
    { Action: 'GetCallerIdentity' },
  )
  await signedCall(
    origin,
    { ...brokerKeys, SessionToken: federated.SessionToken },
    { Action: 'GetCallerIdentity' },
  )
  const { token } = await signInToken(origin, federated)
  await signInToken(origin, { ...federated, SecretAccessKey: otherSecret })
  for (const _ of [1, 2]) await new Browser(origin).get(loginUrl('', token))
  const incomplete = JSON.stringify({ sessionId: 'x', sessionKey: federated.SecretAccessKey })
  const halfSession = new URLSearchParams({ Action: 'getSigninToken', Session: incomplete })
  await fetch(`${origin}/federation?${halfSession}`)
  return { federated, token }
}

test('no password, secret key or token is kept, logged, audited, or answered twice', async (t) => {
  const answers = recordAnswers(t)
  await using site = await openSite()
  await using served = await startServed(site, await demoSettings())
  const { origin } = served
  const passwords = {
    right: 'jonas-demo-2026',
    wrong: 'a wrong/h+rse & "battery"',
    asName: 'typed-in-the-name-field-7',
    long: 'x9!'.repeat(400),
  }

  const browser = new Browser(origin)
  const { shown, wire } = await enterPasswords(origin, browser, passwords)
  const { federated, token } = await signCalls(origin, {
    passwords,
    otherSecret: wire.keys.SecretAccessKey,
  })

  const secrets: Record<string, string> = {
    'the right password': passwords.right,
    'a wrong password': passwords.wrong,
    'a long password': passwords.long,
    'a password in the name field': passwords.asName,
    'the broker’s secret key': brokerKeys.SecretAccessKey,
    'a sign-in token': token,
    'the portal’s secret key': shown[1]!,
    'the wire’s secret key': wire.keys.SecretAccessKey,
    'the federated secret key': federated.SecretAccessKey,
  }
  const sealed = {
    'the portal’s session token': shown[2]!,
    'the wire’s session token': wire.keys.SessionToken,
    'the federated session token': federated.SessionToken,
  }
  assert.ok((await served.events(20)).length >= 20)
  const {
    'gatehouse.db': db = '',
    'gatehouse.db-wal': wal = '',
    'gatehouse.db-shm': _shm,
    ...readable
  } = await whatIsKept(served)
  assertNowhere({ ...readable, store: db + wal }, secrets)
  // A console session keeps its session token in the store: its secret is sealed in it. Nobody
  // reads one elsewhere.
  assertNowhere(readable, sealed)
  assertNowhere(readable, { 'the browser’s cookie': browser.cookies.get('gatehouse')! })

  const expected: Record<string, number> = {
    ...Object.fromEntries(Object.keys(secrets).map((what) => [what, 0])),
    ...Object.fromEntries(Object.keys(sealed).map((what) => [what, 1])),
    'a sign-in token': 1,
    'the portal’s secret key': 1,
    'the wire’s secret key': 1,
    'the federated secret key': 1,
    // Only the form that it was typed into shows the name again.
    'a password in the name field': 1,
  }
  const timesAnswered = (secret: string) =>
    answers.filter(({ head, text }) => holds(head, secret) || holds(text, secret)).length
  const found = Object.entries({ ...secrets, ...sealed }).map(([what, secret]) => [
    what,
    timesAnswered(secret),
  ])
  assert.deepEqual(Object.fromEntries(found), expected, 'in how many answers each stands')
})

test('passwords of a directory appear in no log, event, store, page or error', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const answers = recordAnswers(t)
  await using directory = await startSlapd()
  await using site = await openSite()
  await using served = await startServed(site, directorySettings(slapdConnector(directory)))
  const secrets = {
    'the person’s': directory.passwordOf('alice'),
    'a locked person’s': directory.passwordOf('locked'),
    'a guess': 'correct-horse-battery',
    'the service account’s': directory.servicePassword,
  }
  const browser = new Browser(served.origin)
  const tries = [
    ['alice', 'a guess'],
    ['locked', 'a locked person’s'],
    ['*)(uid=*', 'a guess'],
    ['alice', 'the person’s'],
  ] as const
  for (const [name, which] of tries) {
    const password = secrets[which]
    await browser.signIn(name, password, { connector: 'corp' })
    await assumeWithPassword(served.origin, name, password, { RoleArn: engineer })
  }
  await directory[Symbol.asyncDispose]()
  await browser.signIn('alice', secrets['the person’s'], { connector: 'corp' })
  await assumeWithPassword(served.origin, 'alice', secrets['the person’s'], { RoleArn: engineer })
  await served.events(10)
  assertNowhere(await whatIsKept(served), secrets)
  for (const { head, text } of answers) assertNowhere({ 'an answer': head + text }, secrets)
})

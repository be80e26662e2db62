import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { oauth2 } from '../../../src/connectors/oauth2/connector.ts'
import { type OAuth2Settings, oauth2Settings } from '../../../src/connectors/oauth2/settings.ts'
import { isUnjudged } from '../../../src/connectors/recheck.ts'
import type { SignInCode } from '../../../src/kernel/sign-in-fault.ts'
import { outboundTo } from '../../outbound/https-server.ts'
import { rejectsWith } from '../rejects-with.ts'
import { clientId, clientSecret, json, type Lie, startGitHub } from './github-stub.ts'

const hosts = ['github.com', 'api.github.com']
const signal = AbortSignal.timeout(300_000)

/** Somebody who signed in at GitHub, and the checks of that sign-in. */
async function signedIn({ expiring = false, more = {} as object } = {}) {
  await using undo = new AsyncDisposableStack()
  const github = undo.use(await startGitHub(hosts))
  github.expiring = expiring
  const outbound = undo.use(await outboundTo(github.server, hosts))
  let now = Date.parse('2026-11-30T10:00:00Z')
  const settings = oauth2Settings.parse({
    label: 'GitHub',
    accounts: ['111122223333'],
    provider: 'github',
    clientId,
    clientSecret,
    recheck: {},
    ...more,
  }) as OAuth2Settings
  const upstream = await oauth2.open('corp', settings, {
    clock: { now: () => new Date(now) },
    log: () => {},
    outbound,
    publicUrl: new URL('https://sso.corp.test'),
  })
  const { send, memo } = await upstream.begin('attempt-1', signal)
  const back = new URL(github.agree(send.url))
  const parameters = new Map(back.searchParams)
  const recall = async () => ({ memo })
  const proof = await upstream.prove({ by: 'query', parameters }, { recall, signal })
  const kept = proof.secret === undefined ? [] : [proof.secret]
  github.asked.length = 0
  const owned = undo.move()
  return {
    github,
    upstream,
    kept,
    identity: proof.identity,
    pass: (seconds: number) => {
      now += seconds * 1000
    },
    check: () =>
      upstream.recheck!.check(proof.identity, {
        secret: kept.at(-1),
        keep: async (secret) => void kept.push(secret),
        signal,
      }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const tokensAsked = (asked: readonly string[]) =>
  asked.filter((one) => one.includes('/login/oauth/access_token')).length

test('GitHub is asked again with the access token of the sign-in, and groups follow', async () => {
  await using person = await signedIn({ more: { organizations: ['acme'] } })
  const { github, identity, kept, pass, check } = person
  assert.deepEqual(identity.groups, ['acme', 'acme/devs'])
  assert.deepEqual(await check(), identity)
  pass(900)
  github.teams = []
  github.user = { ...github.user, login: 'Alicia' }
  const now = await check()
  assert.deepEqual(now, { ...identity, groups: ['acme'], username: 'Alicia' })
  assert.equal(tokensAsked(github.asked), 0)
  assert.equal(kept.length, 1)
  github.memberships = []
  const fault = await rejectsWith(check(), 'assertion-refused')
  assert.ok(!isUnjudged(fault), 'who left the organisation may not go on')
})

test('tokens of a GitHub App are renewed, and the new ones kept, before they end', async () => {
  await using person = await signedIn({ expiring: true })
  const { github, identity, kept, pass, check } = person
  await check()
  assert.equal(tokensAsked(github.asked), 0, 'the access token lives')
  pass(28_790)
  github.expire()
  assert.deepEqual((await check()).groups, identity.groups)
  assert.deepEqual([tokensAsked(github.asked), kept.length], [1, 2])
  await check()
  assert.equal(tokensAsked(github.asked), 1, 'the new one lives')
  // Ended sooner than it was said to.
  github.expire()
  await check()
  assert.deepEqual([tokensAsked(github.asked), kept.length], [2, 3])
})

test('new tokens are kept also where the API then does not answer', async () => {
  await using person = await signedIn({ expiring: true })
  const { github, kept, pass, check } = person
  pass(28_800)
  github.lies.set('/user', json({}, 503))
  assert.ok(isUnjudged(await rejectsWith(check(), 'provider-unavailable')))
  assert.equal(kept.length, 2)
  github.lies.clear()
  await check()
})

test('a refresh token that lasts is kept, where no other is given', async () => {
  await using person = await signedIn({ expiring: true })
  const { github, kept, pass, check } = person
  github.lasting = true
  for (const times of [2, 3]) {
    pass(28_800)
    await check()
    assert.equal(kept.length, times)
  }
})

test('a fault tells no token, also where the provider quotes what it was sent', async () => {
  await using person = await signedIn({ expiring: true })
  const { github, pass, check } = person
  const quoting: Lie = async (req, res) => {
    const form = new URLSearchParams(await text(req))
    const error_description = `bad: ${form.get('refresh_token')}`
    json({ error: 'bad_refresh_token', error_description })(req, res)
  }
  github.lies.set('/login/oauth/access_token', quoting)
  pass(28_800)
  const fault = await rejectsWith(check(), 'signed-out-there')
  assert.match(fault.detail, /bad: …/)
  assert.doesNotMatch(fault.detail, /gh[or]_/)
})

test('who took back their consent is signed out, with a refresh token or without', async () => {
  for (const expiring of [false, true]) {
    await using person = await signedIn({ expiring })
    person.github.revoke()
    const fault = await rejectsWith(person.check(), 'signed-out-there')
    assert.ok(!isUnjudged(fault))
    assert.doesNotMatch(fault.detail, /gh[or]_/)
  }
})

test('what says nothing about the person is told from what does', async () => {
  const rows: readonly (readonly [string, Lie, SignInCode])[] = [
    ['/user', json({ message: 'down' }, 502), 'provider-unavailable'],
    ['/user', json({ message: 'rate limit' }, 403), 'provider-misfit'],
    ['/user', (_req, res) => void res.writeHead(200).end('<html>'), 'provider-misfit'],
    ['/user/memberships/orgs', json({}, 403), 'provider-misfit'],
    ['/user/teams', json({}, 429), 'provider-unavailable'],
    ['/user', json({ id: 7, login: 'Alice' }), 'assertion-refused'],
    ['/user', json({ login: 'Alice' }), 'assertion-refused'],
    // As Amazon says it.
    ['/user', json({ error: 'invalid_token' }, 400), 'signed-out-there'],
    [
      '/user',
      (_req, res) => void res.writeHead(401, { 'www-authenticate': 'Bearer' }).end(),
      'signed-out-there',
    ],
  ]
  await using person = await signedIn()
  for (const [path, lie, code] of rows) {
    person.github.lies.clear()
    person.github.lies.set(path, lie)
    await rejectsWith(person.check(), code)
  }
})

test('nothing is kept where the settings want no checks, and Facebook has none', async () => {
  await using person = await signedIn({ more: { recheck: undefined } })
  assert.deepEqual([person.kept, person.upstream.recheck], [[], undefined])
  const fields = { label: 'x', accounts: ['111122223333'], clientId, clientSecret, recheck: {} }
  assert.ok(oauth2Settings.safeParse({ ...fields, provider: 'amazon' }).success)
  assert.ok(!oauth2Settings.safeParse({ ...fields, provider: 'facebook' }).success)
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import * as client from 'openid-client'
import { begin, enter } from '../apps/scene.ts'
import { Browser } from '../http/browser.ts'
import { requirePeer } from '../peers/require.ts'
import { startSlapd } from '../peers/slapd.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { directorySettings, engineer, slapdConnector } from './directory-settings.ts'
import { openRunning } from './running.ts'

const app = `
apps:
  desk:
    label: Desk
    redirectUris: [https://wiki.corp.test/callback]
    when: '"engineering" in identity.groups'
    groups: 'identity.groups'
    refreshTokens: true
`

/** A directory, a Gatehouse that looks people up again, and an app behind it. */
async function openHouse(recheck: object = {}) {
  await using undo = new AsyncDisposableStack()
  const directory = undo.use(await startSlapd())
  const connector = { ...slapdConnector(directory), recheck }
  const at = undo.use(await openRunning(directorySettings(connector) + app))
  const signIn = async () => {
    const browser = new Browser(at.origin)
    const shown = await browser.signIn('alice', directory.passwordOf('alice'), {
      connector: 'corp',
    })
    assert.equal(shown.status, 303)
    return browser
  }
  const alice = `uid=alice,ou=people,${directory.baseDn}`
  const owned = undo.move()
  return {
    directory,
    at,
    signIn,
    leaveGroup: () =>
      directory.modify(
        `dn: cn=devs,ou=groups,${directory.baseDn}\nchangetype: modify\nreplace: member\n` +
          `member: uid=bob,ou=people,${directory.baseDn}\n\n`,
      ),
    lock: () =>
      directory.modify(
        `dn: ${alice}\nchangetype: modify\nreplace: pwdAccountLockedTime\n` +
          'pwdAccountLockedTime: 000001010000Z\n\n',
      ),
    checksOf: async (enough: number) =>
      (
        await at.events(
          (all) => all.filter(({ eventName }) => eventName === 'SignInRecheck').length >= enough,
        )
      ).filter(({ eventName }) => eventName === 'SignInRecheck'),
    /** Takes credentials with the password; returns a call with them. */
    async takeKeys() {
      const password = directory.passwordOf('alice')
      const { keys } = await assumeWithPassword(at.origin, 'alice', password, { RoleArn: engineer })
      return async () => {
        const systemClockOffset = at.clock.now().getTime() - Date.now()
        const sts = new STSClient({
          ...{ endpoint: at.origin, region: 'us-east-1', maxAttempts: 1, systemClockOffset },
          credentials: {
            accessKeyId: keys.AccessKeyId,
            secretAccessKey: keys.SecretAccessKey,
            sessionToken: keys.SessionToken,
          },
        })
        return sts.send(new GetCallerIdentityCommand({}))
      }
    },
    metrics: async () => (await fetch(`${at.operations}/metrics`)).text(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const roles = ({ text }: { text: string }) =>
  ['Engineer', 'Narrowed'].filter((n) => text.includes(n))

test('a group that was lost is lost within the interval, for roles and for apps', async (t) => {
  if (!requirePeer(t as TestContext, 'slapd')) return
  await using house = await openHouse()
  const { at } = house
  const browser = await house.signIn()
  const config = await client.discovery(new URL(at.origin), 'desk', {}, client.None(), {
    execute: [client.allowInsecureRequests],
  })
  const { tokens } = await enter(
    { ...at, app: async () => config },
    await begin(config),
    'alice',
    browser,
  )
  assert.ok((tokens.claims()!.groups as string[]).includes('engineering'))
  const portal = await browser.get('/portal')
  assert.deepEqual(roles(portal), ['Engineer', 'Narrowed'])
  await house.leaveGroup()
  assert.deepEqual(roles(await browser.get('/portal')), ['Engineer', 'Narrowed'])
  at.clock.pass(900)
  const refused = await browser.post('/portal/credentials', {
    _csrf: portal.csrf,
    grant: portal.choice('Engineer'),
  })
  const after = await browser.get(refused.location!)
  assert.equal(after.title, 'You are signed in, but have no role yet')
  const refresh = client.refreshTokenGrant(config, tokens.refresh_token!)
  await assert.rejects(refresh, { error: 'invalid_grant' })
  const [change] = await house.checksOf(1)
  const { lost, gained } = change!.requestParameters!.groups as Record<string, string[]>
  assert.ok(lost!.includes('engineering'))
  assert.deepEqual(gained, [])
  const metrics = await house.metrics()
  assert.match(metrics, /gatehouse_rechecks_total\{connector="corp",outcome="changed"\} 1/)
  assert.match(metrics, /gatehouse_recheck_seconds_count\{connector="corp"\} 1/)
})

test('an app that refreshes has the person of now, though no browser came by', async (t) => {
  if (!requirePeer(t as TestContext, 'slapd')) return
  await using house = await openHouse()
  const { at, directory } = house
  const browser = await house.signIn()
  const config = await client.discovery(new URL(at.origin), 'desk', {}, client.None(), {
    execute: [client.allowInsecureRequests],
  })
  const first = await begin(config)
  const { tokens } = await enter({ ...at, app: async () => config }, first, 'alice', browser)
  const named = { groupOfNames: 'cn=new,ou=groups', member: 'uid=alice,ou=people' }
  await directory.modify(
    `dn: ${named.groupOfNames},${directory.baseDn}\nobjectClass: groupOfNames\ncn: new\n` +
      `member: ${named.member},${directory.baseDn}\n\n`,
  )
  at.clock.pass(900)
  const second = await client.refreshTokenGrant(config, tokens.refresh_token!)
  assert.ok((second.claims()!.groups as string[]).includes('new'))
  await house.lock()
  at.clock.pass(900)
  await assert.rejects(client.refreshTokenGrant(config, second.refresh_token!), {
    error: 'invalid_grant',
  })
  // What the app's call found ends the browser's sign-in too.
  const ended = await browser.get('/portal')
  assert.equal(ended.location, '/signin')
})

test('a locked account ends sign-in and console everywhere; credentials live on', async (t) => {
  if (!requirePeer(t as TestContext, 'slapd')) return
  await using house = await openHouse()
  const { at } = house
  const [one, two] = [await house.signIn(), await house.signIn()]
  const portal = await one.get('/portal')
  const opened = await one.post('/portal/console', {
    _csrf: portal.csrf,
    grant: portal.choice('Engineer'),
  })
  assert.equal((await one.get(opened.location!)).status, 200)
  const call = await house.takeKeys()
  await house.lock()
  assert.equal((await one.get('/console')).status, 200, 'not before the interval')
  at.clock.pass(900)
  for (const [browser, path] of [
    [one, '/console'],
    [two, '/portal'],
  ] as const) {
    const left = await browser.get(path)
    assert.equal(left.status, 303)
    const page = await browser.get(left.location!)
    assert.match(page.text, /Your account is locked/)
    assert.equal((await browser.get(path)).status, 303)
  }
  await call()
  const checks = await house.checksOf(2)
  for (const { errorCode, additionalEventData } of checks) {
    assert.equal(errorCode, 'account-locked')
    assert.match(additionalEventData.gatehouse.detail!, /pwdAccountLockedTime/)
  }
  const listed = await at.events((all) =>
    all.some(({ eventName }) => eventName === 'ConsoleLogout'),
  )
  assert.ok(listed.some(({ eventName }) => eventName === 'ConsoleLogout'))
})

test('while the directory is stopped people go on for the stated time', async (t) => {
  if (!requirePeer(t as TestContext, 'slapd')) return
  await using house = await openHouse({ everySeconds: 60, awaySeconds: 300 })
  const { at } = house
  const browser = await house.signIn()
  await house.directory[Symbol.asyncDispose]()
  at.clock.pass(60)
  assert.deepEqual(roles(await browser.get('/portal')), ['Engineer', 'Narrowed'])
  assert.equal(at.logged.filter((line) => line.startsWith('recheck-unanswered')).length, 1)
  at.clock.pass(299)
  assert.deepEqual(roles(await browser.get('/portal')), ['Engineer', 'Narrowed'])
  at.clock.pass(1)
  const left = await browser.get('/portal')
  assert.match((await browser.get(left.location!)).text, /could not be confirmed any more/)
  assert.match(await house.metrics(), /outcome="unconfirmed"\} 1/)
})

test('where the settings say so, losing a person revokes every session of theirs', async (t) => {
  if (!requirePeer(t as TestContext, 'slapd')) return
  await using house = await openHouse({ revokeSessions: true })
  const { at } = house
  const [one, two] = [await house.signIn(), await house.signIn()]
  const call = await house.takeKeys()
  await house.lock()
  at.clock.pass(600)
  await call()
  at.clock.pass(300)
  assert.equal((await one.get('/portal')).status, 303)
  await assert.rejects(call(), { name: 'ExpiredToken' })
  const left = await two.get('/portal')
  assert.match((await two.get(left.location!)).text, /Your (?:account is locked|sign-in was ended)/)
  assert.deepEqual(
    at.logged.filter((line) => line.startsWith('recheck-unrevoked')),
    [],
  )
})

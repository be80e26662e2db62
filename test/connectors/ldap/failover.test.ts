import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { requirePeer } from '../../peers/require.ts'
import { type Slapd, startSlapd } from '../../peers/slapd.ts'
import { rejectsWith } from '../rejects-with.ts'
import { hostileServer, ldapMessage, result } from './hostile-server.ts'
import { never, openLdap, type RawSettings } from './open-ldap.ts'

let slapd: Slapd
before(async (t) => {
  if (requirePeer(t as TestContext, 'slapd')) slapd = await startSlapd()
})
after(() => slapd?.[Symbol.asyncDispose]())

const base = 'ou=people,dc=example,dc=test'
const settings = (
  how: 'search' | 'direct',
  servers: string[],
  password = 'svcpw',
): RawSettings => ({
  label: 'x',
  accounts: ['111122223333'],
  servers,
  timeouts: { connectMs: 1000, bindMs: 1000, searchMs: 1000 },
  leastRefusalMs: 0,
  tls: { mode: 'cleartext-allowed' },
  people: { base },
  bind:
    how === 'direct'
      ? { how, template: `uid={username},${base}` }
      : { how, dn: 'cn=svc,dc=example,dc=test', password },
})

/** A clock that a test moves. */
function movable() {
  let at = Date.parse('2026-03-01T08:00:00Z')
  const pass = (seconds: number) => {
    at += seconds * 1000
  }
  return { now: () => new Date(at), pass }
}

/** Answers the requests of each connection one after the other; then it is silent. */
const answering = (...answers: Buffer[]) =>
  hostileServer((socket) => {
    let asked = 0
    socket.on('data', () => {
      const answer = answers[asked++]
      if (answer) socket.write(answer)
    })
  })
const bound = ldapMessage(1, result(0x61, 0))
const ill = {
  'silent after it accepted': [],
  'busy at the bind, it says': [ldapMessage(1, result(0x61, 51))],
  'unavailable at the bind, it says': [ldapMessage(1, result(0x61, 52))],
  'garbage at the bind': [Buffer.from('HTTP/1.1 200 OK\r\n\r\n')],
  'silent at the search': [bound],
  'busy at the search': [bound, ldapMessage(2, result(0x65, 51))],
  'garbage at the search': [bound, ldapMessage(2, [0x65, 0])],
  'a notice that it disconnects': [bound, ldapMessage(0, result(0x78, 52))],
}

test('a server that answers nothing usable is passed over, and asked again later', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  for (const how of ['search', 'direct'] as const) {
    for (const [what, answers] of Object.entries(ill)) {
      await using first = await answering(...answers)
      const clock = movable()
      await using corp = await openLdap(settings(how, [first.url, slapd.ldapUrl]), clock)
      const signIn = async () =>
        assert.equal((await corp.check('alice', 'alicepw', never)).username, 'alice', what)
      // Its bind was sent and may have been judged: the person has to try again.
      const isJudged = how === 'direct' && !what.endsWith('at the bind, it says')
      if (isJudged)
        await rejectsWith(corp.check('alice', 'alicepw', never), 'directory-unavailable')
      await signIn()
      assert.deepEqual(
        corp.servers?.().map(({ trouble }) => trouble !== undefined),
        [true, false],
        `${how}: ${what}`,
      )
      assert.equal(corp.logged.at(-1)?.event, 'ldap.failover')
      const asked = first.connections()
      await signIn()
      assert.equal(first.connections(), asked, `${how}: ${what}: it rests`)
      clock.pass(11)
      if (isJudged)
        await rejectsWith(corp.check('alice', 'alicepw', never), 'directory-unavailable')
      else await signIn()
      await corp.probe(never)
      assert.ok(first.connections() > asked, `${how}: ${what}: it is asked again`)
    }
  }
})

test('a server that is well again takes over', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  let well = false
  await using first = await hostileServer((socket) => {
    let asked = 0
    const answers = () =>
      [bound, ldapMessage(2, result(0x65, 0)), ldapMessage(3, result(0x65, 0))][asked++]
    socket.on('data', () => void (well && socket.write(answers() ?? '')))
  })
  const clock = movable()
  await using corp = await openLdap(settings('search', [first.url, slapd.ldapUrl]), clock)
  await corp.probe(never)
  well = true
  clock.pass(11)
  await corp.probe(never)
  for (let turns = 0; corp.logged.length < 3 && turns < 1000; turns++)
    await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(
    corp.logged.slice(1).map(({ from, to }) => [from, to]),
    [
      [first.url, slapd.ldapUrl],
      [slapd.ldapUrl, first.url],
    ],
  )
  await corp.probe(never)
  assert.ok(corp.servers?.().every(({ trouble }) => trouble === undefined))
})

test('a service account that one server refuses is tried on the next', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using behind = await answering(ldapMessage(1, result(0x61, 49)))
  await using corp = await openLdap(settings('search', [behind.url, slapd.ldapUrl]))
  assert.equal((await corp.check('alice', 'alicepw', never)).username, 'alice')
})

test('a refused service account is tried again rarely, and at a reload', async () => {
  await using refusing = await answering(ldapMessage(1, result(0x61, 49)))
  const clock = movable()
  await using corp = await openLdap(settings('search', [refusing.url]), clock)
  const tries = async () => {
    for (let probes = 0; probes < 3; probes++)
      await assert.rejects(corp.probe(never), /service account is refused/)
    await rejectsWith(corp.check('alice', 'alicepw', never), 'directory-unavailable')
    return refusing.connections()
  }
  assert.equal(await tries(), 1)
  clock.pass(61)
  assert.equal(await tries(), 2)
  clock.pass(61)
  assert.equal(await tries(), 2, 'twice as long the second time')
  corp.reconsider?.()
  assert.equal(await tries(), 3)
})

test('a wrong password is judged once', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using second = await answering()
  for (const how of ['search', 'direct'] as const) {
    await using corp = await openLdap(settings(how, [slapd.ldapUrl, second.url]))
    await rejectsWith(corp.check('bob', 'wrong', never), 'credentials-rejected')
    assert.equal(second.connections(), 0)
  }
})

test('a bind that was sent and not answered is sent to no other server', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const cases = { ...ill, 'a connection that ends': [] }
  for (const [what, answers] of Object.entries(cases)) {
    const ends = what === 'a connection that ends'
    await using first = ends
      ? await hostileServer((socket) => socket.on('data', () => socket.end()))
      : await answering(...answers)
    await using second = await answering(ldapMessage(1, result(0x61, 49)))
    await using corp = await openLdap(settings('direct', [first.url, second.url]))
    const isUnjudged = what.endsWith('at the bind, it says')
    const code = isUnjudged ? 'credentials-rejected' : 'directory-unavailable'
    await rejectsWith(corp.check('bob', 'wrong', never), code)
    assert.equal(second.received().includes('wrong'), isUnjudged, what)
  }
})

test('a base that went away is told by the probe', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const nowhere = 'ou=nowhere,dc=example,dc=test'
  const good = settings('search', [slapd.ldapUrl])
  for (const [key, wrong] of [
    ['people.base', { people: { base: nowhere } }],
    ['groups.base', { groups: { how: 'search', base: nowhere } }],
  ] as const) {
    await using corp = await openLdap({ ...good, ...wrong })
    await assert.rejects(corp.probe(never), new RegExp(`${key}: .*ou=nowhere.* does not exist`))
  }
})

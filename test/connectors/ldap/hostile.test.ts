import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import net, { type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { freeze } from '../../peers/child.ts'
import { requirePeer } from '../../peers/require.ts'
import { type Slapd, startSlapd } from '../../peers/slapd.ts'
import { makeCertificates } from '../../peers/tls.ts'
import { rejectsWith } from '../rejects-with.ts'
import { hostileServer, ldapMessage, result } from './hostile-server.ts'
import { never, openLdap, type RawSettings } from './open-ldap.ts'

const password = 'the-password-of-alice'
const timeouts = { connectMs: 1000, bindMs: 1000, searchMs: 1000 }
const base = 'ou=people,dc=example,dc=test'

const clear = (...servers: string[]): RawSettings => ({
  label: 'x',
  accounts: ['111122223333'],
  servers,
  timeouts,
  leastRefusalMs: 0,
  tls: { mode: 'cleartext-allowed' },
  people: { base },
  bind: { how: 'direct', template: `uid={username},${base}` },
})
const startTls = (...servers: string[]): RawSettings => ({
  ...clear(...servers),
  tls: { mode: 'starttls' },
})

/** Does one check; asserts that it ends as unavailable, and gives the detail. */
async function unavailable(settings: RawSettings): Promise<string> {
  await using corp = await openLdap(settings)
  const fault = await rejectsWith(corp.check('alice', password, never), 'directory-unavailable')
  assert.equal(fault.detail.includes(password), false)
  return fault.detail
}

const onRequest = (answer: Buffer | (() => Buffer)) => (socket: Socket) => {
  socket.on('data', () => socket.write(typeof answer === 'function' ? answer() : answer))
}

test('a directory that hangs, resets, ends or refuses is unavailable, soon', async () => {
  await using silent = await hostileServer(() => {})
  assert.match(await unavailable(clear(silent.url)), /bind: no answer in time/)
  assert.match(await unavailable(startTls(silent.url)), /no connection in time/)
  await using resetting = await hostileServer((socket) => {
    socket.on('data', () => socket.resetAndDestroy())
  })
  assert.match(await unavailable(clear(resetting.url)), /ECONNRESET/)
  await using ending = await hostileServer((socket) => socket.end())
  assert.match(await unavailable(clear(ending.url)), /closed the connection/)
  const gone = await hostileServer(() => {})
  await gone[Symbol.asyncDispose]()
  assert.match(await unavailable(clear(gone.url)), /ECONNREFUSED/)
})

test('a directory that drips one byte at a time does not outlast the step', async () => {
  const slow = ldapMessage(1, result(0x61, 0))
  await using dripping = await hostileServer((socket) => {
    let at = 0
    const timer = setInterval(() => socket.write(slow.subarray(at, ++at)), 100)
    socket.on('close', () => clearInterval(timer))
  })
  assert.match(await unavailable(clear(dripping.url)), /bind: no answer in time/)
})

test('garbage is never an answer, least of all a success', async () => {
  const garbage: Record<string, Buffer> = {
    'random bytes': randomBytes(4096),
    'an HTTP answer': Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
    'an indefinite length': Buffer.from([0x30, 0x80, 0, 0]),
    'a length of 4 GiB': Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]),
    'a length of nine octets': Buffer.from([0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    'an empty message': Buffer.from([0x30, 0]),
    'a bind response without a result': ldapMessage(1, [0x61, 0]),
    'a bind response with an empty result code': ldapMessage(1, [0x61, 6, 0x0a, 0, 4, 0, 4, 0]),
    'a negative result code': ldapMessage(1, [0x61, 7, 0x0a, 1, 0x80, 4, 0, 4, 0]),
    'a result code that is a string': ldapMessage(1, [0x61, 7, 4, 1, 0, 4, 0, 4, 0]),
    'a success of another kind': ldapMessage(1, result(0x65, 0)),
    'a success for another message': ldapMessage(9, result(0x61, 0)),
    'a search entry': ldapMessage(1, [0x64, 4, 4, 0, 0x30, 0]),
    'a notice of disconnection': ldapMessage(0, result(0x78, 52)),
    'ten thousand messages at once': Buffer.concat(
      Array.from({ length: 10_000 }, () => ldapMessage(7, [0x61, 0])),
    ),
  }
  for (const [what, bytes] of Object.entries(garbage)) {
    await using server = await hostileServer(onRequest(bytes))
    await unavailable(clear(server.url)).catch((error) => {
      throw new Error(what, { cause: error })
    })
  }
})

test('every truncation of a right answer is refused', async () => {
  const right = ldapMessage(1, result(0x61, 0))
  for (let end = 0; end < right.length; end++) {
    await using server = await hostileServer((socket) => {
      socket.once('data', () => socket.end(right.subarray(0, end)))
    })
    await unavailable(clear(server.url))
  }
})

test('garbage after a right bind is no entry', async () => {
  const bound = ldapMessage(1, result(0x61, 0))
  for (const then of [
    Buffer.concat(Array.from({ length: 10_000 }, () => ldapMessage(7, [0x61, 0]))),
    randomBytes(4096),
    ldapMessage(2, [0x65, 0]),
    ldapMessage(2, [0x64, 4, 4, 0, 0x30, 0]),
    Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]),
  ]) {
    let asked = 0
    await using server = await hostileServer(onRequest(() => (asked++ === 0 ? bound : then)))
    await using corp = await openLdap(clear(server.url))
    const error = await corp.check('alice', password, never).catch((cause: unknown) => cause)
    assert.ok(
      error instanceof Error &&
        'code' in error &&
        ['directory-unavailable', 'credentials-rejected'].includes(String(error.code)),
      String(error),
    )
  }
})

test('StartTLS that is stripped: no password is sent', async () => {
  const answers: Record<string, Buffer> = {
    refused: ldapMessage(1, result(0x78, 2)),
    'not a result': ldapMessage(1, [0x78, 0]),
    'agreed, but no TLS follows': ldapMessage(1, result(0x78, 0)),
    'agreed, with an answer to the bind slipped in behind': Buffer.concat([
      ldapMessage(1, result(0x78, 0)),
      ldapMessage(1, result(0x61, 0)),
    ]),
    'agreed, with half an answer slipped in behind': Buffer.concat([
      ldapMessage(1, result(0x78, 0)),
      ldapMessage(1, result(0x61, 0)).subarray(0, 10),
    ]),
    'answered as a bind': ldapMessage(1, result(0x61, 0)),
  }
  for (const [what, bytes] of Object.entries(answers)) {
    await using server = await hostileServer((socket) => {
      socket.once('data', () => socket.write(bytes))
    })
    await unavailable(startTls(server.url))
    assert.equal(server.received().includes(password), false, what)
    assert.equal(server.received().includes('alice'), false, what)
  }
})

test('a mix of schemes and modes is a problem of the settings', async () => {
  const wrong: RawSettings[] = [
    { ...clear('ldaps://127.0.0.1:1') },
    { ...startTls('ldaps://127.0.0.1:1') },
    { ...clear('ldap://127.0.0.1:1'), tls: { mode: 'ldaps' } },
    clear('ldap://user:secret@127.0.0.1'),
    clear('ldap://127.0.0.1/dc=x??sub'),
    clear('http://127.0.0.1'),
    clear('ldap://'),
    clear('nonsense'),
    { ...clear('ldap://a'), bind: { how: 'direct', template: '{username}' } },
    { ...clear('ldap://a'), bind: { how: 'direct', template: 'uid=alice,dc=x' } },
    { ...clear('ldap://a'), people: { base, filter: 'objectClass=person' } },
    { ...clear('ldap://a'), people: { base, filter: '(uid=a' } },
    { ...clear('ldap://a'), people: { base: 'people' } },
  ]
  for (const settings of wrong)
    await assert.rejects(openLdap(settings), { name: 'ZodError' }, JSON.stringify(settings))
})

let slapd: Slapd
before(async (t) => {
  if (requirePeer(t as TestContext, 'slapd')) slapd = await startSlapd()
})
after(() => slapd?.[Symbol.asyncDispose]())

const secured = (mode: 'ldaps' | 'starttls', caFile?: string): RawSettings => ({
  ...clear(mode === 'ldaps' ? slapd.ldapsUrl : slapd.ldapUrl),
  tls: { mode, ...(caFile !== undefined && { caFile }) },
})

test('a wrong authority or a wrong name in the certificate: no password is sent', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-ca-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const { caFile } = await makeCertificates(directory, ['IP:127.0.0.1'])
  for (const mode of ['ldaps', 'starttls'] as const) {
    assert.match(await unavailable(secured(mode, caFile)), /certificate/)
    assert.match(await unavailable(secured(mode)), /certificate/)
    const named = secured(mode, slapd.caFile)
    assert.match(
      await unavailable({ ...named, tls: { ...named.tls!, serverName: 'other.example' } }),
      /other\.example/,
    )
    await using right = await openLdap({
      ...named,
      tls: { ...named.tls!, serverName: 'localhost' },
    })
    assert.equal((await right.check('alice', 'alicepw', never)).username, 'alice')
  }
  await assert.rejects(openLdap(secured('ldaps', join(directory, 'absent.pem'))), {
    code: 'ENOENT',
  })
})

test('a server that is down is passed over, and the one that answered is kept', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using silent = await hostileServer(() => {})
  await using ending = await hostileServer((socket) => socket.destroy())
  await using corp = await openLdap({
    ...startTls(silent.url, ending.url, slapd.ldapUrl),
    tls: { mode: 'starttls', caFile: slapd.caFile },
  })
  assert.equal((await corp.check('alice', 'alicepw', never)).username, 'alice')
  assert.deepEqual(
    corp.logged.map(({ event, to }) => [event, to]),
    [['ldap.failover', slapd.ldapUrl]],
  )
  const before = silent.connections()
  await corp.check('alice', 'alicepw', never)
  assert.equal(silent.connections(), before, 'it stays with the server that answered')
})

test('the service connection is opened anew after the directory dropped it', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const { hostname, port } = new URL(slapd.ldapUrl)
  const upstreams = new Set<Socket>()
  await using relay = await hostileServer((socket) => {
    const onward = net.connect(Number(port), hostname)
    upstreams.add(onward)
    onward.on('error', () => {})
    socket.pipe(onward).pipe(socket)
    socket.on('close', () => onward.destroy())
  })
  await using corp = await openLdap({
    ...clear(relay.url),
    bind: { how: 'search', dn: slapd.serviceDn, password: slapd.servicePassword },
  })
  await corp.probe(never)
  assert.equal((await corp.check('alice', 'alicepw', never)).username, 'alice')
  for (const socket of upstreams) socket.destroy()
  assert.equal((await corp.check('alice', 'alicepw', never)).username, 'alice')
  await corp.probe(never)
})

test('a probe sends a request, and so finds a directory that hangs', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using directory = await startSlapd()
  const service = {
    how: 'search' as const,
    dn: directory.serviceDn,
    password: directory.servicePassword,
  }
  const timeouts = { connectMs: 1500, bindMs: 1500, searchMs: 1500 }
  await using bySearch = await openLdap({
    ...secured('ldaps', directory.caFile),
    servers: [directory.ldapsUrl],
    timeouts,
    bind: service,
  })
  await using direct = await openLdap({ ...clear(directory.ldapUrl), timeouts })
  await Promise.all([bySearch.probe(never), direct.probe(never)])
  await freeze(directory.pid)
  try {
    await assert.rejects(bySearch.probe(never), /connection in time/)
    await assert.rejects(direct.probe(never), /no answer in time/)
  } finally {
    process.kill(directory.pid, 'SIGCONT')
  }
  await Promise.all([bySearch.probe(never), direct.probe(never)])
})

test("a service account that is refused is the operator's trouble, not the person's", async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const settings: RawSettings = {
    ...secured('ldaps', slapd.caFile),
    bind: { how: 'search', dn: slapd.serviceDn, password: 'wrong-service-secret' },
  }
  const detail = await unavailable(settings)
  assert.match(detail, /service account is refused/)
  assert.equal(detail.includes('wrong-service-secret'), false)
  await using corp = await openLdap(settings)
  await assert.rejects(corp.probe(never), /service account is refused/)
})

test('an abort ends a check that hangs', async () => {
  await using silent = await hostileServer(() => {})
  await using corp = await openLdap({
    ...clear(silent.url),
    timeouts: { connectMs: 30_000, bindMs: 30_000, searchMs: 30_000 },
  })
  await rejectsWith(corp.check('alice', password, AbortSignal.timeout(30)), 'directory-unavailable')
  await rejectsWith(corp.check('alice', password, AbortSignal.abort()), 'directory-unavailable')
})

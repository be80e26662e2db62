import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NotLdap } from '../../../src/connectors/ldap/ber.ts'
import { readMessage } from '../../../src/connectors/ldap/read-message.ts'
import { readSearchAnswer } from '../../../src/connectors/ldap/search-messages.ts'
import { SignInFault } from '../../../src/kernel/sign-in-fault.ts'
import { hostileServer, ldapMessage, result } from './hostile-server.ts'
import { never, openLdap, type RawSettings } from './open-ldap.ts'
import { type Exchange, recordedAnswers, replayServer } from './replay-server.ts'

const read = (bytes: Buffer) => readSearchAnswer(readMessage(bytes))
const peers = ['slapd', 'samba'] as const
const base = 'dc=example,dc=test'

/** As the recorded sign-ins were made. */
const settings = (url: string, peer: (typeof peers)[number]): RawSettings => ({
  label: 'x',
  accounts: ['111122223333'],
  servers: [url],
  timeouts: { connectMs: 200, bindMs: 100, searchMs: 100 },
  leastRefusalMs: 0,
  tls: { mode: 'cleartext-allowed' },
  bind: { how: 'search', dn: `cn=svc,${base}`, password: 'svcpw' },
  ...(peer === 'slapd'
    ? {
        people: { base: `ou=people,${base}` },
        groups: { how: 'search', base: `ou=groups,${base}`, nested: 'walk' },
      }
    : {
        people: {
          base: 'DC=corp,DC=test',
          loginAttributes: ['sAMAccountName'],
          subjectAttribute: 'objectGUID',
        },
        groups: { how: 'tokenGroups', base: 'DC=corp,DC=test' },
      }),
})

async function signIn(exchanges: readonly Exchange[], peer: (typeof peers)[number]) {
  await using server = await replayServer(exchanges)
  await using corp = await openLdap(settings(server.url, peer))
  return await corp.check('alice', 'alicepw', never).catch((error: unknown) => error)
}

/**
 * Each of these once froze the process in the reader of a library that took what it could not read
 * for nothing read, and went on from the same byte.
 */
const frozen: Readonly<Record<string, string>> = {
  'a value whose length runs past the message': '3013020102640e0400300a30080401613103047f78',
  'a reference whose length runs past the message': '3010020102730b047f6c6461703a2f2f7878',
}

test('an answer whose lengths lie ends the connection, and the process lives', async () => {
  for (const [what, hex] of Object.entries(frozen)) {
    const bytes = Buffer.from(hex, 'hex')
    assert.throws(() => read(bytes), NotLdap, what)
    let asked = 0
    await using server = await hostileServer((socket) => {
      socket.on('data', () => socket.write(asked++ === 0 ? ldapMessage(1, result(0x61, 0)) : bytes))
    })
    await using corp = await openLdap(settings(server.url, 'slapd'))
    const fault = await corp.check('alice', 'alicepw', never).catch((error: unknown) => error)
    assert.ok(fault instanceof SignInFault && fault.code === 'directory-unavailable', what)
    assert.match(fault.detail, /is not LDAP: an element is cut off/, what)
  }
})

const entry = (...attributes: number[]) => [
  0x64,
  attributes.length + 4,
  4,
  0,
  0x30,
  attributes.length,
  ...attributes,
]
const uid = [0x30, 0x0a, 4, 3, 0x75, 0x69, 0x64, 0x31, 3, 4, 1, 0x61]
const paged = Buffer.from('1.2.840.113556.1.4.319')
const control = (...value: number[]) => {
  const inner = [4, paged.length, ...paged, 4, value.length, ...value]
  return [0xa0, inner.length + 2, 0x30, inner.length, ...inner]
}
const done = result(0x65, 0)

test('what is not exactly one well-formed answer is none', () => {
  const whole = ldapMessage(2, entry(...uid))
  assert.equal(read(whole).kind, 'entry')
  assert.equal(read(ldapMessage(2, [...done, ...control(0x30, 5, 2, 1, 0, 4, 0)])).kind, 'done')
  const hostile: Readonly<Record<string, Buffer>> = {
    'a search that ends without a result code': ldapMessage(2, [0x65, 0]),
    'an empty result code': ldapMessage(2, [0x65, 6, 0x0a, 0, 4, 0, 4, 0]),
    'a result code of another type': ldapMessage(2, [0x65, 7, 2, 1, 0, 4, 0, 4, 0]),
    'a byte behind the message': Buffer.concat([whole, Buffer.from([0])]),
    'two messages in one': Buffer.concat([whole, whole]),
    'something behind the controls': ldapMessage(2, [...done, 0xa0, 0, 4, 0]),
    'an operation that is followed by no controls': ldapMessage(2, [...done, 4, 0]),
    'an indefinite length inside': ldapMessage(2, [0x65, 0x80, 0x0a, 1, 0, 4, 0, 4, 0, 0, 0]),
    'a tag of several bytes': ldapMessage(2, [0x7f, 0x05, 0]),
    'an attribute without values': ldapMessage(2, entry(0x30, 5, 4, 3, 0x75, 0x69, 0x64)),
    'a value that is a number': ldapMessage(2, entry(0x30, 7, 4, 0, 0x31, 3, 2, 1, 5)),
    'one attribute twice': ldapMessage(2, entry(...uid, ...uid)),
    'a name that is not UTF-8': ldapMessage(2, [0x64, 5, 4, 1, 0xff, 0x30, 0]),
    'a reference that is a number': ldapMessage(2, [0x73, 3, 2, 1, 5]),
    'a page whose control is empty': ldapMessage(2, [...done, ...control(0x30, 0)]),
    'a page whose cookie is cut off': ldapMessage(2, [...done, ...control(0x30, 5, 2, 1, 0, 4, 9)]),
    'one control twice': ldapMessage(2, [...done, 0xa0, 8, ...[0x30, 2, 4, 0], ...[0x30, 2, 4, 0]]),
    'an answer to a bind': ldapMessage(2, result(0x61, 0)),
    'a message id below nothing': Buffer.from([0x30, 12, 2, 1, 0x80, ...done]),
  }
  for (const [what, bytes] of Object.entries(hostile))
    assert.throws(() => read(bytes), NotLdap, what)
})

test('nesting and number of elements have an end', () => {
  let nested: Buffer = Buffer.alloc(0)
  for (let depth = 0; depth < 60; depth++) nested = Buffer.from([0x30, nested.length, ...nested])
  assert.throws(() => readMessage(nested), /nested too deep/)
  const many = Buffer.alloc(2 * 200_000, Buffer.from([4, 0]))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(many.length)
  const message = Buffer.concat([Buffer.from([0x30, 0x84]), length, many])
  assert.throws(() => readMessage(message), /more elements/)
})

const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
  minLength: 1,
  maxLength: 4,
})
function flipped(bytes: Buffer, changes: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(bytes)
  for (const [at, by] of changes) copy[at % copy.length]! ^= by
  return copy
}

test('real answers with up to four bytes changed are read, or are not LDAP', () => {
  const answers = peers.flatMap((peer) => recordedAnswers(peer).flatMap((one) => one.answers))
  fc.assert(
    fc.property(fc.constantFrom(...answers), flips, (answer, changes) => {
      try {
        read(flipped(answer, changes))
      } catch (error) {
        assert.ok(error instanceof NotLdap, String(error))
      }
    }),
    { numRuns: 20_000, seed: 1 },
  )
})

for (const peer of peers) {
  test(`${peer}: a sign-in with changed bytes in answers ends as a person or a fault`, async () => {
    const exchanges = recordedAnswers(peer)
    assert.equal(((await signIn(exchanges, peer)) as { username?: string }).username, 'alice')
    const at = fc.nat({ max: exchanges.length - 1 })
    await fc.assert(
      fc.asyncProperty(at, flips, async (which, changes) => {
        const begun = performance.now()
        const changed = exchanges.map(({ request, answers }, index) => {
          const all = Buffer.concat(answers)
          return { request, answers: [index === which ? flipped(all, changes) : all] }
        })
        const end = await signIn(changed, peer)
        if (end instanceof Error) assert.ok(end instanceof SignInFault, String(end.stack))
        assert.ok(performance.now() - begun < 30_000, 'no time limit of ours ended it')
      }),
      { numRuns: 150, seed: 1 },
    )
  })
}

test('answers without an end, or that nobody asked for, end the connection', async () => {
  const bound = ldapMessage(1, result(0x61, 0))
  const long = Buffer.alloc(1_000_000)
  const size = (length: number) => [0x84, ...[24, 16, 8, 0].map((bits) => (length >> bits) & 0xff)]
  const rest = [4, 0, 0x30, ...size(long.length + 20), 0x30, ...size(long.length + 14), 4, 0]
  const inner = [...rest, 0x31, ...size(long.length + 6), 4, ...size(long.length)]
  const body = [2, 1, 2, 0x64, ...size(inner.length + long.length), ...inner]
  const one = Buffer.concat([
    Buffer.from([0x30, ...size(body.length + long.length), ...body]),
    long,
  ])
  const answers: readonly (readonly [RegExp, Buffer])[] = [
    [/answers without an end/, Buffer.concat(Array.from({ length: 70 }, () => one))],
    [/nobody asked for/, ldapMessage(9, entry(...uid))],
    [/disconnects \(LDAP result 52/, ldapMessage(0, result(0x78, 52))],
  ]
  for (const [words, then] of answers) {
    let asked = 0
    await using server = await hostileServer((socket) => {
      socket.on('data', () => socket.write(asked++ === 0 ? bound : then))
    })
    const timeouts = { connectMs: 60_000, bindMs: 60_000, searchMs: 60_000 }
    await using corp = await openLdap({ ...settings(server.url, 'slapd'), timeouts })
    const fault = await corp.check('alice', 'alicepw', never).catch((error: unknown) => error)
    assert.ok(fault instanceof SignInFault && fault.code === 'directory-unavailable')
    assert.match(fault.detail, words)
  }
})

test('one person of an answer that was cut short is not the only one', async () => {
  const cutShort = (code: number) =>
    recordedAnswers('slapd').map((exchange, index) => {
      if (index !== 1) return exchange
      const done = Buffer.from(exchange.answers.at(-1)!)
      done[9] = code
      return { ...exchange, answers: [...exchange.answers.slice(0, -1), done] }
    })
  assert.equal(((await signIn(cutShort(0), 'slapd')) as { username?: string }).username, 'alice')
  for (const code of [3, 4, 11]) {
    const fault = await signIn(cutShort(code), 'slapd')
    assert.ok(fault instanceof SignInFault && fault.code === 'directory-unavailable')
    assert.match(fault.detail, new RegExp(`LDAP result ${code}`))
  }
})

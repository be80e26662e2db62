import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { PasswordConnector } from '../../../src/connectors/connector.ts'
import { provePassword } from '../../../src/sign-in/prove-password.ts'
import { limitTries } from '../../../src/sign-in/tries.ts'
import { inMemory } from '../../http/in-memory.ts'
import { rejectsWith } from '../rejects-with.ts'
import { hostileServer, ldapMessage, result } from './hostile-server.ts'
import { clock, never, openLdap, type RawSettings } from './open-ldap.ts'

const base = 'ou=people,dc=example,dc=test'
const settings = (how: 'search' | 'direct', url: string): RawSettings => ({
  label: 'x',
  accounts: ['111122223333'],
  servers: [url],
  timeouts: { connectMs: 60_000, bindMs: 60_000, searchMs: 60_000 },
  leastRefusalMs: 0,
  tls: { mode: 'cleartext-allowed' },
  people: { base },
  groups: { how: 'none' },
  bind:
    how === 'direct'
      ? { how, template: `uid={username},${base}` }
      : { how, dn: 'cn=svc,dc=example,dc=test', password: 'svcpw' },
})

/** One element, its length in four octets. */
function element(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
  const head = Buffer.from([tag, 0x84, 0, 0, 0, 0])
  head.writeUInt32BE(content.length, 2)
  return Buffer.concat([head, content])
}

function entry(name: Buffer | string, ...attributes: (readonly [string, ...Buffer[]])[]): Buffer {
  const lists = attributes.map(([type, ...values]) =>
    element(0x30, element(4, type), element(0x31, ...values)),
  )
  return element(0x64, element(4, name), element(0x30, ...lists))
}

const alice = entry(
  `uid=alice,${base}`,
  ['uid', element(4, 'alice')],
  ['cn', element(4, 'Alice')],
  ['entryUUID', element(4, '7a1c9d5e-1111-4222-8333-944445555666')],
)
const dn = `uid=mallory,${base}`
const uid = ['uid', element(4, 'mallory')] as const
const unreadable = {
  'over 8 MiB': entry(dn, uid, ['cn', element(4, Buffer.alloc(9 * 1024 * 1024, 'm'))]),
  'over 100,000 values': entry(dn, uid, ['cn', Buffer.alloc(200_002, Buffer.from([4, 0]))]),
  'one attribute twice': entry(dn, uid, uid),
  'a name that is not UTF-8': entry(Buffer.from([0xff]), uid),
}

/**
 * Binds everybody, finds alice, and gives `mallory` for every other name; alice's first search is
 * answered behind a search for another.
 */
function directory(mallory: Buffer) {
  const held: (() => void)[] = []
  const answer = (socket: Socket, id: number, found: Buffer) => {
    socket.write(element(0x30, Buffer.from([2, 1, id]), found))
    socket.write(ldapMessage(id, result(0x65, 0)))
  }
  let isFirst = true
  return hostileServer((socket) => {
    socket.on('data', (request: Buffer) => {
      // The id has one byte, behind its tag 2 and its length 1.
      const id = request[request.indexOf(2) + 2]!
      const isBind = request[request.indexOf(2) + 3] === 0x60
      if (isBind) return void socket.write(ldapMessage(id, result(0x61, 0)))
      if (!request.includes('alice')) {
        answer(socket, id, mallory)
        for (const release of held.splice(0)) release()
      } else if (isFirst) {
        isFirst = false
        held.push(() => answer(socket, id, alice))
      } else answer(socket, id, alice)
    })
  })
}

for (const [what, mallory] of Object.entries(unreadable)) {
  test(`an entry that cannot be read ends its own search only: ${what}`, async () => {
    await using server = await directory(mallory)
    await using corp = await openLdap(settings('search', server.url))
    const waiting = corp.check('alice', 'alicepw', never)
    waiting.catch(() => undefined)
    while (!server.received().includes('alice'))
      await new Promise((resolve) => setImmediate(resolve))
    const fault = await rejectsWith(corp.check('mallory', 'x', never), 'credentials-rejected')
    assert.match(fault.detail, /an entry cannot be read/)
    assert.equal((await waiting).username, 'alice')
    assert.equal((await corp.check('alice', 'alicepw', never)).username, 'alice')
    assert.equal(server.connections(), 3, 'the service connection, and two binds of alice')
    assert.deepEqual(
      corp.servers?.().map(({ trouble }) => trouble),
      [undefined],
    )
  })

  test(`a try on an entry that cannot be read counts: ${what}`, async () => {
    for (const how of ['search', 'direct'] as const) {
      await using server = await directory(mallory)
      await using upstream = await openLdap(settings(how, server.url))
      const window = { count: 2, windowSeconds: 60 }
      const ports = {
        tries: limitTries(inMemory(clock), { perName: window, perAddress: window }),
        checkTimeoutMs: 10_000,
      }
      const corp: PasswordConnector = {
        id: 'corp',
        protocol: 'ldap',
        label: 'x',
        accounts: [],
        upstream,
      }
      const attempt = { username: 'mallory', password: 'x', sourceAddress: '192.0.2.1' }
      const refused = how === 'search' ? 'credentials-rejected' : 'unavailable'
      for (const code of [refused, refused, 'too-many-tries'] as const)
        await rejectsWith(provePassword(corp, attempt, ports), code)
    }
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provePassword } from '../../src/sign-in/prove-password.ts'
import { limitTries } from '../../src/sign-in/tries.ts'
import { hostileServer, ldapMessage, result } from '../connectors/ldap/hostile-server.ts'
import { clock, openLdap } from '../connectors/ldap/open-ldap.ts'
import { inMemory } from '../http/in-memory.ts'

const forms: Readonly<Record<string, readonly string[]>> = {
  'CORP\\{username}': ['alice', 'CORP\\alice', 'corp\\Alice', ' CORP\\alice'],
  '{username}@corp.test': ['alice', 'alice@corp.test', 'ALICE@CORP.TEST', ' alice@corp.test '],
}

test('forms of a name that the directory takes apart share one count', async () => {
  for (const [template, names] of Object.entries(forms)) {
    await using refusing = await hostileServer((socket) => {
      socket.on('data', () => socket.write(ldapMessage(1, result(0x61, 49))))
    })
    await using upstream = await openLdap({
      label: 'x',
      accounts: ['111122223333'],
      servers: [refusing.url],
      leastRefusalMs: 0,
      tls: { mode: 'cleartext-allowed' },
      people: { base: 'dc=corp,dc=test', loginAttributes: ['sAMAccountName'] },
      bind: { how: 'direct', template },
    })
    const corp = { id: 'corp', protocol: 'ldap', label: 'x', accounts: [], upstream } as const
    const perName = { count: names.length, windowSeconds: 60 }
    const perAddress = { count: 100, windowSeconds: 60 }
    const ports = {
      tries: limitTries(inMemory(clock), { perName, perAddress }),
      checkTimeoutMs: 10_000,
    }
    const guess = (username: string) =>
      provePassword(corp, { username, password: 'x', sourceAddress: '192.0.2.1' }, ports)
    for (const name of names)
      await assert.rejects(guess(name), { code: 'credentials-rejected' }, name)
    for (const name of names) await assert.rejects(guess(name), { code: 'too-many-tries' }, name)
    await assert.rejects(guess('bob'), { code: 'credentials-rejected' })
  }
})

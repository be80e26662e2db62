import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { readSettings } from '../../../src/config/load.ts'
import type { LdapSettings } from '../../../src/connectors/ldap/settings.ts'
import { requirePeer } from '../../peers/require.ts'
import { type Slapd, startSlapd } from '../../peers/slapd.ts'
import { never, openLdap, settingsFor } from './open-ldap.ts'

const folder = resolve(import.meta.dirname, '../../../docs/examples/ldap')
const rest = `publicUrl: https://sso.example.com
store: { sqlite: x.db }
keys: { rootKey: { file: root.key } }
audit: { file: audit.log }
accounts: { "111122223333": {} }
`
let slapd: Slapd
before(async (t) => {
  if (requirePeer(t as TestContext, 'slapd')) slapd = await startSlapd()
})
after(() => slapd?.[Symbol.asyncDispose]())

async function example(file: string): Promise<LdapSettings> {
  const text = await readFile(join(folder, file), 'utf8')
  const loaded = readSettings(`${text}${rest}`, file, { LDAP_PASSWORD: 'svcpw' })
  assert.ok(loaded.ok, loaded.ok ? '' : JSON.stringify(loaded.problems))
  const corp = loaded.settings.connectors.corp
  assert.ok(corp?.type === 'ldap')
  return corp as LdapSettings
}

test('every example of a directory loads', async () => {
  const files = await readdir(folder)
  assert.ok(files.length >= 5)
  for (const file of files) await example(file)
})

test('the examples of posixGroup and groupOfUniqueNames find the groups of a person', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const group = (cn: string, member: string) =>
    `dn: cn=${cn},ou=groups,${slapd.baseDn}\nobjectClass: groupOfUniqueNames\ncn: ${cn}\n` +
    `uniqueMember: ${member}\n`
  const alice = `uid=alice,ou=people,${slapd.baseDn}`
  const inner = `cn=inner,ou=groups,${slapd.baseDn}`
  await slapd.modify([group('inner', alice), group('outer', inner)].join('\n'))
  const expected = {
    'posix-group.yaml': ['primary', 'unix'],
    'group-of-unique-names.yaml': ['inner', 'outer'],
  }
  for (const [file, names] of Object.entries(expected)) {
    const { people, groups } = await example(file)
    assert.ok(groups.how === 'search')
    const base = `ou=groups,${slapd.baseDn}`
    await using corp = await openLdap(
      settingsFor(slapd, {
        people: { base: `ou=people,${slapd.baseDn}`, filter: people.filter },
        groups: { ...groups, base },
      }),
    )
    assert.deepEqual((await corp.check('alice', 'alicepw', never)).groups, names, file)
  }
})

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { initLdap, initSaml } from '../../src/cli/init/init.ts'
import { readSettings } from '../../src/config/load.ts'

async function place() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-init-'))
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  return {
    file: join(folder, 'new', 'gatehouse.yaml'),
    output: { out: say, err: say },
    said: () => lines.join('\n'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

const common = {
  id: 'corp',
  account: '111122223333',
  group: 'Domain "Admins"',
  publicUrl: 'https://sso.example.com',
}
const ldap = {
  ...common,
  server: ['ldap://dc1.example.com', 'ldap://dc2.example.com'],
  base: 'dc=example,dc=com',
  bindDn: 'cn=svc: "it",dc=example,dc=com',
  kind: 'active-directory',
} as const
const saml = {
  ...common,
  metadata: 'https://idp.example.com/metadata.xml',
  groupsAttribute: 'groups',
  usernameAttribute: 'uid',
}

test('init writes whole settings, for the owner alone, and says what is next', async () => {
  for (const make of ['ldap', 'saml'] as const) {
    await using at = await place()
    const code =
      make === 'ldap'
        ? await initLdap({ ...ldap, output: at.file }, at.output)
        : await initSaml({ ...saml, output: at.file }, at.output)
    assert.equal(code, 0, at.said())
    assert.equal((await stat(at.file)).mode & 0o777, 0o600)
    assert.match(at.said(), /gatehouse serve --config/)
    await writeFile(join(at.file, '../ldap-password'), 'secret')
    const read = readSettings(await readFile(at.file, 'utf8'), at.file, {})
    assert.ok(read.ok, JSON.stringify(read))
    assert.deepEqual(read.warnings, [])
    assert.equal(read.settings.connectors.corp?.type, make)
  }
})

test('ldap:// is StartTLS, and what was asked stands in the file as it was typed', async () => {
  await using at = await place()
  assert.equal(await initLdap({ ...ldap, output: at.file }, at.output), 0)
  await writeFile(join(at.file, '../ldap-password'), 'secret')
  const read = readSettings(await readFile(at.file, 'utf8'), at.file, {})
  assert.ok(read.ok)
  const { corp: connector } = read.settings.connectors
  assert.ok(connector?.type === 'ldap' && connector.bind.how === 'search')
  assert.equal(connector.tls.mode, 'starttls')
  assert.equal(connector.bind.dn, ldap.bindDn)
})

test('init never replaces a file', async () => {
  await using at = await place()
  assert.equal(await initLdap({ ...ldap, output: at.file }, at.output), 0)
  const before = await readFile(at.file, 'utf8')
  assert.equal(await initSaml({ ...saml, output: at.file }, at.output), 1)
  assert.match(at.said(), /is there already: name another with --output/)
  assert.equal(await readFile(at.file, 'utf8'), before)
})

test('what would be no settings is told and not written', async () => {
  const wrong = [
    { account: '12' },
    { id: 'Bad id' },
    { publicUrl: 'http://sso.example.com' },
    { publicUrl: 'sso.example.com' },
    { server: ['https://dc1.example.com'] },
  ]
  for (const change of wrong) {
    await using at = await place()
    assert.equal(await initLdap({ ...ldap, ...change, output: at.file }, at.output), 1)
    assert.notEqual(at.said(), '')
    await assert.rejects(readFile(at.file), { code: 'ENOENT' })
  }
})

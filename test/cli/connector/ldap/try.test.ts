import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { check } from '../../../../src/cli/check.ts'
import { ldapTry } from '../../../../src/cli/connector/ldap/try.ts'
import { requirePeer } from '../../../peers/require.ts'
import { type Slapd, startSlapd } from '../../../peers/slapd.ts'

let slapd: Slapd
let folder: string
before(async (t) => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  if (requirePeer(t as TestContext, 'slapd')) slapd = await startSlapd()
})
after(async () => {
  await slapd?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const role = 'arn:aws:iam::111122223333:role/Engineer'

/** A settings file with one LDAP connector; `more` replaces its keys. */
async function settingsFile(more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const corp = {
    type: 'ldap',
    label: 'Corp',
    accounts: ['111122223333'],
    servers: [slapd.ldapsUrl],
    tls: { mode: 'ldaps', caFile: slapd.caFile },
    bind: { how: 'search', dn: slapd.serviceDn, password: '${env:SERVICE}' },
    people: { base: `ou=people,${slapd.baseDn}` },
    groups: { how: 'search', base: `ou=groups,${slapd.baseDn}`, nested: 'walk' },
    attributes: ['mail'],
    ...more,
  }
  const settings = {
    publicUrl: 'https://sso.example.com',
    store: { sqlite: 'x.db' },
    keys: { rootKey: { file: 'root.key' } },
    audit: { file: 'audit.log' },
    connectors: { corp },
    mappings: [
      { name: 'engineers', when: '"engineering" in identity.groups', grants: [{ role }] },
      { name: 'nobody', when: '"none" in identity.groups', grants: [{ role }] },
    ],
    accounts: { '111122223333': {} },
  }
  const path = join(folder, 'g.yaml')
  await writeFile(path, JSON.stringify(settings, null, 1))
  return path
}
const env = { SERVICE: 'svcpw' }

async function run(command: typeof ldapTry, config: string, username: string) {
  const out: string[] = []
  const err: string[] = []
  const output = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const code = await command({ config, username }, env, output)
  return { code, out: out.join('\n'), err: err.join('\n') }
}
async function checked(config: string) {
  const err: string[] = []
  const output = { out: () => {}, err: (line: string) => err.push(line) }
  const code = await check(config, env, output, { connect: true })
  const told = err.filter((line) => line.includes('connectors.corp'))
  return { code, err: told.join('\n') }
}

test('a person is looked up: entry, groups and where from, identity, every rule', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const { code, out, err } = await run(ldapTry, await settingsFile(), 'alice')
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^corp: uid=alice,ou=people,dc=example,dc=test$/m)
  assert.match(out, /^mail +a\.liddell@example\.test$/m)
  assert.match(out, /^devs +cn=devs,ou=groups\S+ +`member` of the group$/m)
  assert.match(out, /^engineering +cn=engineering\S+ +a group of a group, 1 up$/m)
  assert.match(out, /^username +alice$/m)
  assert.match(out, /^engineers +granted/m)
  assert.match(out, /^nobody +not-matched/m)
  assert.ok(out.includes(role))
  for (const secret of ['alicepw', 'svcpw']) assert.ok(!out.includes(secret))
})

test('what would stop the sign-in is told as the operator and the person read it', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const nobody = await run(ldapTry, await settingsFile(), 'nobody')
  assert.equal(nobody.code, 1)
  assert.match(nobody.err, /no person of that name \(the person reads: That name and password/)
  const nowhere = { people: { base: `ou=nowhere,${slapd.baseDn}` } }
  const wrong = await run(ldapTry, await settingsFile(nowhere), 'alice')
  assert.equal(wrong.code, 1)
  assert.match(wrong.err, /ou=nowhere\S+ does not exist/)
  const direct = {
    bind: { how: 'direct', template: `uid={username},ou=people,${slapd.baseDn}` },
  }
  assert.match((await run(ldapTry, await settingsFile(direct), 'alice')).err, /password is needed/)
})

test('check --connect finds a good directory good', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  assert.deepEqual(await checked(await settingsFile()), { code: 0, err: '' })
})

test('check --connect tells what is silent otherwise, at its place', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const base = `ou=groups,${slapd.baseDn}`
  const people = `ou=people,${slapd.baseDn}`
  const table: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ people: { base: `ou=nowhere,${slapd.baseDn}` } }, /people\.base.*does not exist/],
    [{ groups: { how: 'search', base: `ou=x,${slapd.baseDn}` } }, /groups\.base: .*not exist/],
    [{ groups: { how: 'memberOf', base, attribute: 'seeAlso' } }, /groups.*nobody .* `seeAlso`/],
    [{ groups: { how: 'search', base, filter: '(objectClass=group)' } }, /nobody has a group/],
    [{ groups: { how: 'search', base, memberAttribute: 'uniqueMember' } }, /no group has `unique/],
    [{ groups: { how: 'search', base, nested: 'in-chain' } }, /`in-chain` is of Active Directory/],
    [{ groups: { how: 'tokenGroups', base } }, /`tokenGroups` is of Active Directory/],
    [{ people: { base: people, filter: '(objectClass=user)' } }, /nobody can sign in/],
    [{ people: { base: people, loginAttributes: ['uuid'] } }, /nobody below .* `uuid`/],
    [
      { people: { base: people, subjectAttribute: 'employeeNumber' } },
      /no single `employeeNumber`/,
    ],
    [{ servers: [slapd.ldapsUrl, 'ldaps://127.0.0.1:1'] }, /servers\[1\]: .*ECONNREFUSED/],
    [{ bind: { how: 'search', dn: slapd.serviceDn, password: 'x' } }, /account is refused/],
  ]
  for (const [more, words] of table) {
    const { code, err } = await checked(await settingsFile(more))
    assert.match(err, words)
    assert.match(err, /g\.yaml:\d+:\d+: connectors\.corp/)
    assert.equal(code, 1, err)
  }
  const { code, err } = await checked(await settingsFile({ attributes: ['mial'] }))
  assert.deepEqual([code, /nobody .* `mial`.*\(warning\)/.test(err)], [0, true])
})

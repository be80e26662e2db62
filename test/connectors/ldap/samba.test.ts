import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, type TestContext, test } from 'node:test'
import { Attribute, Change, Client } from 'ldapts'
import { formats } from '../../../src/connectors/ldap/attribute-formats.ts'
import type { Identity } from '../../../src/kernel/identity.ts'
import { requirePeer } from '../../peers/require.ts'
import { type Samba, startSamba } from '../../peers/samba.ts'
import { rejectsWith } from '../rejects-with.ts'
import { never, openLdap, type RawSettings } from './open-ldap.ts'

let dc: Samba
before(async (t) => {
  if (requirePeer(t as TestContext, 'samba')) dc = await startSamba()
})
after(() => dc?.[Symbol.asyncDispose]())

const settings = (more: Partial<RawSettings> = {}): RawSettings => ({
  label: 'Active Directory',
  accounts: ['111122223333'],
  servers: [dc.ldapsUrl],
  tls: { mode: 'ldaps', caFile: dc.caFile },
  bind: { how: 'search', dn: `svc@${dc.realm}`, password: dc.passwordOf('svc') },
  people: {
    base: dc.baseDn,
    filter: '(&(objectCategory=person)(objectClass=user))',
    loginAttributes: ['sAMAccountName', 'userPrincipalName'],
    subjectAttribute: 'objectGUID',
  },
  attributes: ['objectSid', 'mail', { name: 'objectGUID', as: 'guid' }],
  groups: { how: 'tokenGroups', base: dc.baseDn },
  leastRefusalMs: 0,
  // Far beyond what a loaded machine needs.
  timeouts: { connectMs: 60_000, bindMs: 60_000, searchMs: 60_000 },
  ...more,
})
const upn = (): Partial<RawSettings> => ({
  bind: { how: 'direct', template: `{username}@${dc.realm}` },
})
const downLevel = (): Partial<RawSettings> => ({
  bind: { how: 'direct', template: 'CORP\\{username}' },
})

const check = async (more: Partial<RawSettings>, name: string, password = dc.passwordOf(name)) => {
  await using corp = await openLdap(settings(more))
  return await corp.check(name, password, never)
}
const ours = (groups: readonly string[]) =>
  groups.filter((name) => /devs|eng|Finance|Domain/.test(name))

test('search, UPN and down-level name give the same person, GUID and SID as text', async (t) => {
  if (!requirePeer(t, 'samba')) return
  const identity = await check({}, 'ALICE', dc.passwordOf('alice'))
  assert.match(
    identity.subject,
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    'a version 4 GUID: the byte order is right',
  )
  assert.deepEqual(identity.attributes.get('guid'), [identity.subject])
  assert.match(identity.attributes.get('objectSid')?.[0] ?? '', /^S-1-5-21-\d+-\d+-\d+-\d+$/)
  assert.equal(identity.username, 'alice')
  for (const way of [
    upn(),
    downLevel(),
    {
      servers: [dc.ldapUrl],
      tls: { mode: 'starttls', caFile: dc.caFile },
    } satisfies Partial<RawSettings>,
  ]) {
    assert.deepEqual(await check(way, 'alice'), identity)
  }
  assert.deepEqual(await check({}, `Alice@${dc.realm}`, dc.passwordOf('alice')), identity)
})

test('groups: tokenGroups, in-chain and walk agree; memberOf gives the direct ones', async (t) => {
  if (!requirePeer(t, 'samba')) return
  const base = dc.baseDn
  const chain = ['devs', 'engineering', 'everyone-eng']
  const search = { how: 'search', base, filter: '(objectClass=group)' } as const
  const primary = { primary: 'active-directory' } as const
  const table: [RawSettings['groups'], string[]][] = [
    [{ how: 'tokenGroups', base }, ['Domain Users', ...chain]],
    [{ ...search, nested: 'in-chain' }, chain],
    [{ ...search, nested: 'in-chain', ...primary }, ['Domain Users', ...chain]],
    [{ ...search, nested: 'walk', ...primary }, ['Domain Users', ...chain]],
    [search, ['devs']],
    [{ how: 'memberOf', base }, ['devs']],
    [{ how: 'memberOf', base, ...primary }, ['Domain Users', 'devs']],
    [
      { how: 'memberOf', base, nested: 'walk', ...primary, name: 'sAMAccountName' },
      ['Domain Users', ...chain],
    ],
  ]
  for (const [groups, expected] of table) {
    for (const way of [{}, upn()])
      assert.deepEqual(
        ours((await check({ groups, ...way }, 'alice')).groups),
        expected,
        JSON.stringify(groups),
      )
  }
  const named = await check({ groups: { how: 'tokenGroups', base } }, 'bob')
  assert.ok(named.groups.includes('finance-ops'), 'sAMAccountName, which is unique in a domain')
  for (const nested of ['in-chain', 'walk', 'none'] as const) {
    assert.deepEqual(
      ours((await check({ groups: { ...search, nested, name: 'cn' } }, 'bob')).groups),
      ['Finance, (Ops)*'],
    )
  }
  await rejectsWith(
    check({ groups: { how: 'tokenGroups', base, maxGroups: 2 } }, 'alice'),
    'directory-unavailable',
  )
})

test('a refusal tells its reason after the right password only', async (t) => {
  if (!requirePeer(t, 'samba')) return
  const reasons = {
    disabled: 'account-disabled',
    mustchange: 'must-change-password',
    expired: 'password-expired',
    ended: 'account-expired',
    hours: 'outside-hours',
  } as const
  for (const way of [{}, upn()]) {
    for (const [name, code] of Object.entries(reasons)) {
      await rejectsWith(check(way, name), code as (typeof reasons)[keyof typeof reasons])
      const fault = await rejectsWith(check(way, name, 'wrong'), 'credentials-rejected')
      assert.match(fault.detail, /data 52e/)
    }
    assert.match(
      (await rejectsWith(check(way, 'station'), 'credentials-rejected')).detail,
      /workstation/,
    )
  }
})

test('a locked account reads like a wrong password; the operator sees the lock', async (t) => {
  if (!requirePeer(t, 'samba')) return
  await using corp = await openLdap(settings())
  for (let tries = 0; tries < 3; tries++)
    await rejectsWith(corp.check('locked', 'wrong', never), 'credentials-rejected')
  for (const password of [dc.passwordOf('locked'), 'wrong']) {
    const fault = await rejectsWith(corp.check('locked', password, never), 'credentials-rejected')
    assert.match(fault.detail, /account locked/)
  }
})

test('names: explicit UPN, accents, metacharacters and unknown people', async (t) => {
  if (!requirePeer(t, 'samba')) return
  assert.equal((await check(upn(), 'robert', dc.passwordOf('bob'))).username, 'bob')
  assert.equal((await check({}, 'alicé')).username, 'alicé')
  for (const way of [{}, upn(), downLevel()]) {
    for (const name of [
      'nobody',
      '*',
      'ali*',
      'alice)(cn=*',
      'álice',
      'alice@corp.test@corp.test',
      'PLAIN',
    ]) {
      await rejectsWith(check(way, name, dc.passwordOf('alice')), 'credentials-rejected')
    }
    await rejectsWith(check(way, 'OTHER\\alice', dc.passwordOf('alice')), 'username-form')
    for (const password of ['', ' ', 'Passw0rd-alice\0'])
      await rejectsWith(check(way, 'alice', password), 'credentials-rejected')
  }
})

test('names with a domain or a realm are taken as the directory writes them', async (t) => {
  if (!requirePeer(t, 'samba')) return
  const { people } = settings()
  const domain: Partial<RawSettings> = { people: { ...people, domain: 'CORP' } }
  const password = dc.passwordOf('alice')
  for (const [way, name] of [
    [domain, 'corp\\alice'],
    [downLevel(), 'CORP\\alice'],
    [upn(), `alice@${dc.realm}`],
    [{}, `alice@${dc.realm}`],
  ] as const)
    assert.equal((await check(way, name, password)).username, 'alice')
  const accounts: Partial<RawSettings> = {
    people: { ...people, loginAttributes: ['sAMAccountName'] },
  }
  await rejectsWith(check(accounts, `alice@${dc.realm}`, password), 'username-form')
  await rejectsWith(check(accounts, 'nobody@x', password), 'username-form')
})

test('a directory that refuses cleartext is reported as a fault of the settings', async (t) => {
  if (!requirePeer(t, 'samba')) return
  const clear: Partial<RawSettings> = { servers: [dc.ldapUrl], tls: { mode: 'cleartext-allowed' } }
  const fault = await rejectsWith(check({ ...clear, ...upn() }, 'alice'), 'directory-unavailable')
  assert.match(fault.detail, /LDAP result 8/)
})

test('people in more groups than a page holds sign in at once', async (t) => {
  if (!requirePeer(t, 'samba')) return
  const groups = { how: 'search', base: dc.baseDn, filter: '(objectClass=group)' } as const
  await using corp = await openLdap(settings({ groups }))
  const all = Array.from({ length: 4 }, () => corp.check('many', dc.passwordOf('many'), never))
  for (const { groups } of await Promise.all(all)) assert.equal(groups.length, 240)
})

test('a check finds who is signed in by GUID: groups of now, disabled, locked, over', async (t) => {
  if (!requirePeer(t, 'samba')) return
  await using corp = await openLdap(settings({ recheck: {} }), { now: () => new Date() })
  const kept = { secret: undefined, keep: async () => assert.fail(), signal: never }
  const again = (identity: Identity) => corp.recheck!.check(identity, kept)
  const ca = [await readFile(dc.caFile)]
  const admin = new Client({ url: dc.ldapsUrl, tlsOptions: { ca } })
  await admin.bind(dc.adminDn, dc.adminPassword)
  try {
    const alice = await corp.check('alice', dc.passwordOf('alice'), never)
    assert.deepEqual(await again(alice), alice)
    const { dn } = await found(admin, 'alice')
    const change = (of: string, type: string, value: string) =>
      admin.modify(of, [
        new Change({
          operation: 'replace',
          modification: new Attribute({ type, values: [value] }),
        }),
      ])
    const engineering = `CN=engineering,CN=Users,${dc.baseDn}`
    const member = new Attribute({ type: 'member', values: [`CN=devs,CN=Users,${dc.baseDn}`] })
    await admin.modify(engineering, [new Change({ operation: 'delete', modification: member })])
    assert.deepEqual(ours((await again(alice)).groups), ['Domain Users', 'devs'])
    await admin.modify(engineering, [new Change({ operation: 'add', modification: member })])
    await change(dn, 'userAccountControl', '514')
    await rejectsWith(again(alice), 'account-disabled')
    await change(dn, 'userAccountControl', '512')
    await change(dn, 'accountExpires', '132000000000000000')
    await rejectsWith(again(alice), 'account-expired')
    await change(dn, 'accountExpires', '0')
    assert.deepEqual(await again(alice), alice)
    for (let tries = 0; tries < 3; tries++)
      await corp.check('alicé', 'wrong', never).catch(() => undefined)
    const other = { ...alice, subject: (await found(admin, 'alicé')).guid }
    await rejectsWith(again(other), 'account-locked')
    await rejectsWith(again({ ...alice, subject: randomUUID() }), 'sign-in-withdrawn')
    // A password that has expired meanwhile stops the next sign-in, not this one.
    await again({ ...alice, subject: (await found(admin, 'expired')).guid })
  } finally {
    await admin.unbind()
  }
})

async function found(admin: Client, name: string) {
  const filter = `(sAMAccountName=${name})`
  const options = { filter, attributes: ['objectGUID'], explicitBufferAttributes: ['objectGUID'] }
  const { searchEntries } = await admin.search(dc.baseDn, options)
  const { dn, objectGUID } = searchEntries[0]!
  return { dn, guid: formats.guid(objectGUID as Buffer)! }
}

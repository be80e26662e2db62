import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { requirePeer } from '../../peers/require.ts'
import { type Samba, startSamba } from '../../peers/samba.ts'
import { rejectsWith } from '../rejects-with.ts'
import { never, openLdap, type RawSettings } from './open-ldap.ts'

let dc: Samba
before(async (t) => { if (requirePeer(t as TestContext, 'samba')) dc = await startSamba() })
after(() => dc?.[Symbol.asyncDispose]())

const settings = (more: Partial<RawSettings> = {}): RawSettings => ({
  label: 'Active Directory', accounts: ['111122223333'], servers: [dc.ldapsUrl],
  tls: { mode: 'ldaps', caFile: dc.caFile },
  bind: { how: 'search', dn: `svc@${dc.realm}`, password: dc.passwordOf('svc') },
  people: {
    base: dc.baseDn, filter: '(&(objectCategory=person)(objectClass=user))',
    loginAttributes: ['sAMAccountName', 'userPrincipalName'], subjectAttribute: 'objectGUID',
  },
  attributes: ['objectSid', 'mail', { name: 'objectGUID', as: 'guid' }],
  groups: { how: 'tokenGroups', base: dc.baseDn },
  leastRefusalMs: 0,
  ...more,
})
const upn = (): Partial<RawSettings> => ({ bind: { how: 'direct', template: `{username}@${dc.realm}` } })
const downLevel = (): Partial<RawSettings> => ({ bind: { how: 'direct', template: 'CORP\\{username}' } })

const check = async (more: Partial<RawSettings>, name: string, password = dc.passwordOf(name)) => {
  await using corp = await openLdap(settings(more))
  return await corp.check(name, password, never)
}
const ours = (groups: readonly string[]) => groups.filter((name) => /devs|eng|Finance|Domain/.test(name))

test('search, UPN and down-level name prove the same person, with GUID and SID as text', async (t) => {
  if (!requirePeer(t, 'samba')) return
  const identity = await check({}, 'ALICE', dc.passwordOf('alice'))
  assert.match(identity.subject, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'a version 4 GUID: the byte order is right')
  assert.deepEqual(identity.attributes.get('guid'), [identity.subject])
  assert.match(identity.attributes.get('objectSid')?.[0] ?? '', /^S-1-5-21-\d+-\d+-\d+-\d+$/)
  assert.equal(identity.username, 'alice')
  for (const way of [upn(), downLevel(), { servers: [dc.ldapUrl], tls: { mode: 'starttls', caFile: dc.caFile } } satisfies Partial<RawSettings>]) {
    assert.deepEqual(await check(way, 'alice'), identity)
  }
  assert.deepEqual(await check({}, `Alice@${dc.realm}`, dc.passwordOf('alice')), identity)
})

test('groups: tokenGroups, in-chain and a walk agree; memberOf tells the direct ones', async (t) => {
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
    [{ how: 'memberOf', base, nested: 'walk', ...primary, name: 'sAMAccountName' }, ['Domain Users', ...chain]],
  ]
  for (const [groups, expected] of table) {
    for (const way of [{}, upn()]) assert.deepEqual(ours((await check({ groups, ...way }, 'alice')).groups), expected, JSON.stringify(groups))
  }
  for (const nested of ['in-chain', 'walk', 'none'] as const) {
    assert.deepEqual(ours((await check({ groups: { ...search, nested } }, 'bob')).groups), ['Finance, (Ops)*'])
  }
  await rejectsWith(check({ groups: { how: 'tokenGroups', base, maxGroups: 2 } }, 'alice'), 'directory-unavailable')
})

test('a refusal tells its reason after the right password only', async (t) => {
  if (!requirePeer(t, 'samba')) return
  const reasons = { disabled: 'account-disabled', mustchange: 'must-change-password', expired: 'password-expired', ended: 'account-expired', hours: 'outside-hours' } as const
  for (const way of [{}, upn()]) {
    for (const [name, code] of Object.entries(reasons)) {
      await rejectsWith(check(way, name), code as (typeof reasons)[keyof typeof reasons])
      const fault = await rejectsWith(check(way, name, 'wrong'), 'credentials-rejected')
      assert.match(fault.detail, /data 52e/)
    }
    assert.match((await rejectsWith(check(way, 'station'), 'credentials-rejected')).detail, /workstation/)
  }
})

test('a locked account reads like a wrong password; the operator sees the lock', async (t) => {
  if (!requirePeer(t, 'samba')) return
  await using corp = await openLdap(settings())
  for (let tries = 0; tries < 3; tries++) await rejectsWith(corp.check('locked', 'wrong', never), 'credentials-rejected')
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
    for (const name of ['nobody', '*', 'ali*', 'alice)(cn=*', 'álice', 'alice@corp.test@corp.test', 'CORP\\alice', 'svc\\', 'PLAIN']) {
      await rejectsWith(check(way, name, dc.passwordOf('alice')), 'credentials-rejected')
    }
    for (const password of ['', ' ', 'Passw0rd-alice\0']) await rejectsWith(check(way, 'alice', password), 'credentials-rejected')
  }
})

test('cleartext is refused by the directory itself, and that is the operator\'s trouble', async (t) => {
  if (!requirePeer(t, 'samba')) return
  const clear: Partial<RawSettings> = { servers: [dc.ldapUrl], tls: { mode: 'cleartext-allowed' } }
  const fault = await rejectsWith(check({ ...clear, ...upn() }, 'alice'), 'directory-unavailable')
  assert.match(fault.detail, /LDAP result 8/)
})

import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { formats, searchValue } from '../../../src/connectors/ldap/attribute-formats.ts'
import { ldapSettings } from '../../../src/connectors/ldap/settings.ts'
import { isUnjudged } from '../../../src/connectors/recheck.ts'
import type { Identity } from '../../../src/kernel/identity.ts'
import type { SignInCode, SignInFault } from '../../../src/kernel/sign-in-fault.ts'
import { requirePeer } from '../../peers/require.ts'
import { type Slapd, startSlapd } from '../../peers/slapd.ts'
import { rejectsWith } from '../rejects-with.ts'
import { clock, never, type Opened, openLdap, type RawSettings, settingsFor } from './open-ldap.ts'

let slapd: Slapd
before(async (t) => {
  if (requirePeer(t as TestContext, 'slapd')) slapd = await startSlapd()
})
after(() => slapd?.[Symbol.asyncDispose]())

const open = (more: Partial<RawSettings> = {}) =>
  openLdap(settingsFor(slapd, { recheck: {}, ...more }))
const nobodyKeeps = { secret: undefined, keep: async () => assert.fail(), signal: never }
const again = ({ recheck }: Opened, identity: Identity) => recheck!.check(identity, nobodyKeeps)
const people = () => `ou=people,${slapd.baseDn}`

/** A person of their own, who is signed in. */
async function enter(corp: Opened, uid: string, ...more: readonly string[]): Promise<Identity> {
  const lines = [`dn: uid=${uid},${people()}`, 'objectClass: inetOrgPerson', ...more]
  const named = ['cn', 'sn', 'uid'].map((name) => `${name}: ${uid}`)
  await slapd.modify(`${[...lines, ...named, `userPassword: ${uid}pw`].join('\n')}\n\n`)
  return corp.check(uid, `${uid}pw`, never)
}
const change = (uid: string, ...lines: readonly string[]) =>
  slapd.modify(`dn: uid=${uid},${people()}\nchangetype: modify\n${lines.join('\n')}\n\n`)

test('a check finds the person of now, and needs no password', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using corp = await open({ attributes: ['mail'] })
  const identity = { ...(await enter(corp, 'erin')), strength: 'hardware' as const }
  assert.deepEqual(await again(corp, identity), identity)
  const group = `dn: cn=ops,ou=groups,${slapd.baseDn}`
  await slapd.modify(
    `${group}\nobjectClass: groupOfNames\ncn: ops\nmember: uid=erin,${people()}\n` +
      `member: uid=bob,${people()}\n\n`,
  )
  await change('erin', 'replace: userPassword', 'userPassword: another')
  await change('erin', 'add: mail', 'mail: erin@example.test')
  const joined = await again(corp, identity)
  assert.deepEqual(joined, {
    ...identity,
    groups: ['ops'],
    attributes: new Map([['mail', ['erin@example.test']]]),
  })
  await slapd.modify(
    `dn: uid=erin,${people()}\nchangetype: modrdn\nnewrdn: uid=erin.new\ndeleteoldrdn: 1\n\n`,
  )
  await slapd.modify(
    `${group}\nchangetype: modify\nreplace: member\nmember: uid=bob,${people()}\n\n`,
  )
  const renamed = await again(corp, joined)
  assert.equal(renamed.username, 'erin.new')
  assert.equal(renamed.subject, identity.subject)
  assert.deepEqual(renamed.groups, [])
  assert.deepEqual(renamed.authenticatedAt, identity.authenticatedAt)
  assert.equal(renamed.strength, 'hardware')
})

test('whoever is gone, or has become somebody else, is refused', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using corp = await open({ people: { base: people(), filter: '(!(title=left))' } })
  const identity = await enter(corp, 'frank')
  const refused = () => rejectsWith(again(corp, identity), 'sign-in-withdrawn')
  await change('frank', 'add: title', 'title: left')
  await refused()
  await change('frank', 'delete: title')
  await again(corp, identity)
  await slapd.modify(`dn: uid=frank,${people()}\nchangetype: delete\n\n`)
  await refused()
  assert.notEqual((await enter(corp, 'frank')).subject, identity.subject)
  await refused()
  for (const subject of ['*', 'frank)(uid=*', '', '\0', identity.subject.toUpperCase()])
    await rejectsWith(again(corp, { ...identity, subject }), 'sign-in-withdrawn')
})

test('an account that is locked or over is refused, and good again when it is', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using corp = await open()
  const identity = await enter(corp, 'gina')
  const states: readonly (readonly [string, string, SignInCode | undefined])[] = [
    ['pwdAccountLockedTime', '000001010000Z', 'account-locked'],
    ['pwdAccountLockedTime', '20260301075500Z', 'account-locked'],
    ['pwdEndTime', '20260301080000Z', 'account-expired'],
    ['pwdEndTime', '20260301080001Z', undefined],
  ]
  for (const [attribute, value, code] of states) {
    await change('gina', `add: ${attribute}`, `${attribute}: ${value}`)
    if (code === undefined) await again(corp, identity)
    else await rejectsWith(again(corp, identity), code)
    await change('gina', `delete: ${attribute}`)
    await again(corp, identity)
  }
  for (const _try of [1, 2, 3]) await corp.check('gina', 'wrong', never).catch(() => undefined)
  await rejectsWith(again(corp, identity), 'account-locked')
})

test('a directory that is away, or that hides people, says nothing of a person', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using corp = await open()
  const identity = await enter(corp, 'hugo')
  const wrong: Partial<RawSettings>[] = [
    { servers: ['ldaps://127.0.0.1:1'] },
    { bind: { how: 'search', dn: slapd.serviceDn, password: 'wrong' } },
    { people: { base: `ou=nowhere,${slapd.baseDn}` } },
    { groups: { how: 'search', base: `ou=nowhere,${slapd.baseDn}` } },
    { people: { base: people(), usernameAttribute: 'employeeNumber' } },
  ]
  for (const more of wrong) {
    await using misled = await open(more)
    const fault: SignInFault = await rejectsWith(again(misled, identity), 'directory-unavailable')
    assert.ok(isUnjudged(fault))
  }
})

test('a stopped directory is no refusal', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using directory = await startSlapd()
  await using corp = await openLdap(settingsFor(directory, { recheck: {} }))
  const identity = await corp.check('alice', 'alicepw', never)
  await again(corp, identity)
  await directory[Symbol.asyncDispose]()
  await rejectsWith(again(corp, identity), 'directory-unavailable')
})

test('checks need the settings and a service account', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using corp = await openLdap(settingsFor(slapd))
  assert.equal(corp.recheck, undefined)
  const direct = { how: 'direct', template: `uid={username},${people()}` } as const
  const parsed = ldapSettings.safeParse(settingsFor(slapd, { bind: direct, recheck: {} }))
  assert.match(parsed.error?.message ?? '', /needs `bind.how: search`/)
  assert.deepEqual(ldapSettings.parse(settingsFor(slapd, { recheck: {} })).recheck, {
    everySeconds: 900,
    awaySeconds: 3600,
    revokeSessions: false,
  })
  assert.equal(clock.now().getUTCFullYear(), 2026)
})

test('a subject is searched for by the bytes that it was told from', () => {
  const guid = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  const sid = Buffer.from('010500000000000515000000a065cf7e784b9b5fe77c8770091c0100', 'hex')
  const rows = [
    ['objectGUID', 'guid', guid],
    ['objectSid', 'sid', sid],
    ['userCertificate;binary', 'base64', guid],
  ] as const
  for (const [attribute, format, bytes] of rows)
    assert.deepEqual(searchValue(attribute, formats[format](bytes)!), bytes)
  assert.equal(searchValue('entryUUID', 'jürgen'), 'jürgen')
  for (const hostile of ['', 'S-1-x-1', `S-1-5${'-1'.repeat(16)}`, 'S-1-5-4294967296', 'S-1-5--1'])
    assert.equal(searchValue('objectSid', hostile), undefined, hostile)
  assert.equal(searchValue('objectGUID', 'no guid'), undefined)
})

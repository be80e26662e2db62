import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { lookUpPerson } from '../../../src/connectors/ldap/look-up.ts'
import { ldapSettings } from '../../../src/connectors/ldap/settings.ts'
import { requirePeer } from '../../peers/require.ts'
import { type Slapd, startSlapd } from '../../peers/slapd.ts'
import { rejectsWith } from '../rejects-with.ts'
import { clock, never, openLdap, type RawSettings, settingsFor } from './open-ldap.ts'

let slapd: Slapd
before(async (t) => {
  if (requirePeer(t as TestContext, 'slapd')) slapd = await startSlapd()
})
after(() => slapd?.[Symbol.asyncDispose]())

const check = async (
  more: Partial<RawSettings>,
  name: string,
  password = slapd.passwordOf(name),
) => {
  await using corp = await openLdap(settingsFor(slapd, more))
  return await corp.check(name, password, never)
}
const peopleBase = () => `ou=people,${slapd.baseDn}`
const groupsBase = () => `ou=groups,${slapd.baseDn}`

test("search, bind, read: the identity in the directory's own words", async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const identity = await check(
    { attributes: ['mail', { name: 'givenName', as: 'first' }, 'jpegPhoto', 'description'] },
    'ALICE ',
    'alicepw',
  )
  assert.match(identity.subject, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  assert.deepEqual(
    { ...identity, subject: '' },
    {
      connector: 'corp',
      protocol: 'ldap',
      subject: '',
      username: 'alice',
      displayName: 'Alice Liddell',
      attributes: new Map([
        ['mail', ['alice@example.test', 'a.liddell@example.test']],
        ['first', ['Alice']],
        ['jpegPhoto', ['AAE=']],
      ]),
      groups: ['devs', 'loop-a'],
      authenticatedAt: clock.now(),
      strength: 'password',
    },
  )
})

test('every way to secure the wire and to bind proves the same person', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const direct: Partial<RawSettings> = {
    bind: { how: 'direct', template: `uid={username},${peopleBase()}` },
  }
  const startTls: Partial<RawSettings> = {
    servers: [slapd.ldapUrl],
    tls: { mode: 'starttls', caFile: slapd.caFile },
  }
  const clear: Partial<RawSettings> = {
    servers: [slapd.ldapUrl],
    tls: { mode: 'cleartext-allowed' },
  }
  const ways: Partial<RawSettings>[] = [
    {},
    startTls,
    clear,
    direct,
    { ...direct, ...startTls },
    { ...direct, ...clear },
  ]
  const identities = await Promise.all(ways.map((way) => check(way, 'alice')))
  for (const identity of identities) assert.deepEqual(identity, identities[0])
})

test('groups: by attribute, by search, nested through circles, posix and primary', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const base = groupsBase()
  const table: [RawSettings['groups'], string[]][] = [
    [{ how: 'none' }, []],
    [{ how: 'memberOf', base }, ['devs', 'loop-a']],
    [
      { how: 'memberOf', base, nested: 'walk' },
      ['devs', 'engineering', 'loop-a', 'loop-b', 'staff'],
    ],
    [{ how: 'memberOf', base: `ou=policies,${slapd.baseDn}` }, []],
    [{ how: 'search', base: `ou=policies,${slapd.baseDn}` }, []],
    [{ how: 'memberOf', base, filter: '(cn=dev*)' }, ['devs']],
    [{ how: 'memberOf', base, name: 'dn' }, [`cn=devs,${base}`, `cn=loop-a,${base}`]],
    [{ how: 'search', base }, ['devs', 'loop-a']],
    [{ how: 'search', base, nested: 'walk' }, ['devs', 'engineering', 'loop-a', 'loop-b', 'staff']],
    [
      {
        how: 'search',
        base,
        filter: '(objectClass=posixGroup)',
        memberAttribute: 'memberUid',
        memberIs: 'username',
      },
      ['unix'],
    ],
    [
      {
        how: 'search',
        base,
        filter: '(objectClass=posixGroup)',
        memberAttribute: 'memberUid',
        memberIs: 'username',
        primary: 'posix',
      },
      ['primary', 'unix'],
    ],
  ]
  for (const [groups, expected] of table)
    assert.deepEqual((await check({ groups }, 'alice')).groups, expected, JSON.stringify(groups))
  const limits: RawSettings['groups'][] = [
    { how: 'search', base, maxGroups: 1 },
    { how: 'memberOf', base, maxGroups: 1 },
    { how: 'search', base, nested: 'walk', maxDepth: 1 },
    { how: 'memberOf', base, nested: 'walk', maxGroups: 3 },
  ]
  for (const groups of limits)
    await rejectsWith(check({ groups }, 'alice'), 'directory-unavailable')
})

test('a base that is not there is trouble, not an empty answer', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const nowhere = `ou=nowhere,${slapd.baseDn}`
  const wrong: Partial<RawSettings>[] = [
    { people: { base: nowhere } },
    { groups: { how: 'search', base: nowhere } },
    { groups: { how: 'search', base: nowhere, nested: 'walk' } },
  ]
  for (const more of wrong) {
    const fault = await rejectsWith(check(more, 'alice'), 'directory-unavailable')
    assert.match(
      fault.detail,
      /ou=nowhere,\S+` does not exist.*knows it up to `dc=example,dc=test`/,
    )
  }
})

test('what a refusal tells: the reason after a right password only', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await rejectsWith(check({}, 'expired'), 'password-expired')
  await rejectsWith(check({}, 'mustchange'), 'must-change-password')
  const details = new Map<string, string>()
  for (const [name, password] of [
    ['locked', 'lockedpw'],
    ['locked', 'wrong'],
    ['expired', 'wrong'],
    ['mustchange', 'wrong'],
    ['nobody', 'x'],
    ['nopassword', 'x'],
  ] as const) {
    const fault = await rejectsWith(check({}, name, password), 'credentials-rejected')
    assert.equal(fault.message, 'That name and password do not match')
    details.set(`${name} ${password}`, fault.detail)
  }
  assert.match(details.get('locked lockedpw') ?? '', /account locked/)
  assert.match(details.get('nobody x') ?? '', /no person of that name/)
})

test('what the directory says about the end of a password goes with the identity', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const direct: Partial<RawSettings> = {
    bind: { how: 'direct', template: `uid={username},${peopleBase()}` },
  }
  assert.deepEqual((await check({}, 'grace')).passwordEnd, { signInsLeft: 3 })
  assert.deepEqual((await check(direct, 'grace')).passwordEnd, { signInsLeft: 2 })
  for (const way of [{}, direct]) {
    const end = (await check(way, 'warned')).passwordEnd
    assert.ok(end && 'expiresAt' in end)
    const days = (end.expiresAt.getTime() - clock.now().getTime()) / 86_400_000
    assert.ok(days > 10 && days < 10.05, `${days}`)
  }
  assert.equal((await check({}, 'alice')).passwordEnd, undefined)
  const looked = await lookUpPerson(
    {
      id: 'corp',
      settings: ldapSettings.parse(settingsFor(slapd)),
      username: 'grace',
      password: 'gracepw',
      signal: never,
    },
    { clock, log: () => undefined },
  )
  assert.deepEqual(looked.passwordEnd, { signInsLeft: 1 }, '`connector ldap try` tells it too')
})

test("the directory's lock after wrong passwords reads like a wrong password", async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using corp = await openLdap(settingsFor(slapd))
  for (let tries = 0; tries < 3; tries++)
    await rejectsWith(corp.check('three', 'wrong', never), 'credentials-rejected')
  const fault = await rejectsWith(corp.check('three', 'threepw', never), 'credentials-rejected')
  assert.match(fault.detail, /account locked/)
})

test('every refusal of a name takes the least time', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using corp = await openLdap(settingsFor(slapd, { leastRefusalMs: 80 }))
  await Promise.all(
    [
      ['nobody', 'x'],
      ['alice', 'x'],
      ['locked', 'x'],
      ['alice', ''],
    ].map(async ([name, password]) => {
      const begun = performance.now()
      await rejectsWith(corp.check(name!, password!, never), 'credentials-rejected')
      assert.ok(performance.now() - begun >= 80)
    }),
  )
})

test('no bind without a password: this directory would call it a success', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const direct: Partial<RawSettings> = {
    bind: { how: 'direct', template: `uid={username},${peopleBase()}` },
  }
  for (const way of [{}, direct]) {
    for (const password of [
      '',
      ' ',
      '\t\n',
      'alicepw\0',
      'alicepw\0x',
      '\0',
      'x'.repeat(10_240),
      null,
    ]) {
      await rejectsWith(check(way, 'alice', password as unknown as string), 'credentials-rejected')
    }
  }
})

test('metacharacters are letters of a name, in filters and in DNs', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const direct: Partial<RawSettings> = {
    bind: { how: 'direct', template: `uid={username},${peopleBase()}` },
  }
  for (const way of [{}, direct]) {
    for (const name of ['o,brien (x)*', 'back\\slash', 'jürgen', 'ju\u0308rgen', 'JÜRGEN']) {
      const password = slapd.passwordOf(name.normalize('NFC').toLowerCase())
      assert.equal((await check(way, name, password)).username, name.normalize('NFC').toLowerCase())
    }
    for (const name of [
      '*',
      'a*',
      'alice)(uid=*',
      '*)(|(uid=*',
      'alice,ou=people',
      'alice\\00',
      'alice+cn=x',
      'alice#',
      '#616c696365',
      '"alice"',
      'EXTERNAL',
      'PLAIN',
      '..',
      'alice/../bob',
      '\\61lice',
      'uid=alice',
    ]) {
      await rejectsWith(check(way, name, 'alicepw'), 'credentials-rejected')
    }
  }
})

test('any name finds itself or nothing', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using corp = await openLdap(settingsFor(slapd))
  await using direct = await openLdap(
    settingsFor(slapd, { bind: { how: 'direct', template: `uid={username},${peopleBase()}` } }),
  )
  const hostile = fc.string({
    unit: fc.constantFrom(
      '*',
      '(',
      ')',
      '\\',
      ',',
      '=',
      '+',
      '"',
      '<',
      '>',
      ';',
      '#',
      ' ',
      '&',
      '|',
      '!',
      '\u00ad',
      'é',
      '\u200b',
      'a',
      'l',
      'i',
      'c',
      'e',
      '2',
      '0',
    ),
    maxLength: 12,
  })
  const around = fc.tuple(hostile, hostile).map(([before, behind]) => `${before}alice${behind}`)
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostile, around, fc.string({ unit: 'grapheme' })), async (name) => {
      for (const upstream of [corp, direct]) {
        const identity = await upstream
          .check(name, 'alicepw', never)
          .catch((error: unknown) => error)
        if (identity instanceof Error) assert.match(identity.message, /do not match/)
        else assert.equal(name.normalize('NFKC').trim().toLowerCase(), 'alice')
      }
    }),
    { numRuns: 150 },
  )
})

test('one name must fit one person', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const people = { base: peopleBase(), loginAttributes: ['uid', 'mail'] }
  assert.equal((await check({ people }, 'alice@example.test', 'alicepw')).username, 'alice')
  const fault = await rejectsWith(
    check({ people }, 'shared@example.test', 'carolpw'),
    'credentials-rejected',
  )
  assert.match(fault.detail, /fits several people/)
})

test('the filter says who counts as a person', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const people = { base: peopleBase(), filter: '(&(objectClass=inetOrgPerson)(mail=*))' }
  assert.equal((await check({ people }, 'alice')).username, 'alice')
  await rejectsWith(check({ people }, 'bob'), 'credentials-rejected')
  await rejectsWith(
    check({ people, bind: { how: 'direct', template: `uid={username},${peopleBase()}` } }, 'bob'),
    'credentials-rejected',
  )
})

test('a hundred people at once share the service connection', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using corp = await openLdap(settingsFor(slapd))
  const names = Array.from({ length: 100 }, (_, index) => (index % 2 ? 'alice' : 'bob'))
  const identities = await Promise.all(
    names.map((name) => corp.check(name, slapd.passwordOf(name), never)),
  )
  assert.deepEqual(
    identities.map(({ username }) => username),
    names,
  )
})

test("a name that several groups have is nobody's", async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using directory = await startSlapd()
  const dave = `uid=bob,ou=people,${directory.baseDn}`
  const groups = `ou=groups,${directory.baseDn}`
  const group = (dn: string, ...cn: string[]) => [
    `dn: ${dn}`,
    'objectClass: groupOfNames',
    ...cn.map((one) => `cn: ${one}`),
    `member: ${dave}`,
  ]
  const unit = [`dn: ou=own,${groups}`, 'objectClass: organizationalUnit', 'ou: own']
  const entries = [
    unit,
    group(`cn=DEVS,ou=own,${groups}`, 'DEVS'),
    group(`cn=mine,ou=own,${groups}`, 'staff', 'mine'),
    group(`cn=alone,ou=own,${groups}`, 'alone'),
  ]
  await directory.modify(entries.map((lines) => `${lines.join('\n')}\n`).join('\n'))
  for (const how of ['search', 'memberOf'] as const) {
    await using corp = await openLdap(settingsFor(directory, { groups: { how, base: groups } }))
    const identity = await corp.check('bob', 'bobpw', never)
    assert.deepEqual(identity.groups, ['alone', 'engineering', 'mine'])
    const shared = corp.logged.filter(({ event }) => event === 'ldap.group-name-shared')
    assert.deepEqual(
      shared.map(({ name, dns }) => [name, dns]),
      [['DEVS', [`cn=DEVS,ou=own,${groups}`, `cn=devs,${groups}`]]],
    )
  }
  const byDn: RawSettings['groups'] = { how: 'search', base: groups, name: 'dn' }
  await using corp = await openLdap(settingsFor(directory, { groups: byDn }))
  const names = (await corp.check('bob', 'bobpw', never)).groups
  assert.ok(names.includes(`cn=DEVS,ou=own,${groups}`), 'rules can ask for the DN')
})

test('of several user names the one that was typed is taken', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const dn = `uid=zoe,${peopleBase()}`
  const person = ['objectClass: inetOrgPerson', 'cn: Zoe', 'sn: Z', 'userPassword: zoepw']
  const names = ['uid: zoe', 'uid: aaa', 'mail: zoe@example.test']
  await slapd.modify(`${[`dn: ${dn}`, ...person, ...names].join('\n')}\n`)
  assert.equal((await check({}, 'zoe')).username, 'zoe')
  assert.equal((await check({}, 'AAA', 'zoepw')).username, 'aaa')
  const people = { base: peopleBase(), loginAttributes: ['mail'], usernameAttribute: 'uid' }
  const fault = await rejectsWith(
    check({ people }, 'zoe@example.test', 'zoepw'),
    'directory-unavailable',
  )
  assert.match(fault.detail, /no single uid/)
})

test('people may be below several bases, and each counts once', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const base = [`ou=policies,${slapd.baseDn}`, peopleBase(), slapd.baseDn]
  assert.equal((await check({ people: { base } }, 'alice')).username, 'alice')
})

test('people in more groups than a page holds sign in at once', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  const names = Array.from({ length: 450 }, (_, index) => `team-${index}`)
  const members = `member: uid=carol,${peopleBase()}`
  const ldif = names.map(
    (cn) => `dn: cn=${cn},${groupsBase()}\nobjectClass: groupOfNames\ncn: ${cn}\n${members}\n`,
  )
  await slapd.modify(ldif.join('\n'))
  await using corp = await openLdap(
    settingsFor(slapd, { groups: { how: 'search', base: groupsBase() } }),
  )
  const all = Array.from({ length: 50 }, () => corp.check('carol', 'carolpw', never))
  for (const { groups } of await Promise.all(all)) assert.deepEqual(groups, names.toSorted())
})

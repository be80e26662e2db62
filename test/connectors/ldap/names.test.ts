import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formats, siblingSid } from '../../../src/connectors/ldap/attribute-formats.ts'
import { NotLdap } from '../../../src/connectors/ldap/ber.ts'
import {
  bindExchange,
  passwordPolicyControl,
  readAnswer,
} from '../../../src/connectors/ldap/messages.ts'
import {
  bindName,
  dnKey,
  escapeDnValue,
  isBelow,
  parseDn,
} from '../../../src/connectors/ldap/names.ts'
import { passwordEndOf, refusalOf } from '../../../src/connectors/ldap/refusals.ts'
import { messageEnd } from '../../../src/connectors/ldap/wire.ts'

test('an escaped value is one value of a DN, whatever it holds', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ unit: fc.constantFrom(' ', '\\', ',', '+', 'a', '=', '#'), minLength: 1 }),
      ),
      (value) => {
        const parts = parseDn(`uid=${escapeDnValue(value)},ou=people,dc=x`)
        assert.equal(parts?.length, 3)
        assert.equal(parts?.[0]?.value, value)
      },
    ),
  )
  assert.equal(
    escapeDnValue(' a,b+c"d\\e<f>g;h=i# '),
    '\\ a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h\\=i\\#\\ ',
  )
  assert.deepEqual([' ', '  ', '   ', 'a ', ' a'].map(escapeDnValue), [
    '\\ ',
    '\\ \\ ',
    '\\  \\ ',
    'a\\ ',
    '\\ a',
  ])
  assert.equal(bindName('uid={username},dc=x', '$&a,b'), 'uid=$&a\\,b,dc=x')
  assert.equal(bindName('{username}@x', '$1'), '$1@x')
})

test('one DN in many spellings has one key; below is below, not a suffix', () => {
  for (const spelling of ['CN=A,DC=x', 'cn=a, dc=X', 'cn=\\41,dc=x', 'cn = a ; dc=x'])
    assert.equal(dnKey(spelling), dnKey('cn=a,dc=x'), spelling)
  assert.ok(isBelow('cn=g,OU=Groups,DC=x', 'ou=groups,dc=x'))
  assert.equal(isBelow('cn=g\\,ou=groups,dc=x', 'ou=groups,dc=x'), false)
  assert.equal(isBelow('cn=g,xou=groups,dc=x', 'ou=groups,dc=x'), false)
  for (const none of ['', 'nonsense', '=x', 'cn=a\\']) assert.equal(parseDn(none), undefined, none)
})

test('bytes become the text that administrators know', () => {
  const hex = (text: string) => Buffer.from(text, 'hex')
  assert.equal(
    formats.guid(hex('00112233445566778899aabbccddeeff')),
    '33221100-5544-7766-8899-aabbccddeeff',
  )
  assert.equal(
    formats.uuid(hex('00112233445566778899aabbccddeeff')),
    '00112233-4455-6677-8899-aabbccddeeff',
  )
  const sid = hex('010500000000000515000000e537f95b6689d0e6ccea392b4f040000')
  assert.equal(formats.sid(sid), 'S-1-5-21-1543059429-3872426342-725215948-1103')
  assert.equal(formats.sid(siblingSid(sid, 513)!), 'S-1-5-21-1543059429-3872426342-725215948-513')
  assert.equal(formats.filetime(Buffer.from('133485408000000000')), '2024-01-01T00:00:00.000Z')
  assert.equal(formats.filetime(Buffer.from('9223372036854775807')), 'never')
  for (const format of ['guid', 'uuid', 'sid', 'filetime'] as const)
    assert.equal(formats[format](hex('0102')), undefined, format)
  assert.equal(formats.text(hex('ff')), undefined)
})

test('every sub-code and policy error has its row, and what is unknown is not told', () => {
  const answer = (resultCode: number, diagnostic = '', policy?: string) => ({
    matchedDn: '',
    resultCode,
    diagnostic,
    controls: new Map(
      policy === undefined ? [] : [[passwordPolicyControl, Buffer.from(policy, 'hex')]],
    ),
  })
  const subCode = (code: string) =>
    refusalOf(
      answer(
        49,
        '80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, data ' +
          `${code}, v2580`,
      ),
    )?.code
  assert.deepEqual(
    ['525', '52e', '530', '531', '532', '533', '701', '773', '775', '999', '52E'].map(subCode),
    [
      'credentials-rejected',
      'credentials-rejected',
      'outside-hours',
      'credentials-rejected',
      'password-expired',
      'account-disabled',
      'account-expired',
      'must-change-password',
      'credentials-rejected',
      'credentials-rejected',
      'credentials-rejected',
    ],
  )
  assert.equal(refusalOf(answer(0)), undefined)
  assert.equal(refusalOf(answer(0, 'data 532')), undefined, 'words do not make a refusal')
  assert.equal(refusalOf(answer(0, '', '3003810102'))?.code, 'must-change-password')
  assert.equal(refusalOf(answer(49, '', '3003810101'))?.code, 'credentials-rejected')
  assert.equal(refusalOf(answer(0, '', '3005a003800110')), undefined, 'a warning is no refusal')
  assert.equal(
    refusalOf(answer(0, '', '3003810108'))?.code,
    'credentials-rejected',
    'an error that is not known',
  )
  for (const code of [1, 2, 3, 8, 10, 13, 51, 52, 80, 123])
    assert.equal(refusalOf(answer(code))?.code, 'directory-unavailable')
  const at = new Date('2026-03-01T08:00:00Z')
  const end = (policy?: string) => passwordEndOf(answer(0, '', policy), at)
  assert.deepEqual(end('3005a003810102'), { signInsLeft: 2 })
  assert.deepEqual(end('3005a003810100'), { signInsLeft: 0 })
  assert.deepEqual(end('3005a003800110'), { expiresAt: new Date('2026-03-01T08:00:16Z') })
  for (const nothing of [undefined, '', '3000', '3002a000', '3003810102'])
    assert.equal(end(nothing), undefined)
  assert.throws(() => refusalOf(answer(0, '', '30ff')), NotLdap)
})

test('no bytes but a whole answer are an answer', () => {
  const asked = bindExchange(1, 'cn=a', 'x')
  assert.equal(messageEnd(asked.request), asked.request.length)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        assert.equal(typeof readAnswer(Buffer.from(bytes), asked).resultCode, 'number')
      } catch (error) {
        assert.ok(error instanceof NotLdap)
      }
    }),
    { numRuns: 2000 },
  )
})

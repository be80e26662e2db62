import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { accountOfKey, Ids } from '../../src/kernel/ids.ts'

const ids = new Ids()

test('an access key id tells its account, whatever the rest', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 999_999_999_999 }),
      fc.constantFrom('AKIA' as const, 'ASIA' as const),
      (number, prefix) => {
        const account = String(number).padStart(12, '0')
        const id = ids.accessKey(prefix, account)
        assert.match(id, /^A[KS]IA[A-Z2-7]{16}$/)
        assert.equal(accountOfKey(id), account)
      },
    ),
  )
})

test('an id that was not made so is of no account, or of one that need not exist', () => {
  for (const text of [
    '',
    'ASIA',
    'AROA234567ABCDEFGHIJ',
    'ASIA0000000000000000',
    'asia234567abcdefghij',
    `ASIA${'7'.repeat(16)}`,
    `ASIA${'A'.repeat(17)}`,
  ]) {
    assert.equal(accountOfKey(text), undefined, text)
  }
})

test('forty random bits keep ids of one account apart', () => {
  const seen = new Set(Array.from({ length: 5000 }, () => ids.accessKey('ASIA', '111122223333')))
  assert.equal(seen.size, 5000)
})

test('an argument of a command takes every token', () => {
  const bytes = [0xf8, 0xfb, 0x10]
  const ids = new Ids((size) => Buffer.alloc(size, bytes.shift()))
  assert.equal(ids.opaque(2), 'EBA')
})

import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalAddress } from '../../src/sessions/source-address.ts'

test('every spelling of one address is one text', () => {
  fc.assert(
    fc.property(fc.ipV6(), fc.integer({ min: 0, max: 65535 }), (address, port) => {
      const canonical = canonicalAddress(address)
      assert.ok(canonical !== undefined && isIP(canonical) !== 0)
      for (const spelling of [address.toUpperCase(), `[${address}]:${port}`, `${address}%7`])
        assert.equal(canonicalAddress(spelling), canonical)
    }),
  )
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 65535 }), (address, port) => {
      for (const spelling of [`${address}:${port}`, `::ffff:${address}`, `[::FFFF:${address}]`])
        assert.equal(canonicalAddress(spelling), address)
    }),
  )
})

test('what is no address is none, and what comes out is one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const canonical = canonicalAddress(text)
      if (canonical !== undefined) assert.notEqual(isIP(canonical), 0)
    }),
  )
  for (const text of ['', '1.2.3.4 ', '0x7f.1', '127.1', '[1.2.3.4]', '[]:1', 'a.example', '::1]'])
    assert.equal(canonicalAddress(text), undefined, text)
})

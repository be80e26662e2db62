import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base32Of, codeOfStep, findStep, stepOf } from '../../src/credentials/totp.ts'

const seed = Buffer.from('12345678901234567890')

test('codes are those of RFC 6238, appendix B', () => {
  // The RFC tells eight digits; six are their end.
  const vectors: readonly (readonly [number, string])[] = [
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ]
  for (const [seconds, code] of vectors)
    assert.equal(codeOfStep(seed, stepOf(new Date(seconds * 1000))), code.slice(2))
})

test('a step is found within reach and not beyond, and two codes have to follow each other', () => {
  const code = codeOfStep(seed, 1000)
  for (const around of [998, 1000, 1002])
    assert.equal(findStep(seed, code, { around, reach: 2 }), 1000)
  for (const around of [997, 1003])
    assert.equal(findStep(seed, code, { around, reach: 2 }), undefined)
  assert.equal(findStep(seed, code, { around: 1001, reach: 2, next: codeOfStep(seed, 1001) }), 1000)
  for (const next of [code, codeOfStep(seed, 1002), codeOfStep(seed, 999), ''])
    assert.equal(findStep(seed, code, { around: 1000, reach: 2, next }), undefined)
  for (const wrong of ['', ' ', code.slice(1), `${code}0`, '１２３４５６', '000000\0'])
    assert.equal(findStep(seed, wrong, { around: 1000, reach: 2 }), undefined)
})

test('base32 is that of RFC 4648, section 10, without padding', () => {
  const vectors = {
    '': '',
    f: 'MY',
    fo: 'MZXQ',
    foo: 'MZXW6',
    foob: 'MZXW6YQ',
    fooba: 'MZXW6YTB',
    foobar: 'MZXW6YTBOI',
  }
  for (const [text, encoded] of Object.entries(vectors))
    assert.equal(base32Of(Buffer.from(text)), encoded)
})

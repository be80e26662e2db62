import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { visibleText } from '../../src/kernel/visible-text.ts'

test('what a terminal would obey is written out, and all else stays', () => {
  for (const [text, shown] of [
    ['plain, with\ttab and\nline', 'plain, with\ttab and\nline'],
    ['\u001b[2J', '\\u001b[2J'],
    ['a\u009b31mb', 'a\\u009b31mb'],
    ['line\u2028break', 'line\\u2028break'],
    ['evil\u202egpj.exe', 'evil\\u202egpj.exe'],
    ['\ud800', '\\ud800'],
    ['Ann Öz 😀 العربية', 'Ann Öz 😀 العربية'],
  ] as const)
    assert.equal(visibleText(text), shown)
})

test('in JSON it changes no value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = visibleText(JSON.stringify({ text }))
      assert.deepEqual(JSON.parse(line), { text })
      assert.equal(visibleText(line), line)
    }),
  )
})

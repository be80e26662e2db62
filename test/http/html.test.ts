import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { breakable, html } from '../../views/html.ts'

test('values are text, in content and in quoted attributes', () => {
  assert.equal(
    html`<a title="${'"><script>'}">${"<b>'&`"}</a>`.text,
    '<a title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&#39;&amp;&#96;</a>',
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => !/[<>"'`]/.test(html`${value}`.text)),
  )
})

test('markup nests, lists join, and what is absent is nothing', () => {
  const items = ['a', '<'].map((item) => html`<li>${item}</li>`)
  assert.equal(
    html`<ul>${items}</ul>${false}${undefined}${null}${0}${''}`.text,
    '<ul><li>a</li><li>&lt;</li></ul>0',
  )
})

test('only the template makes markup: objects like its own are refused or escaped', () => {
  const forged = { text: '<script>' } as unknown as string
  assert.throws(() => html`${forged}`)
})

test('an ARN breaks after colons and slashes and stays whole', () => {
  const text = 'arn:aws:iam::1:role/a<b'
  assert.equal(breakable(text).text.replaceAll('<wbr>', ''), 'arn:aws:iam::1:role/a&lt;b')
})

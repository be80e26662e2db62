import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editDistance, nearest } from '../../src/kernel/nearest.ts'

test('slips of the fingers are found', () => {
  const keys = ['listen', 'publicUrl', 'operations', 'accounts']
  assert.equal(nearest('lisen', keys), 'listen')
  assert.equal(nearest('publicURL', keys), 'publicUrl')
  assert.equal(nearest('acconuts', keys), 'accounts')
  assert.equal(nearest('colour', keys), undefined)
  assert.equal(nearest('x'.repeat(101), keys), undefined)
})

test('a swap of neighbours is one slip', () => {
  assert.equal(editDistance('ab', 'ba'), 1)
  assert.equal(editDistance('', 'abc'), 3)
  assert.equal(editDistance('kitten', 'sitting'), 3)
})

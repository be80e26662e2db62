import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordEndText } from '../../src/kernel/password-end.ts'

const now = new Date('2026-03-01T08:00:00Z')

test('the end of a password is told in whole days, then hours, never later than it is', () => {
  const told = (hours: number) =>
    passwordEndText({ expiresAt: new Date(now.getTime() + hours * 3_600_000) }, now)
  const table: readonly (readonly [number, string])[] = [
    [-1, 'has expired'],
    [0, 'has expired'],
    [0.9, 'expires within an hour'],
    [1, 'expires in 1 hour'],
    [1.9, 'expires in 1 hour'],
    [47.9, 'expires in 47 hours'],
    [48, 'expires in 2 days'],
    [71, 'expires in 2 days'],
    [24 * 14, 'expires in 14 days'],
  ]
  for (const [hours, words] of table) assert.equal(told(hours), `Your password ${words}`)
})

test('sign-ins that are left after the end are counted', () => {
  const told = (signInsLeft: number) => passwordEndText({ signInsLeft }, now, 'It')
  assert.equal(told(0), 'It has expired, and this was the last sign-in with it')
  assert.equal(told(1), 'It has expired, and one more sign-in with it is left')
  assert.equal(told(5), 'It has expired, and 5 more sign-ins with it are left')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  passwordExpiry,
  passwordStanding,
  passwordViolation,
} from '../../src/sessions/password-policy.ts'
import type { PasswordPolicyRecord } from '../../src/store/records.ts'

const none: PasswordPolicyRecord = {
  minimumLength: 6,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercase: false,
  requireLowercase: false,
  usersMayChange: false,
}

test('the default policy asks for eight characters of three classes', () => {
  const said = (password: string) => passwordViolation(undefined, password, [])
  for (const right of ['Abcdefg1', 'abcdef1!', 'ABCDEF1-', 'Abcdefg|'])
    assert.equal(said(right), undefined)
  assert.equal(said('Abcde1!'), 'Password should have a minimum length of 8')
  assert.equal(
    said('abcdefgh1'),
    'Password should meet 1 more of the following requirements: Password should have at least ' +
      'one uppercase letter, Password should have at least one symbol',
  )
  assert.match(said('abcd')!, /^Password should have a minimum length of 8, Password should meet 2/)
  // Letters and signs outside of ASCII are of no class.
  assert.match(said('ÄÖÜäöü§€1')!, /should meet 2 more/)
})

test('each class that a policy requires is missed by its own sentence', () => {
  for (const [required, without, noun] of [
    ['requireUppercase', 'abc123!!', 'uppercase letter'],
    ['requireLowercase', 'ABC123!!', 'lowercase letter'],
    ['requireNumbers', 'ABCabc!!', 'number'],
    ['requireSymbols', 'ABCabc12', 'symbol'],
  ] as const) {
    const policy = { ...none, [required]: true }
    assert.equal(
      passwordViolation(policy, without, []),
      `Password should have at least one ${noun}`,
    )
    assert.equal(passwordViolation(policy, 'ABCabc1!', []), undefined)
  }
  assert.equal(passwordViolation(none, 'abcdef', []), undefined)
  assert.equal(
    passwordViolation({ ...none, minimumLength: 14, requireSymbols: true }, 'abcdef', []),
    'Password should have a minimum length of 14, Password should have at least one symbol',
  )
})

test('every symbol that the user guide names counts, and no other sign', () => {
  const policy = { ...none, requireSymbols: true }
  for (const sign of "!@#$%^&*()_+-=[]{}|'")
    assert.equal(passwordViolation(policy, `abcdef${sign}`, []), undefined, sign)
  for (const sign of ' ,.;:<>?/\\~`"\t')
    assert.match(passwordViolation(policy, `abcdef${sign}`, [])!, /one symbol/, sign)
})

test('a password is not the id or the alias of its account, in any case', () => {
  for (const password of ['111122223333', 'ACME-corp1'])
    assert.equal(
      passwordViolation(none, password, ['111122223333', 'acme-Corp1']),
      'Password does not conform to the account password policy.',
    )
})

test('a password expires by the policy of the moment; hard, or with another chance', () => {
  const changedAt = '2026-01-01T00:00:00.000Z'
  const profile = { changedAt, resetRequired: false }
  const policy = { ...none, maxAgeDays: 90 }
  const end = new Date('2026-04-01T00:00:00.000Z')
  const before = new Date(end.getTime() - 1)
  assert.deepEqual(passwordExpiry(profile, policy), end)
  assert.equal(passwordExpiry(profile, none), undefined)
  assert.equal(passwordExpiry(profile, undefined), undefined)
  const rows = [
    [profile, undefined, end, 'good'],
    [profile, policy, before, 'good'],
    [profile, policy, end, 'change'],
    [profile, { ...policy, hardExpiry: true }, before, 'good'],
    [profile, { ...policy, hardExpiry: true }, end, 'expired'],
    [{ changedAt, resetRequired: true }, policy, before, 'change'],
    [{ changedAt, resetRequired: true }, { ...policy, hardExpiry: true }, end, 'expired'],
  ] as const
  for (const [of, with_, at, standing] of rows)
    assert.equal(passwordStanding(of, with_, at), standing)
})

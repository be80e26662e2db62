import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type GrantNames,
  isExpressible,
  mostPeople,
  olderSessionsPolicy,
} from '../../src/sessions/older-sessions-policy.ts'
import type { RevocationRecord, RevocationScope } from '../../src/store/records.ts'

const now = new Date('2026-11-30T10:00:00.500Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString()

const revoked = (scope: RevocationScope, target: string, before = now.toISOString()) =>
  ({
    ...{ account: '444455556666', scope, target, before, expiresAt: before, by: 'command' },
    ...{ createdAt: before, managedBy: 'api' },
  }) satisfies RevocationRecord
const username = '${identity.username}'
const named: readonly GrantNames[] = [{}]
const sourced: readonly GrantNames[] = [{ sourceIdentity: username }]

const conditionsOf = (
  revocations: readonly RevocationRecord[],
  grants: readonly GrantNames[] = named,
) => {
  const policy = olderSessionsPolicy({ role: 'Ops', grants }, revocations, now)
  if (policy === undefined) return []
  const { Version, Statement } = JSON.parse(policy)
  assert.equal(Version, '2012-10-17')
  return Statement.map(({ Condition, ...rest }: { Condition: object }) => {
    assert.deepEqual(rest, { Effect: 'Deny', Action: ['*'], Resource: ['*'] })
    return Condition
  })
}
const until = (at: string) => ({ DateLessThan: { 'aws:TokenIssueTime': at } })

test('the whole role is ended up to the last second of the latest revocation', () => {
  const all = [
    revoked('role', 'ops', ago(60)),
    revoked('role', 'OPS'),
    revoked('everything', '', ago(30)),
    revoked('role', 'Other'),
  ]
  assert.deepEqual(conditionsOf(all), [until('2026-11-30T10:00:01Z')])
  assert.deepEqual(conditionsOf(all.slice(3)), [], 'of another role')
})

test('what is older than any session of AWS is not written, so that the policy stays small', () => {
  assert.deepEqual(conditionsOf([revoked('role', 'Ops', ago(13 * 60))]), [])
  assert.equal(conditionsOf([revoked('role', 'Ops', ago(12 * 60))]).length, 1)
})

test('a person is ended by what the grants give: source identity, or the session’s name', () => {
  const amina = revoked('username', 'corp/amina')
  const at = until('2026-11-30T10:00:01Z')
  // Revoked in any case of letters, which AWS tells apart here.
  for (const [typed, ids] of [
    ['amina', ['*:amina', '*:Amina', '*:AMINA']],
    ['aMina', ['*:aMina', '*:amina', '*:Amina', '*:AMINA']],
    ['1007', '*:1007'],
  ] as const)
    assert.deepEqual(conditionsOf([revoked('username', `corp/${typed}`)]), [
      { ...at, StringLike: { 'aws:userid': ids } },
    ])
  const bySource = { ...at, StringEqualsIgnoreCase: { 'aws:SourceIdentity': 'amina' } }
  assert.deepEqual(conditionsOf([amina], sourced), [bySource])
  assert.deepEqual(conditionsOf([amina], [...named, ...sourced]).length, 2)
  const person = revoked('person', 'corp/7f3a-91')
  assert.deepEqual(conditionsOf([person], sourced), [])
  const bySubject = [{ sessionName: '${identity.subject}' }]
  assert.deepEqual(conditionsOf([person], bySubject), [
    { ...at, StringLike: { 'aws:userid': '*:7f3a-91' } },
  ])
})

test('no name is written that a policy would read as more than itself', () => {
  for (const name of ['*', 'a*', '??', '${aws:username}', 'a:b', 'a/b', 'ä', 'x'.repeat(65), '"'])
    for (const grants of [named, sourced]) {
      const hostile = revoked('username', `corp/${name}`)
      assert.equal(isExpressible(hostile, grants), false, name)
      assert.deepEqual(conditionsOf([hostile], grants), [], name)
    }
})

test('what AWS can not tell apart is not expressible', () => {
  for (const scope of ['connector', 'rule', 'certificate', 'session', 'user'] as const)
    assert.equal(isExpressible({ scope, target: 'x' }, named), false, scope)
  const otherwise = [{ sessionName: 'fixed' }, { sessionName: `${username}-x` }]
  assert.equal(isExpressible({ scope: 'username', target: 'corp/amina' }, otherwise), false)
  assert.equal(isExpressible({ scope: 'username', target: 'corp/amina' }, []), false)
  for (const scope of ['role', 'everything'] as const)
    assert.equal(isExpressible({ scope, target: '' }, []), true)
})

test('people whom a later revocation of the role covers take no room, and many are refused', () => {
  const people = Array.from({ length: mostPeople + 1 }, (_, index) =>
    revoked('username', `corp/person-${index}`, ago(5)),
  )
  assert.throws(() => conditionsOf(people), /a policy holds 40 people, and there are 41/)
  assert.equal(conditionsOf([...people, revoked('role', 'Ops')]).length, 1)
  const full = olderSessionsPolicy({ role: 'Ops', grants: named }, people.slice(1), now) ?? ''
  assert.ok(full.length < 10_240, `${full.length} characters`)
})

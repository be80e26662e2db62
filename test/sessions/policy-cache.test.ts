import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createSessionPolicies,
  createSessionPolicyCheck,
  createStoredPolicies,
  ownPolicyBytes,
  policyBytes,
} from '../../src/sessions/policy-cache.ts'
import { allow, document } from './scene.ts'

const [get, list] = [document(allow('iam:Get*')), document(allow('iam:List*'))]
const of = { kind: 'identity', account: '111122223333', id: 'user/alice/Own' } as const

test('a stored document is compiled once a name, version and text', () => {
  const policies = createStoredPolicies()
  const first = policies.get(of, get)
  assert.equal(policies.get({ ...of }, `${get}`), first)
  for (const other of [
    { ...of, account: '444455556666' },
    { ...of, id: 'user/alice/Other' },
    { ...of, version: 'v1' },
    { ...of, kind: 'boundary' as const },
  ])
    assert.notEqual(policies.get(other, get), first)
  assert.equal(policies.get(of, get), first)
  assert.notEqual(policies.get(of, list), first, 'made anew under the same name')
  assert.notEqual(policies.get(of, get), first, 'what it was before is not kept')
})

test('a stored document that does not parse denies everything, under its name', () => {
  const policy = createStoredPolicies().get(of, '{')
  assert.equal(policy.id, of.id)
  assert.deepEqual(
    policy.statements.map(({ effect }) => effect),
    ['Deny'],
  )
})

test('a session policy is parsed once a text; one that does not parse denies everything', () => {
  const policies = createSessionPolicies()
  assert.equal(policies.get(get), policies.get(`${get}`))
  assert.deepEqual(
    policies.get('{').statements.map(({ effect }) => effect),
    ['Deny'],
  )
})

test('session policies are cached within a limit of characters, the newest of them', () => {
  const policies = createSessionPolicies()
  const textOf = (index: number) => document(allow(`iam:Get${index}${'*'.repeat(2000)}`))
  const first = policies.get(textOf(0))
  const second = policies.get(textOf(500))
  assert.equal(policies.get(textOf(0)), first)
  for (let index = 501; index < 1500; index++) policies.get(textOf(index))
  assert.notEqual(policies.get(textOf(0)), first)
  assert.notEqual(policies.get(textOf(500)), second)
  const last = policies.get(textOf(1499))
  assert.equal(policies.get(textOf(1499)), last)
})

test('stored documents are kept within a limit of bytes, the newest of them', () => {
  const policies = createStoredPolicies()
  const text = document(allow(`iam:Get${'*'.repeat(6000)}`))
  const get = (index: number) => policies.get({ ...of, id: `user/alice/${index}` }, text)
  const [first, other] = [get(0), get(500)]
  assert.equal(get(0), first)
  assert.ok(policyBytes(first) > 60_000)
  for (let index = 501; index < 2000; index++) get(index)
  assert.notEqual(get(0), first)
  assert.notEqual(get(500), other)
  const last = get(1999)
  assert.equal(get(1999), last)
})

test('a holder of policies weighs what it alone has: managed ones are counted elsewhere', () => {
  const policies = createStoredPolicies()
  const text = document(allow(`iam:Get${'*'.repeat(6000)}`))
  const own = policies.get(of, text)
  const managed = policies.get({ ...of, id: 'arn:aws:iam::111122223333:policy/Big' }, text)
  assert.equal(ownPolicyBytes([own, managed]), policyBytes(own) + 8)
  assert.equal(ownPolicyBytes(undefined), 0)
})

test('the check of a session policy tells the first problem, each time', () => {
  const problemOf = createSessionPolicyCheck()
  assert.equal(problemOf(get), undefined)
  assert.equal(problemOf(get), undefined)
  assert.match(problemOf('{')!.message, /./)
  assert.equal(problemOf('{')!.line, 1)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  boundByOrganization,
  compileOrganization,
  decide,
  organizationKeys,
  parsePolicy,
  type WrittenOrganization,
} from '../../src/policy/index.ts'

const full = { serviceControl: ['FullAWSAccess'], resourceControl: [] }
const policyText = (Effect: string, Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect, Action, Resource: '*' } })
const written: WrittenOrganization = {
  id: 'o-exampleorg1',
  managementAccount: '111122223333',
  root: { id: 'r-ab12', ...full, resourceControl: ['NoTags'] },
  units: {
    'ou-ab12-11111111': { name: 'Outer', ...full },
    'ou-ab12-22222222': {
      name: 'Inner',
      parent: 'ou-ab12-11111111',
      ...full,
      serviceControl: ['ReadOnly'],
    },
  },
  accounts: {
    '111122223333': full,
    '222233334444': { unit: 'ou-ab12-22222222', ...full },
    '333344445555': { unit: 'ou-ab12-33333333', ...full },
  },
  serviceControlPolicies: { ReadOnly: policyText('Allow', 's3:Get*') },
  resourceControlPolicies: {
    NoTags: JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Principal: '*', Action: 's3:GetObjectTagging', Resource: '*' },
    }),
  },
}
const identity = parsePolicy('identity', 'all', policyText('Allow', '*'))
function effectOf(account: string, action: string, organization = compileOrganization(written)) {
  assert.ok(identity.ok)
  const member = organization.of(account)
  const principal = { kind: 'user' as const, arn: `arn:aws:iam::${account}:user/a`, account }
  const question = { principal, action, resource: 'arn:aws:s3:::b/k', context: new Map() }
  const { serviceControl, resourceControl } = member ?? {}
  return decide(question, { identity: [identity.policy], serviceControl, resourceControl })
}

test('every level above an account has to allow, and the account itself', () => {
  assert.equal(effectOf('222233334444', 's3:GetObject').effect, 'allow')
  const { effect, blockedBy } = effectOf('222233334444', 's3:PutObject')
  assert.deepEqual([effect, blockedBy], ['implicit-deny', 'service-control'])
  const denied = effectOf('222233334444', 's3:GetObjectTagging')
  assert.deepEqual(denied.because, [
    { policy: 'r-ab12/NoTags', statement: 0, layer: 'resource-control' },
  ])
})

test('the management account is a member that nothing binds, and a stranger is no member', () => {
  const organization = compileOrganization(written)
  const management = organization.of('111122223333')
  assert.deepEqual(
    [management?.serviceControl, management?.resourceControl],
    [undefined, undefined],
  )
  assert.equal(effectOf('111122223333', 's3:PutObject').effect, 'allow')
  assert.equal(organization.of('999999999999'), undefined)
  assert.deepEqual(organizationKeys('principal', organization.of('999999999999')), [])
})

test('condition keys and levels name the path from the root to the account', () => {
  const member = compileOrganization(written).of('222233334444')
  const path = 'o-exampleorg1/r-ab12/ou-ab12-11111111/ou-ab12-22222222/'
  assert.deepEqual(organizationKeys('resource', member), [
    ['aws:resourceorgid', ['o-exampleorg1']],
    ['aws:resourceorgpaths', [path]],
  ])
  assert.deepEqual(member?.levels, [
    'r-ab12',
    'ou-ab12-11111111 (Outer)',
    'ou-ab12-22222222 (Inner)',
    '222233334444',
  ])
})

test('a unit that is not there, and a policy that is none, deny everything', () => {
  assert.equal(effectOf('333344445555', 's3:GetObject').effect, 'implicit-deny')
  for (const text of ['no policy', policyText('Allow', 'nonsense')]) {
    const broken = compileOrganization({ ...written, serviceControlPolicies: { ReadOnly: text } })
    assert.equal(effectOf('222233334444', 's3:GetObject', broken).effect, 'explicit-deny')
  }
})

test('a service-linked role is not bound; a role that is merely called so is', () => {
  const session = (roleArn: string) =>
    boundByOrganization({ kind: 'assumed-role', arn: 'arn:aws:sts::1:assumed-role/a/b', roleArn })
  assert.equal(
    session('arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/ForECS'),
    false,
  )
  assert.ok(session('arn:aws:iam::111122223333:role/x/aws-service-role/ForECS'))
  assert.ok(boundByOrganization({ kind: 'root', arn: 'arn:aws:iam::111122223333:root' }))
})

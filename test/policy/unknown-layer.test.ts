import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Layers,
  type Principal,
  type Question,
  simulate,
  unknownLayer,
} from '../../src/policy/index.ts'
import { layersOf } from './decision-table.ts'
import type { StatementDocument } from './reference-evaluator.ts'

const account = '111122223333'
const user: Principal = { kind: 'user', account, arn: `arn:aws:iam::${account}:user/bob` }
const role = `arn:aws:iam::${account}:role/Reader`
const key = `arn:aws:kms:eu-west-1:${account}:key/1`
const question = (action: string, resource: string, principal = user): Question => ({
  principal,
  action,
  resource,
  resourceAccount: account,
  context: new Map(),
})
const layer = (...statements: StatementDocument[]) => [
  { Version: '2012-10-17', Statement: statements },
]
const everything: StatementDocument = { Effect: 'Allow', Action: '*', Resource: '*' }
const nothing: StatementDocument = { Effect: 'Deny', Action: '*', Resource: '*' }
function layers(documents: Parameters<typeof layersOf>[0]): Layers {
  const { layers: parsed, problems } = layersOf(documents)
  assert.deepEqual(problems, [])
  return parsed
}
const open = layers({ identity: layer(everything) })

test('taking a role depends on its trust policy', () => {
  for (const action of ['sts:AssumeRole', 'sts:assumerole', 'sts:TagSession'])
    assert.equal(unknownLayer(question(action, role), open), 'trust')
  assert.equal(unknownLayer(question('sts:AssumeRole', role), layers({ identity: [] })), 'trust')
  const directory: Principal = {
    kind: 'federated',
    arn: `arn:aws:iam::${account}:ldap-provider/corp`,
  }
  const signingIn = question('sts:AssumeRoleWithLDAPIdentity', role, directory)
  assert.equal(unknownLayer(signingIn, layers({ identity: [] })), 'trust')
  const foreign = { ...question('sts:AssumeRole', role), resourceAccount: '444455556666' }
  assert.equal(unknownLayer(foreign, open), 'trust')
})

test('it does not where the answer is no anyway, or the policy is given', () => {
  const asked = question('sts:AssumeRole', role)
  assert.equal(unknownLayer(asked, layers({ identity: layer(everything, nothing) })), undefined)
  const organization = [layer({ ...everything, Action: 's3:*' })]
  assert.equal(
    unknownLayer(asked, layers({ identity: layer(everything), serviceControl: organization })),
    undefined,
  )
  const foreign = { ...asked, resourceAccount: '444455556666' }
  assert.equal(unknownLayer(foreign, layers({ identity: [] })), undefined)
  assert.equal(unknownLayer(asked, { ...open, trust: [] }), undefined)
  assert.equal(unknownLayer(question('sts:GetSessionToken', '*'), open), undefined)
  assert.equal(unknownLayer(question('s3:GetObject', 'arn:aws:s3:::a/b'), open), undefined)
})

test('a key depends on its own policy, an alias does not', () => {
  assert.equal(unknownLayer(question('kms:Decrypt', key), open), 'resource')
  assert.equal(unknownLayer(question('kms:Decrypt', key), { ...open, resource: [] }), undefined)
  const alias = `arn:aws:kms:eu-west-1:${account}:alias/own`
  assert.equal(unknownLayer(question('kms:UpdateAlias', alias), open), undefined)
})

test('simulate says that it depends, and on what', () => {
  const [taking, decrypting, reading] = ['sts:AssumeRole', 'kms:Decrypt', 's3:GetObject'].map(
    (action, i) =>
      simulate({
        principal: user,
        actions: [action],
        resources: [[role, key, 'arn:aws:s3:::a/b'][i]!],
        resourceAccount: account,
        layers: open,
        context: [],
      })[0]!,
  )
  assert.deepEqual([taking?.effect, taking?.dependsOn], ['depends', 'trust'])
  assert.deepEqual([decrypting?.effect, decrypting?.dependsOn], ['depends', 'resource'])
  assert.deepEqual([reading?.effect, reading?.dependsOn], ['allow', undefined])
})

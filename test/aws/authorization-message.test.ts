import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorizationMessages } from '../../src/aws/authorization-message.ts'
import { openKeyRing } from '../../src/credentials/key-ring.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { Ids } from '../../src/kernel/ids.ts'
import type { Decision, Question } from '../../src/policy/question.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'

const question: Question = {
  principal: { kind: 'user', arn: 'arn:aws:iam::111122223333:user/jo', account: '111122223333' }, action: 'iam:DeleteRole', resource: 'arn:aws:iam::111122223333:role/x',
  context: new Map([['aws:sourceip', ['192.0.2.1']], ['ldap:groups', Array.from({ length: 500 }, (_, i) => `group-${i}`)]]),
}
const decision: Decision = { effect: 'explicit-deny', because: [{ policy: 'Guard', statement: 1, sid: 'NoDelete', layer: 'boundary' }], missingContext: ['aws:mfa'] }

async function messages() {
  const store = await openSqliteStore({ path: ':memory:', clock: systemClock })
  const ring = await openKeyRing({ documents: store.documents, rootKey: Buffer.alloc(32, 1), clock: systemClock, ids: new Ids() })
  return { ...authorizationMessages(ring), ring, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

test('a message tells the statements to who decodes it, and nothing before', async () => {
  await using made = await messages()
  const encoded = made.encode(question, decision)!
  assert.match(encoded, /^[\w.-]+$/)
  const { account, document } = made.decode(encoded)!
  assert.equal(account, '111122223333')
  const told = JSON.parse(document)
  assert.equal(told.explicitDeny, true)
  assert.deepEqual(told.matchedStatements.items, [{ sourcePolicyType: 'boundary', sourcePolicyId: 'Guard', statementId: 'NoDelete' }])
  assert.deepEqual([told.context.action, told.context.resource, told.missingContextKeys.items], ['iam:DeleteRole', 'arn:aws:iam::111122223333:role/x', ['aws:mfa']])
  assert.equal(told.context.conditions.items.find(({ key }: { key: string }) => key === 'ldap:groups').values.items.length, 20)
})

test('of another account\'s resource the message tells neither its tags nor its policies', async () => {
  await using made = await messages()
  const foreign = {
    ...question, resourceAccount: '999900001111', context: new Map([...question.context, ['aws:resourcetag/project', ['merger']], ['iam:resourcetag/project', ['merger']]]),
  }
  const trust: Decision = { ...decision, because: [{ policy: 'Secret trust policy', statement: 0, sid: 'NoContractors', layer: 'trust' }], blockedBy: 'trust', missingContext: ['sts:externalid'] }
  const { document } = made.decode(made.encode(foreign, trust)!)!
  for (const secret of ['merger', 'Secret', 'NoContractors', 'externalid']) assert.ok(!document.includes(secret), secret)
  assert.match(document, /iam:DeleteRole/)
})

test('a message that was altered, cut, of another purpose, or too large, is none', async () => {
  await using made = await messages()
  const encoded = made.encode(question, decision)!
  for (let end = 0; end < encoded.length; end += 7) assert.equal(made.decode(encoded.slice(0, end)), undefined)
  assert.equal(made.decode(`${encoded}A`), undefined)
  assert.equal(made.decode(made.ring.seal('session-token', Buffer.from('{}'))), undefined)
  const noise = Array.from({ length: 3000 }, (_, i) => [`k${Math.imul(i, 2_654_435_761) >>> 0}`, [`${Math.imul(i, 40_503) >>> 0}`]] as const)
  assert.equal(made.encode({ ...question, context: new Map(noise) }, decision), undefined)
})

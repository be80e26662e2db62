import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  generateActionReference,
  generatePrefixes,
  generateTitles,
} from '../../scripts/generate-action-reference.ts'
import { parsePolicy, summarize } from '../../src/policy/index.ts'
import { actionReference } from '../../src/reference/action-reference.ts'

const file = join(import.meta.dirname, '../../src/reference/actions.gen.json')

test('the action reference is what the generator writes, and small', () => {
  assert.ok(
    readFileSync(file, 'utf8') === generateActionReference(),
    'actions.gen.json is stale: node scripts/generate-action-reference.ts',
  )
  assert.equal(
    readFileSync(file.replace('actions.gen.json', 'service-prefixes.gen.ts'), 'utf8'),
    generatePrefixes(readFileSync(file, 'utf8')),
    'service-prefixes.gen.ts is stale: node scripts/generate-action-reference.ts',
  )
  assert.equal(
    readFileSync(file.replace('actions', 'service-titles'), 'utf8'),
    generateTitles(readFileSync(file, 'utf8')),
    'service-titles.gen.json is stale: node scripts/generate-action-reference.ts',
  )
  assert.ok(statSync(file).size < 3_000_000)
})

test('knows the resources, levels and keys of an action', async () => {
  const reference = await actionReference()
  const action = reference.actions('iam')?.find(({ name }) => name === 'PassRole')
  assert.deepEqual(action, {
    name: 'PassRole',
    level: 'Write',
    needsResource: true,
    resources: ['arn:*:iam::*:role/*'],
    keys: [
      'aws:ResourceTag/${TagKey}',
      'iam:AssociatedResourceArn',
      'iam:PassedToService',
      'iam:ResourceTag/${TagKey}',
    ],
  })
  assert.ok(reference.services.length > 400)
  assert.equal(reference.actions('nosuch'), undefined)
  assert.equal(reference.actions('__proto__'), undefined)
  assert.equal(reference.keys('s3').find(({ name }) => name === 'aws:TagKeys')?.multivalued, true)
  assert.equal(
    reference.actions('s3')?.find(({ name }) => name === 'PutBucketPolicy')?.level,
    'Permissions management',
  )
})

test('knows what Gatehouse adds to sts', async () => {
  const sts = (await actionReference()).actions('sts')
  assert.deepEqual(sts?.find(({ name }) => name === 'AssumeRoleWithLDAPIdentity')?.resources, [
    'arn:*:iam::*:role/*',
  ])
})

test('summaries tell access levels from it', async () => {
  const parsed = parsePolicy(
    'identity',
    'p',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:List*","Resource":"*"}]}',
  )
  assert.ok(parsed.ok)
  const [row] = summarize([parsed.policy], await actionReference()).rows
  assert.ok(row?.levels.some(({ level, guessed }) => level === 'List' && !guessed))
})

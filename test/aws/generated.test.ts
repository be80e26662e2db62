import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateAwsModels } from '../../scripts/generate-aws-models.ts'
import { operationsTable, writtenOperationsTable } from '../../scripts/generate-operations-table.ts'
import { generateRegions } from '../../scripts/generate-regions.ts'
import { linkModel } from '../../src/aws/model.ts'
import { iamService } from '../../src/reference/aws/iam.gen.ts'
import { stsService } from '../../src/reference/aws/sts.gen.ts'

const root = join(import.meta.dirname, '../..')

test('the generated models are what the generator writes', () => {
  for (const [path, text] of generateAwsModels()) {
    assert.ok(
      readFileSync(join(root, path), 'utf8') === text,
      `${path} is stale: node scripts/generate-aws-models.ts`,
    )
  }
})

test('the regions are what the generator writes', () => {
  assert.ok(
    readFileSync(join(root, 'src/reference/aws/regions.gen.ts'), 'utf8') === generateRegions(),
    'regions.gen.ts is stale: node scripts/generate-regions.ts',
  )
})

test('every operation of both services links, its patterns compiled', () => {
  for (const service of [stsService, iamService]) {
    for (const name of Object.keys(service.operations))
      assert.equal(linkModel(service, name).name, name)
  }
})

test('what the model does not mark and we hide all the same is marked', () => {
  const credentials = linkModel(stsService, 'AssumeRole').output!.byName.get('Credentials')!.shape
  assert.equal(credentials.byName.get('SessionToken')!.shape.sensitive, true)
  assert.equal(credentials.byName.get('SecretAccessKey')!.shape.sensitive, true)
})

test('the operations table is what the registry says', () => {
  assert.ok(
    operationsTable() === writtenOperationsTable(),
    'docs/operations-table.md is stale: node scripts/generate-operations-table.ts',
  )
})

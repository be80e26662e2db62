import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsFault, type AwsFaultCode, faultStatuses } from '../../src/kernel/aws-fault.ts'
import { iamService } from '../../src/reference/aws/iam.gen.ts'
import { stsService } from '../../src/reference/aws/sts.gen.ts'

test("every code that the service models declare has the models' status", () => {
  const declared = [iamService, stsService].flatMap(({ operations }) =>
    Object.values(operations).flatMap(({ errors }) => Object.entries(errors)),
  )
  assert.ok(declared.length > 500, 'the models declare errors')
  for (const [code, status] of declared)
    assert.equal(faultStatuses[code as AwsFaultCode], status, code)
})

test('a fault has the status of its code', () => {
  const { code, status } = new AwsFault('IDPRejectedClaim', 'no')
  assert.deepEqual([code, status], ['IDPRejectedClaim', 403])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managedPolicy } from '../../../src/aws/iam/managed-policies/managed-policy.ts'
import type { Call } from '../../../src/aws/operation.ts'
import type { Caller } from '../../../src/sessions/caller.ts'
import type { PolicyRecord } from '../../../src/store/records.ts'
import type { Reads } from '../../../src/store/store.ts'

const account = '111122223333'
const call = {
  account,
  caller: { partition: 'aws' } as Caller,
  fault: (code: string, message: string) => new Error(`${code}: ${message}`),
} as unknown as Call<'InvalidInput' | 'NoSuchEntity'>

/** Every account has a policy of that name, under its own ARN. */
const reads = {
  find: async (_kind: string, owner: string, key: string) =>
    key === 'read'
      ? ({ account: owner, name: 'Read', arn: `arn:aws:iam::${owner}:policy/Read` } as PolicyRecord)
      : undefined,
} as unknown as Pick<Reads, 'find'>
const find = (PolicyArn: string) => managedPolicy.find({ PolicyArn }, call, reads)

test("the entity of an ARN is one of the caller's account, in exactly that spelling", async () => {
  assert.equal((await find(`arn:aws:iam::${account}:policy/Read`))?.account, account)
  for (const arn of [
    'arn:aws:iam::444455556666:policy/Read',
    'arn:aws:iam::aws:policy/Read',
    `arn:aws:iam::${account}:policy/read`,
    `arn:aws:iam::${account}:policy/path/Read`,
  ])
    assert.equal(await find(arn), undefined, arn)
})

test('what is no ARN of the kind is refused', async () => {
  for (const arn of [
    'Read',
    `arn:aws-cn:iam::${account}:policy/Read`,
    `arn:aws:sts::${account}:policy/Read`,
    `arn:aws:iam:eu-central-1:${account}:policy/Read`,
    `arn:aws:iam::${account}:role/Read`,
    'arn:aws:iam::me:policy/Read',
  ])
    await assert.rejects(
      find(arn),
      arn === 'Read'
        ? /^Error: ValidationError: Invalid ARN: {2}Could not be parsed!$/
        : /^Error: ValidationError: ARN .* is not valid\.$/,
      arn,
    )
})

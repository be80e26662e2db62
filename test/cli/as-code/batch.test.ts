import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { type Credentials, signedHeaders } from '../../../src/credentials/signed-headers.ts'
import { openRunning } from '../../journeys/running.ts'

const account = '111122223333'
const boss = { accessKeyId: `AKIA${'B'.repeat(16)}`, secretAccessKey: 'b'.repeat(40) }
const settings = `
accounts:
  "${account}":
    rootAccessKeys: [{ accessKeyId: ${boss.accessKeyId}, secretAccessKey: ${boss.secretAccessKey} }]
`
const nobody: Credentials = { accessKeyId: '', secretAccessKey: '' }
const version = '2026-12-01'
const call = (Operation: string, parameters: unknown) => ({
  Operation,
  Parameters: typeof parameters === 'string' ? parameters : JSON.stringify(parameters),
})
const group = (GroupName: string) => call('CreateGroup', { GroupName })

test('a batch takes what it is made for, whole or not at all', async () => {
  await using house = await openRunning(settings)
  async function post(path: string, asked: unknown, as: Credentials = boss) {
    const body = typeof asked === 'string' ? asked : JSON.stringify(asked)
    const url = new URL(path, house.origin)
    const headers = as === nobody ? {} : signedHeaders(url, body, as)
    const answer = await fetch(url, { method: 'POST', headers, body })
    const said = await answer.json()
    return { status: answer.status, code: said.Error?.Code, message: said.Error?.Message, said }
  }
  const write = (Calls: readonly unknown[], more: object = {}) =>
    post('/batch/write', { Version: version, Calls, ...more })
  const read = (...Calls: readonly unknown[]) => post('/batch/read', { Version: version, Calls })

  const made = await write([group('One'), group('Two')])
  assert.equal(made.status, 200)
  assert.match(made.said.Results[1], /"GroupName":"Two"/)
  const cases = [
    [await write([group('Three'), call('CreateAccessKey', {})]), 'InvalidAction', /Call 2/],
    [await write([group('Three'), group('One')]), 'EntityAlreadyExists', /^Call 2, CreateGroup: /],
    [await write([group('Three')], { DryRun: true }), 'DryRunOperation', /would have succeeded/],
    [await write([call('GetUser', {})]), 'InvalidAction', /may write with/],
    [await write([call('CreateGroup', '{')]), 'ValidationError', /Call 1, CreateGroup/],
    [
      await write([call('CreateGroup', { GroupName: 'a', Secret: 1 })]),
      'ValidationError',
      /member/,
    ],
    [await write([call('CreateGroup', { GroupName: 'no name' })]), 'ValidationError', /Call 1/],
    [await write([]), 'ValidationError', /calls/i],
    [await write(Array(1001).fill(group('x'))), 'ValidationError', /1000/],
    [await post('/batch/write', 'no json'), 'ValidationError', /JSON/],
    [await post('/batch/write', { Version: version }, nobody), 'MissingAuthenticationToken', /./],
    [await read(call('CreateGroup', { GroupName: 'Three' })), 'InvalidAction', /may read with/],
    [await read(call('SimulateCustomPolicy', {})), 'InvalidAction', /may read with/],
    [await read(call('GetGroup', { GroupName: 'Three' })), 'NoSuchEntity', /Call 1, GetGroup/],
    // A third of a megabyte each: hundreds of them would fill the memory.
    [
      await read(...Array(200).fill(call('ListPolicies', { MaxItems: 1000 }))),
      'ValidationError',
      /Call \d\d, ListPolicies: the answers are too large/,
    ],
  ] as const
  for (const [{ code, message }, expected, words] of cases) {
    assert.equal(code, expected, message)
    assert.match(message, words)
  }
  // What the single calls are refused, their batch is refused.
  const client = new STSClient({
    endpoint: house.origin,
    region: 'us-east-1',
    credentials: boss,
    maxAttempts: 1,
  })
  const { Credentials: session } = await client.send(new GetSessionTokenCommand({}))
  const unproved = await post(
    '/batch/write',
    { Version: version, Calls: [group('Three')] },
    {
      accessKeyId: session!.AccessKeyId!,
      secretAccessKey: session!.SecretAccessKey!,
      sessionToken: session!.SessionToken!,
    },
  )
  assert.equal(unproved.code, 'InvalidClientTokenId')
  const { said } = await read(call('ListGroups', {}))
  const names = JSON.parse(said.Results[0]).Groups.map(
    (one: { GroupName: string }) => one.GroupName,
  )
  assert.deepEqual(names, ['One', 'Two'])
  // As large as the changes of hundreds of roles are.
  const large = call('PutGroupPolicy', {
    GroupName: 'One',
    PolicyName: 'Wide',
    PolicyDocument: `${' '.repeat(2000)}${JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    })}`,
  })
  assert.equal((await write(Array(200).fill(large))).status, 200)
})

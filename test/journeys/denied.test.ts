import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirePeer } from '../peers/require.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { awsCli } from './aws-cli.ts'
import { demoSettings, openRunning } from './running.ts'

const root = { AccessKeyId: 'AKIAROOTROOTROOTROO2', SecretAccessKey: 'abcdefghijabcdefghijabcdefghijabcdefghij' }

test('a denied call carries a message that the account\'s auditor decodes with the AWS CLI, and nobody else', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  const settings = (await demoSettings()).replace('    alias: demo\n', `    alias: demo\n    rootAccessKeys: [{ accessKeyId: ${root.AccessKeyId}, secretAccessKey: ${root.SecretAccessKey} }]\n`)
  await using running = await openRunning(settings)
  const { keys } = await assumeWithPassword(running.origin, 'priya', 'priya-demo-2026')
  const { refused } = await awsCli(running.origin, keys, 'sts', 'get-federation-token', '--name', 'priya')
  assert.match(refused, /AccessDenied/)
  const denied = await awsCli(running.origin, keys, 'sts', 'assume-role', '--role-arn', 'arn:aws:iam::111122223333:role/Developer', '--role-session-name', 'priya')
  const encoded = /Encoded authorization failure message: (\S+)/.exec(denied.refused)?.[1] ?? assert.fail(denied.refused)
  const mine = await awsCli(running.origin, keys, 'sts', 'decode-authorization-message', '--encoded-message', encoded)
  assert.match(mine.refused, /AccessDenied/)
  const { json } = await awsCli(running.origin, root, 'sts', 'decode-authorization-message', '--encoded-message', encoded)
  const told = JSON.parse((json as unknown as { DecodedMessage: string }).DecodedMessage)
  assert.deepEqual([told.allowed, told.explicitDeny, told.context.action], [false, false, 'sts:AssumeRole'])
  assert.match((await awsCli(running.origin, root, 'sts', 'decode-authorization-message', '--encoded-message', `${encoded}x`)).refused, /InvalidAuthorizationMessageException/)
  const event = (await running.events(4)).find(({ eventName, errorCode }) => eventName === 'AssumeRole' && errorCode !== undefined)
  assert.ok(event && !JSON.stringify(event).includes(encoded), 'the trail tells the decision itself')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirePeer } from '../peers/require.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { awsCli, type Keys } from './aws-cli.ts'
import { demoSettings, openRunning } from './running.ts'

const root = {
  AccessKeyId: 'AKIAROOTROOTROOTROO2',
  SecretAccessKey: 'abcdefghijabcdefghijabcdefghijabcdefghij',
}

test("a denied call has a message that only the account's auditor can decode", async (t) => {
  if (!requirePeer(t, 'awscli')) return
  const settings = (await demoSettings()).replace(
    '    alias: demo\n',
    `    alias: demo\n    rootAccessKeys: [{ accessKeyId: ${root.AccessKeyId}, ` +
      `secretAccessKey: ${root.SecretAccessKey} }]\n`,
  )
  await using running = await openRunning(settings)
  const { keys } = await assumeWithPassword(running.origin, 'priya', 'priya-demo-2026')
  const sts = (as: Keys, command: string) =>
    awsCli(running.origin, as, 'sts', ...command.split(' '))
  const decode = (as: Keys, message: string) =>
    sts(as, `decode-authorization-message --encoded-message ${message}`)
  const { refused } = await sts(keys, 'get-federation-token --name priya')
  assert.match(refused, /AccessDenied/)
  const developer = 'arn:aws:iam::111122223333:role/Developer'
  const denied = await sts(keys, `assume-role --role-arn ${developer} --role-session-name priya`)
  const encoded =
    /Encoded authorization failure message: (\S+)/.exec(denied.refused)?.[1] ??
    assert.fail(denied.refused)
  assert.match((await decode(keys, encoded)).refused, /AccessDenied/)
  const { json } = await decode(root, encoded)
  const told = JSON.parse((json as unknown as { DecodedMessage: string }).DecodedMessage)
  assert.deepEqual(
    [told.allowed, told.explicitDeny, told.context.action],
    [false, false, 'sts:AssumeRole'],
  )
  assert.match((await decode(root, `${encoded}x`)).refused, /InvalidAuthorizationMessageException/)
  const event = (await running.events(4)).find(
    ({ eventName, errorCode }) => eventName === 'AssumeRole' && errorCode !== undefined,
  )
  assert.ok(
    event && !JSON.stringify(event).includes(encoded),
    'the trail tells the decision itself',
  )
})

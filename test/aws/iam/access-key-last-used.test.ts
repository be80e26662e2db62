import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GetAccessKeyLastUsedCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { openRunning } from '../../journeys/running.ts'

const secretAccessKey = 'abcdefghijabcdefghijabcdefghijabcdefghij'
const settings = `
accounts:
  "111122223333":
    rootAccessKeys: [{ accessKeyId: AKIAROOTROOTROOTROO2, secretAccessKey: ${secretAccessKey} }]
    users:
      Ann:
        accessKeys: [{ accessKeyId: AKIAANNAANNAANNAANN2, secretAccessKey: ${secretAccessKey} }]
  "444455556666":
    users:
      Eve:
        accessKeys: [{ accessKeyId: AKIAEVEEVEEVEEVEEVE2, secretAccessKey: ${secretAccessKey} }]
`

test('when, where and for what a key was used last, to a quarter of an hour', async () => {
  await using running = await openRunning(settings)
  const of = (accessKeyId: string, secret = secretAccessKey) => ({
    endpoint: running.origin,
    region: 'eu-west-1',
    maxAttempts: 1,
    systemClockOffset: running.clock.now().getTime() - Date.now(),
    credentials: { accessKeyId, secretAccessKey: secret },
  })
  const root = () => new IAMClient(of('AKIAROOTROOTROOTROO2'))
  const asked = async (AccessKeyId = 'AKIAANNAANNAANNAANN2') => {
    const { UserName, AccessKeyLastUsed: { ServiceName, Region, LastUsedDate } = {} } =
      await root().send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
    return [UserName, ServiceName, Region, LastUsedDate?.getTime()]
  }
  const seconds = () => Math.floor(running.clock.now().getTime() / 1000) * 1000

  assert.deepEqual(await asked(), ['Ann', 'N/A', 'N/A', undefined])
  await assert.rejects(
    new STSClient(of('AKIAANNAANNAANNAANN2', 'wrong')).send(new GetCallerIdentityCommand({})),
  )
  assert.deepEqual(await asked(), ['Ann', 'N/A', 'N/A', undefined], 'a wrong signature is no use')
  const first = seconds()
  await new STSClient(of('AKIAANNAANNAANNAANN2')).send(new GetCallerIdentityCommand({}))
  assert.deepEqual(await asked(), ['Ann', 'sts', 'eu-west-1', first])
  running.clock.pass(600)
  await assert.rejects(new IAMClient(of('AKIAANNAANNAANNAANN2')).send(new ListUsersCommand({})))
  assert.deepEqual(await asked(), ['Ann', 'sts', 'eu-west-1', first])
  running.clock.pass(600)
  const second = seconds()
  await assert.rejects(new IAMClient(of('AKIAANNAANNAANNAANN2')).send(new ListUsersCommand({})))
  assert.deepEqual(await asked(), ['Ann', 'iam', 'eu-west-1', second])
  assert.deepEqual((await asked('AKIAROOTROOTROOTROO2')).slice(0, 2), ['root', 'iam'])
  for (const other of ['AKIAEVEEVEEVEEVEEVE2', 'AKIANOBODYNOBODYNOBO'])
    await assert.rejects(asked(other), {
      name: 'AccessDenied',
      message: `The Access Key with id ${other} cannot be found.`,
    })
})

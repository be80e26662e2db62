import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { openSite, startServed } from './running.ts'

const keys = {
  accessKeyId: 'AKIARRRRRRRRRRRRRRRR',
  secretAccessKey: 'abcdefghijabcdefghijabcdefghijabcdefghij',
}
const settings = `
connectors: {}
mappings: []
accounts:
  '111122223333':
    rootAccessKeys:
      - { accessKeyId: ${keys.accessKeyId}, secretAccessKey: ${keys.secretAccessKey} }
`

test('after a kill under load each acknowledged write is in the trail, once', async () => {
  await using site = await openSite()
  const first = await startServed(site, settings)
  const acknowledged: string[] = []
  const { origin: endpoint } = first
  const client = new IAMClient({ endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 })
  /** Until the process is gone. */
  const writer = async (name: string) => {
    for (let n = 0; ; n++) {
      const UserName = `${name}-${n}`
      await client.send(new CreateUserCommand({ UserName }))
      acknowledged.push(UserName)
      if (acknowledged.length === 60) process.kill(first.pid, 'SIGKILL')
    }
  }
  await Promise.allSettled(['a', 'b', 'c', 'd'].map(writer))
  await first[Symbol.asyncDispose]()
  await using second = await startServed(site, settings)
  const created = (record: unknown) =>
    (record as { requestParameters?: { userName?: string } }).requestParameters?.userName
  const told = (
    await second.events((records) => {
      const names = new Set(records.map(created))
      return acknowledged.every((name) => names.has(name))
    })
  ).map(created)
  assert.ok(acknowledged.length >= 60)
  for (const name of acknowledged) assert.equal(told.filter((one) => one === name).length, 1, name)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CreateUserCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { Browser } from '../http/browser.ts'
import { watchConnections } from '../store/sqlite/connections.ts'
import { openRunning } from './running.ts'

const keys = {
  accessKeyId: 'AKIARRRRRRRRRRRRRRRR',
  secretAccessKey: 'abcdefghijabcdefghijabcdefghijabcdefghij',
}
const hash =
  '$argon2id$v=19$m=19456,t=2,p=1$XCoGLpvIbQ97mMMPZatHFQ' +
  '$LRVnWnowivy+d2bnER8kiEhApdSEbb+th2G5kexCevk'
const settings = `
connectors:
  staff:
    type: file
    label: Staff
    accounts: ['111122223333']
    people:
      - username: amina
        passwordHash: ${hash}
        displayName: Amina Diallo
mappings: []
accounts:
  '111122223333':
    rootAccessKeys:
      - { accessKeyId: ${keys.accessKeyId}, secretAccessKey: ${keys.secretAccessKey} }
`

test('a disk without space: writes get 503, readiness is red, reads go on', async () => {
  using connections = watchConnections()
  await using gatehouse = await openRunning(settings)
  const client = new IAMClient({
    endpoint: gatehouse.origin,
    region: 'us-east-1',
    credentials: keys,
    maxAttempts: 1,
  })
  const create = (UserName: string) => client.send(new CreateUserCommand({ UserName }))
  const ready = async () => (await fetch(`${gatehouse.operations}/readyz`)).status
  await create('before')
  const browser = new Browser(gatehouse.origin)
  const { csrf } = await browser.get('/signin?connector=staff')
  assert.equal(await ready(), 200)

  connections.pragma('query_only = 1')
  await assert.rejects(create('during'), (error: Error) => {
    assert.equal(error.name, 'ServiceUnavailable')
    const { $response } = error as Error & {
      $response: { statusCode: number; headers: Record<string, string> }
    }
    assert.equal($response.statusCode, 503)
    assert.match($response.headers['retry-after'] ?? '', /^\d+$/)
    return true
  })
  const form = { _csrf: csrf, connector: 'staff', username: 'amina', password: 'x' }
  const page = await browser.post('/signin', form)
  assert.equal(page.status, 503)
  assert.match(page.headers.get('retry-after') ?? '', /^\d+$/)
  assert.match(page.title, /cannot be done right now/)
  assert.equal(await ready(), 503)
  const { User } = await client.send(new GetUserCommand({ UserName: 'before' }))
  assert.equal(User?.UserName, 'before')

  connections.pragma('query_only = 0')
  await create('after')
  assert.doesNotMatch(gatehouse.logged.join('\n'), /call-failed|page-failed/)
  assert.match(gatehouse.logged.join('\n'), /store-failing/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLastAccessed } from '../../src/sessions/last-accessed.ts'
import { openStore } from '../../src/store/open-store.ts'
import { movableClock } from '../conformance/ephemeral.ts'

const account = '111122223333'
const caller = (entityId?: string) =>
  ({ account, principal: { kind: 'user', arn: 'arn', account, entityId } }) as const
const listRoles = { service: 'iam', action: 'ListRoles', region: 'eu-central-1' }
const day = 86_400_000

async function scene() {
  const clock = movableClock(new Date(0))
  const store = await openStore({ sqlite: ':memory:' }, { clock })
  const ephemeral = store.ephemeral()
  const lines: unknown[] = []
  const log = (event: string) => void lines.push(event)
  return {
    ...{ clock, ephemeral, lines },
    node: (of: Parameters<typeof openLastAccessed>[0]['ephemeral'] = ephemeral) =>
      openLastAccessed({ ephemeral: of, log }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}
const told = async (of: Awaited<ReturnType<typeof scene>>['node'], id = 'AIDAANN') => {
  await using node = of()
  return shown(await node.find(account, id))
}
const shown = (accesses: Awaited<ReturnType<ReturnType<typeof openLastAccessed>['find']>>) =>
  Object.fromEntries(
    [...accesses].map(([service, actions]) => [
      service,
      Object.fromEntries([...actions].map(([name, { at, region }]) => [name, [+at, region]])),
    ]),
  )

test('what was called last is told at once, and survives a restart', async () => {
  await using at = await scene()
  {
    await using node = at.node()
    node.note(caller('AIDAANN'), listRoles, new Date(1000))
    node.note(caller('AIDAANN'), { ...listRoles, region: 'us-east-1' }, new Date(2000))
    node.note(caller('AIDAANN'), { ...listRoles, service: 'sts' }, new Date(1500))
    node.note(caller('AIDABOB'), listRoles, new Date(9000))
    node.note(caller(undefined), listRoles, new Date(9000))
    assert.deepEqual(shown(await node.find(account, 'AIDAANN')), {
      iam: { ListRoles: [2000, 'us-east-1'] },
      sts: { ListRoles: [1500, 'eu-central-1'] },
    })
  }
  assert.deepEqual(await told(at.node), {
    iam: { ListRoles: [2000, 'us-east-1'] },
    sts: { ListRoles: [1500, 'eu-central-1'] },
  })
  assert.deepEqual(await told(at.node, 'AIDAEVE'), {})
  await using other = at.node()
  assert.equal((await other.find('444455556666', 'AIDAANN')).size, 0)
})

test('nodes that share a store add up: the later call counts', async () => {
  await using at = await scene()
  await using one = at.node()
  await using two = at.node()
  one.note(caller('AIDAANN'), listRoles, new Date(5000))
  two.note(caller('AIDAANN'), listRoles, new Date(4000))
  two.note(caller('AIDAANN'), { ...listRoles, action: 'GetRole' }, new Date(3000))
  await one.flush()
  await two.flush()
  assert.deepEqual(await told(at.node), {
    iam: { ListRoles: [5000, 'eu-central-1'], GetRole: [3000, 'eu-central-1'] },
  })
})

test('what is older than the tracking period is forgotten', async () => {
  await using at = await scene()
  await using node = at.node()
  const start = at.clock.now().getTime()
  node.note(caller('AIDAANN'), { ...listRoles, service: 'sts' }, new Date(start))
  node.note(caller('AIDAANN'), listRoles, new Date(start + 401 * day))
  await node.flush()
  assert.deepEqual(Object.keys(await told(at.node)), ['iam'])
})

test('what could not be written is written later', async () => {
  await using at = await scene()
  let down = true
  await using node = at.node({
    get: at.ephemeral.get,
    put: async (...given) => {
      if (down) throw new Error('away')
      await at.ephemeral.put(...given)
    },
  })
  node.note(caller('AIDAANN'), listRoles, new Date(7000))
  await node.flush()
  assert.deepEqual(at.lines, ['last-accessed-failed'])
  assert.deepEqual(await told(at.node), {})
  down = false
  await node.flush()
  assert.deepEqual(await told(at.node), { iam: { ListRoles: [7000, 'eu-central-1'] } })
})

test('a flood of callers fills no memory, and is noted again after it is written', async () => {
  await using at = await scene()
  await using node = at.node({ get: async () => undefined, put: async () => undefined })
  for (let each = 0; each < 10_005; each++)
    node.note(caller(`AIDA${each}`), listRoles, new Date(each + 1))
  assert.equal((await node.find(account, 'AIDA10004')).size, 0)
  await node.flush()
  node.note(caller('AIDA10004'), listRoles, new Date(9))
  assert.equal((await node.find(account, 'AIDA10004')).size, 1)
})

test('what another process overwrites, having read before, is written again', async () => {
  await using at = await scene()
  await using one = at.node()
  const read = Promise.withResolvers<void>()
  const write = Promise.withResolvers<void>()
  await using two = at.node({
    async get(space, key) {
      const text = await at.ephemeral.get(space, key)
      read.resolve()
      await write.promise
      return text
    },
    put: at.ephemeral.put,
  })
  one.note(caller('AIDAANN'), listRoles, new Date(1000))
  two.note(caller('AIDAANN'), { ...listRoles, action: 'ListUsers' }, new Date(2000))
  const flushed = two.flush()
  await read.promise
  await one.flush()
  write.resolve()
  await flushed
  assert.deepEqual(await told(at.node), { iam: { ListUsers: [2000, 'eu-central-1'] } })
  await one.flush()
  assert.deepEqual(await told(at.node), {
    iam: { ListUsers: [2000, 'eu-central-1'], ListRoles: [1000, 'eu-central-1'] },
  })
})

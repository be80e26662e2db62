import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roles } from '../../src/console/iam/roles.ts'
import type { PageRequest } from '../../src/console/request.ts'
import type { ListContent } from '../../src/console/shown.ts'
import { worldRole } from '../http/world-roles.ts'

/** Opens the list where the service answers these names, and more behind them. */
async function open(names: readonly string[], query: Readonly<Record<string, string>>) {
  const asked: object[] = []
  const call = async (_action: string, input: object) => {
    asked.push(input)
    const Roles = names.map((name) => worldRole(name))
    return { Roles, IsTruncated: true, Marker: 'bmV4dA' }
  }
  const request = {
    session: { claims: { account: '268804417753' } },
    query: (name: string) => query[name],
  } as unknown as PageRequest
  return { asked, list: (await roles.open(call, request)) as ListContent }
}

test('a name is looked for in as many as one call answers, and further by the next', async () => {
  const { asked, list } = await open(['Alpha', 'Beta', 'alphabet'], { name: 'ALPHA' })
  assert.deepEqual(asked, [{ PathPrefix: undefined, Marker: undefined, MaxItems: 1000 }])
  assert.deepEqual([list.rows.length, list.searched], [2, 3])
  assert.equal(list.next, '/console/roles?name=ALPHA&marker=bmV4dA')
  assert.equal(list.first, undefined)
  const further = await open(['Beta'], { name: 'ALPHA', marker: 'bmV4dA' })
  assert.deepEqual([further.list.rows.length, further.list.empty], [0, 'No role matches.'])
  assert.equal(further.list.first, '/console/roles?name=ALPHA')
})

test('a path is the operation’s own filter, with the slash that people leave out', async () => {
  const { asked } = await open([], { path: 'data/' })
  assert.deepEqual(asked, [{ PathPrefix: '/data/', Marker: undefined, MaxItems: 50 }])
})

test('a filter that can be none asks for nothing', async () => {
  for (const query of [{ path: 'a b' }, { name: 'x'.repeat(65) }, { marker: 'x'.repeat(400) }]) {
    const { asked, list } = await open(['Alpha'], query)
    assert.deepEqual([asked, list.status, list.rows], [[], 400, []])
  }
})

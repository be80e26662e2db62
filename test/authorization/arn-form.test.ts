import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ServiceRules, serviceOf } from '../../src/authorization/declared-service.ts'

const rules = { policies: {} } as unknown as ServiceRules

function formOf(arn: string) {
  const action = { name: 'Get', level: 'Read', resources: ['one'], keys: [] } as const
  const resources = [{ name: 'one', arn, keys: [] }]
  const service = serviceOf({ prefix: 'stock', actions: [action], resources, keys: [] }, rules)
  const [form] = service.actions.get('get')!.arns
  return (resource: string) => form!.test(`arn:aws:stock:us-east-1:111122223333:${resource}`)
}

test('each part that varies has one character at least', () => {
  const is = formOf('arn:*:stock:*:*:bin/*/shelf/*')
  assert.ok(is('bin/7/shelf/8'))
  assert.ok(is('bin/a/b/shelf/shelf/8:9\n'))
  for (const no of ['bin//shelf/8', 'bin/7/shelf/', 'bin/7/shelf', 'bin/shelf/8', 'xbin/7/shelf/8'])
    assert.equal(is(no), false, no)
  const twice = formOf('arn:*:stock:*:*:**')
  assert.deepEqual([twice('a'), twice('ab'), twice('')], [false, true, false])
  const fixed = formOf('arn:*:stock:*:*:bin')
  assert.deepEqual([fixed('bin'), fixed('bin2'), fixed('')], [true, false, false])
  const ends = formOf('arn:*:stock:*:*:bin/*n')
  assert.deepEqual([ends('bin/an'), ends('bin/n')], [true, false])
})

test('a form with many parts that vary is answered like any other', () => {
  // Backtracking would take longer than anybody waits.
  const is = formOf(`arn:*:stock:*:*:${'*a'.repeat(100)}`)
  assert.equal(is(`${'a'.repeat(2000)}b`), false)
})

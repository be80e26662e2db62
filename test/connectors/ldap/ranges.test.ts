import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ask } from '../../../src/connectors/ldap/groups.ts'
import { withWholeAttributes } from '../../../src/connectors/ldap/ranges.ts'
import type { Entry } from '../../../src/connectors/ldap/search-messages.ts'

const many = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => Buffer.from(`v${from + index}`))
const entry = (values: Record<string, readonly Buffer[]>): Entry => ({
  dn: 'cn=a,dc=x',
  values: new Map(Object.entries(values)),
})

test('an attribute that comes in ranges is asked for until its end', async () => {
  const asked: string[] = []
  const ask: Ask = async ({ attributes }) => {
    asked.push(...attributes)
    return asked.length === 1
      ? [entry({ 'memberof;range=1500-2999': many(1500, 2999) })]
      : [entry({ 'memberof;range=3000-*': many(3000, 3100) })]
  }
  const first = entry({
    memberof: [],
    'memberof;range=0-1499': many(0, 1499),
    cn: [Buffer.from('a')],
  })
  const whole = await withWholeAttributes(ask, first)
  assert.deepEqual(asked, ['memberof;range=1500-*', 'memberof;range=3000-*'])
  assert.deepEqual([...whole.values.keys()], ['memberof', 'cn'])
  assert.deepEqual(whole.values.get('memberof'), many(0, 3100))
})

test('a range that is not gone on with, or has no end, is trouble', async () => {
  const first = entry({ 'memberof;range=0-1': many(0, 1) })
  const answers: Readonly<Record<string, Ask>> = {
    'no entry': async () => [],
    'another range': async () => [entry({ 'memberof;range=0-1': many(0, 1) })],
    'no values': async () => [entry({ 'memberof;range=2-3': [] })],
    'no end': async ({ attributes }) => {
      const start = Number(/range=(\d+)/.exec(attributes[0] ?? '')?.[1])
      return [entry({ [`memberof;range=${start}-${start}`]: many(start, start) })]
    },
  }
  for (const [what, ask] of Object.entries(answers))
    await assert.rejects(withWholeAttributes(ask, first), { name: 'DirectoryTrouble' }, what)
})

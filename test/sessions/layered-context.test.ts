import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LayeredContext } from '../../src/sessions/layered-context.ts'
import { type RequestFacts, setRequestFacts } from '../../src/sessions/request-facts.ts'

const entries = fc.array(
  fc.tuple(fc.constantFrom<string>('a', 'b', 'c', 'd'), fc.array(fc.string(), { maxLength: 2 })),
)

test('it reads like a copy of what is below with its own over it', () => {
  fc.assert(
    fc.property(entries, entries, (below, own) => {
      const base = new Map(below)
      const layered = new LayeredContext(base)
      const copy = new Map(base)
      for (const [key, values] of own) {
        layered.set(key, values)
        copy.set(key, values)
      }
      assert.deepEqual([...layered], [...copy])
      assert.deepEqual(
        [[...layered.keys()], [...layered.values()], layered.size],
        [[...copy.keys()], [...copy.values()], copy.size],
      )
      for (const key of ['a', 'b', 'c', 'd', 'e'])
        assert.deepEqual([layered.has(key), layered.get(key)], [copy.has(key), copy.get(key)])
      const seen: [string, readonly string[]][] = []
      layered.forEach((values, key) => {
        seen.push([key, values])
      })
      assert.deepEqual(seen, [...copy])
      assert.deepEqual([...base], [...new Map(below)], 'what is below stays as it was')
    }),
  )
})

const keys = ['a', 'aws:sourceip', 'aws:useragent', 'aws:resourceaccount', 'aws:currenttime']
const named = fc.array(fc.tuple(fc.constantFrom<string>(...keys), fc.array(fc.string())))

test("facts of the request hide all others, and what is set hides the caller's", () => {
  fc.assert(
    fc.property(named, named, fc.constantFrom('', 'aws-cli'), (below, own, userAgent) => {
      const facts: RequestFacts = {
        sourceAddress: '203.0.113.7',
        userAgent,
        secure: true,
        region: 'eu-central-1',
        now: new Date('2026-11-30T06:00:00Z'),
      }
      const layered = new LayeredContext(new Map(below), { facts, resourceAccount: '111122223333' })
      const copy = new Map<string, readonly string[]>(below)
      copy.set('aws:resourceaccount', ['111122223333'])
      for (const [key, values] of own) {
        layered.set(key, values)
        copy.set(key, values)
      }
      setRequestFacts(copy, facts)
      assert.deepEqual([...layered], [...copy])
      for (const key of [...copy.keys(), ...keys, 'none'])
        assert.deepEqual([layered.has(key), layered.get(key)], [copy.has(key), copy.get(key)])
    }),
  )
})

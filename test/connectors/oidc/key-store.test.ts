import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openKeyStore } from '../../../src/connectors/oidc/key-store.ts'
import { OutboundFault } from '../../../src/outbound/outbound-fault.ts'
import { standingClock } from '../../http/standing-clock.ts'
import { keys } from '../../web-identity/issuer.ts'

const url = 'https://op.example/keys'
const { kid, jwk } = keys.RS256

test('keys that are too old stay refused between two fetches that fail', async () => {
  const clock = standingClock()
  let away = false
  const get = async () => {
    if (away) throw new OutboundFault('timeout', 'no answer')
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ keys: [jwk] })) }
  }
  const store = openKeyStore({ outbound: { get }, clock })
  const held = await store.holding(url, kid)
  away = true
  clock.pass(3600)
  assert.equal(await store.holding(url, kid), held, 'the provider may be away for a while')
  assert.equal(await store.holding(url, kid), held)
  clock.pass(6 * 3600)
  for (const _ of [1, 2, 3]) await assert.rejects(store.holding(url, kid), { check: 'unreachable' })
  clock.pass(6)
  away = false
  assert.equal(await store.holding(url, kid), held)
})

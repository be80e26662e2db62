import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openChangeFeed } from '../../src/authorization/change-feed.ts'

/** A feed that answers nobody is a red test, and no test that never ends. */
const limited = { timeout: 60_000 }

function scene() {
  const state = { revision: 'a.1', at: 0, broken: false }
  const feed = openChangeFeed({
    revision() {
      if (state.broken) throw new Error('the store is gone')
      return state.revision
    },
    monotonicMs: () => state.at,
  })
  return { state, feed }
}

test('whoever knows another revision, or none, is told at once', limited, async () => {
  const { feed } = scene()
  using _closed = feed
  assert.equal(await feed.changed(undefined, 'orders'), 'a.1')
  assert.equal(await feed.changed('a.2', 'orders'), 'a.1')
  assert.equal(await feed.changed('b.1', 'orders'), 'a.1')
})

test(
  'whoever waits is told of a change, and after four seconds that there was none',
  limited,
  async () => {
    const { state, feed } = scene()
    using _closed = feed
    const waiting = [feed.changed('a.1', 'orders'), feed.changed('a.1', 'orders')]
    state.revision = 'a.2'
    assert.deepEqual(await Promise.all(waiting), ['a.2', 'a.2'])
    const patient = feed.changed('a.2', 'orders')
    state.at = 4000
    assert.equal(await patient, 'a.2')
  },
)

test('a store that cannot be read answers nobody that nothing changed', limited, async () => {
  const { state, feed } = scene()
  using _closed = feed
  const waiting = feed.changed('a.1', 'orders')
  state.broken = true
  await assert.rejects(waiting, /the store is gone/)
  await assert.rejects(feed.changed('a.1', 'orders'), /the store is gone/)
})

test(
  'the end of the feed answers all who wait, and more than a thousand never wait',
  limited,
  async () => {
    const { feed } = scene()
    const services = Array.from({ length: 10 }, (_, index) => `service-${index}`)
    const waiting = services.flatMap((service) =>
      Array.from({ length: 100 }, () => feed.changed('a.1', service)),
    )
    assert.equal(await feed.changed('a.1', 'orders'), 'a.1')
    feed[Symbol.dispose]()
    assert.equal((await Promise.all(waiting)).length, 1000)
    assert.equal(await feed.changed('a.1', 'orders'), 'a.1')
  },
)

test('a service that waits a hundred times takes no place of another', limited, async () => {
  const { feed } = scene()
  const waiting = Array.from({ length: 100 }, () => feed.changed('a.1', 'orders'))
  assert.equal(await feed.changed('a.1', 'orders'), 'a.1', 'answered at once')
  const other = feed.changed('a.1', 'payroll')
  const first = await Promise.race([other.then(() => 'answered'), Promise.resolve('waits')])
  assert.equal(first, 'waits')
  feed[Symbol.dispose]()
  await Promise.all([...waiting, other])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { createNodeMetrics, type MetricFigures } from '../../src/workers/metrics.ts'

/** A process that counts. */
function counting() {
  const registry = new Registry()
  const registers = [registry]
  const calls = new Counter({ name: 'calls', help: 'h', labelNames: ['outcome'], registers })
  const bytes = new Gauge({ name: 'bytes', help: 'h', registers })
  const failing = new Gauge({ name: 'failing', help: 'h', aggregator: 'max', registers })
  const took = new Histogram({ name: 'took', help: 'h', buckets: [1, 10], registers })
  const figures = async () => (await registry.getMetricsAsJSON()) as readonly MetricFigures[]
  return { calls, bytes, failing, took, figures }
}
const lineOf = (text: string, name: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(name))
    ?.split(' ')[1]

test('counters and histograms add up, gauges as each says', async () => {
  const [one, two] = [counting(), counting()]
  one.calls.inc({ outcome: 'ok' }, 3)
  two.calls.inc({ outcome: 'ok' }, 4)
  two.calls.inc({ outcome: 'AccessDenied' })
  one.bytes.set(10)
  two.bytes.set(20)
  two.failing.set(1)
  one.took.observe(5)
  two.took.observe(50)
  const node = createNodeMetrics()
  node.note('worker 1', await one.figures())
  node.note('worker 2', await two.figures())
  const text = await node.text()
  assert.deepEqual(
    [
      'calls{outcome="ok"}',
      'calls{outcome="AccessDenied"}',
      'bytes',
      'failing',
      'took_bucket{le="10"}',
      'took_count',
      'took_sum',
    ].map((name) => lineOf(text, name)),
    ['7', '1', '30', '1', '1', '2', '55'],
  )
})

test('what a worker counted stays counted after its end, and its gauges go', async () => {
  const node = createNodeMetrics()
  for (let life = 0; life < 3; life++) {
    const worker = counting()
    worker.calls.inc({ outcome: 'ok' }, 2)
    worker.took.observe(5)
    worker.bytes.set(10)
    node.note('worker 1', await worker.figures())
    // Asked twice, counted once.
    node.note('worker 1', await worker.figures())
    if (life < 2) node.ended('worker 1')
  }
  node.ended('worker 2')
  const text = await node.text()
  assert.deepEqual(
    ['calls{outcome="ok"}', 'took_count', 'took_bucket{le="1"}', 'bytes'].map((name) =>
      lineOf(text, name),
    ),
    ['6', '3', '0', '10'],
  )
})

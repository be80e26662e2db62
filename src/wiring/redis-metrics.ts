import { Counter, Gauge, type Registry } from 'prom-client'
import type { RedisFigures } from '../store/redis/client.ts'

const ofWorst: Readonly<Record<string, 'min' | 'max'>> = { up: 'min', clock_ahead_seconds: 'max' }

/**
 * `gatehouse_redis_up`, `_waiting_commands`, `_commands_total` by outcome, `_seconds_total` of
 * waiting for answers, and `_connections_total`. None without a Redis.
 */
export function redisMetrics(
  redis: { figures(): RedisFigures } | undefined,
  registry: Registry,
): void {
  if (!redis) return
  const registers = [registry]
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      ...{ name: `gatehouse_redis_${name}`, help, registers },
      // Of several processes on one node, the worst counts.
      aggregator: ofWorst[name] ?? 'sum',
      collect() {
        this.set(value())
      },
    })
  const counter = (name: string, help: string, value: () => number) =>
    new Counter({
      ...{ name: `gatehouse_redis_${name}_total`, help, registers },
      collect() {
        this.reset()
        this.inc(value())
      },
    })
  gauge('up', '1: Redis takes writes, as far as is known', () => (redis.figures().up ? 1 : 0))
  gauge('waiting_commands', 'Commands without an answer', () => redis.figures().waiting)
  gauge('clock_ahead_seconds', 'Of this node', () => redis.figures().aheadSeconds)
  counter('seconds', 'Time that commands waited', () => redis.figures().seconds)
  counter('connections', 'Connections opened', () => redis.figures().connections)
  new Counter({
    name: 'gatehouse_redis_commands_total',
    help: 'Commands to Redis by outcome',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset()
      const { commands } = redis.figures()
      for (const [outcome, count] of Object.entries(commands)) this.inc({ outcome }, count)
    },
  })
}

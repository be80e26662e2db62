import { Counter, Histogram, type Registry } from 'prom-client'

/**
 * Registers a counter by connector and outcome, `total`, and a histogram of seconds by connector,
 * `seconds`, each as `[name, help]`. Returns what counts one outcome and how long it took.
 */
export function countOutcomes<Outcome extends string>(
  registry: Registry,
  { total, seconds }: Readonly<Record<'total' | 'seconds', readonly [name: string, help: string]>>,
): (connector: string, outcome: Outcome, seconds: number) => void {
  const registers = [registry]
  const count = new Counter({
    name: total[0],
    help: total[1],
    labelNames: ['connector', 'outcome'],
    registers,
  })
  const took = new Histogram({
    name: seconds[0],
    help: seconds[1],
    labelNames: ['connector'],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  })
  return (connector, outcome, duration) => {
    count.inc({ connector, outcome })
    took.observe({ connector }, duration)
  }
}

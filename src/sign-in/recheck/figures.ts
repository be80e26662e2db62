import { Counter, Histogram, type Registry } from 'prom-client'

/**
 * How a check came out: the person as before, with other groups, refused, or nobody answered and
 * the sign-in goes on, or has gone on for too long.
 */
export type RecheckOutcome = 'same' | 'changed' | 'refused' | 'unanswered' | 'unconfirmed'

export type CountRecheck = (connector: string, outcome: RecheckOutcome, seconds: number) => void

/** Registers `gatehouse_rechecks_total` and `gatehouse_recheck_seconds`. */
export function countRechecks(registry: Registry): CountRecheck {
  const total = new Counter({
    name: 'gatehouse_rechecks_total',
    help: 'Checks of people who are signed in, by connector and outcome',
    labelNames: ['connector', 'outcome'],
    registers: [registry],
  })
  const took = new Histogram({
    name: 'gatehouse_recheck_seconds',
    help: 'How long a directory or provider took for one check',
    labelNames: ['connector'],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  })
  return (connector, outcome, seconds) => {
    total.inc({ connector, outcome })
    took.observe({ connector }, seconds)
  }
}

import type { Registry } from 'prom-client'
import { countOutcomes } from '../../connectors/count-outcomes.ts'

/**
 * How a check came out: the person as before, with other groups, refused, or nobody answered and
 * the sign-in goes on, or has gone on for too long.
 */
export type RecheckOutcome = 'same' | 'changed' | 'refused' | 'unanswered' | 'unconfirmed'

export type CountRecheck = (connector: string, outcome: RecheckOutcome, seconds: number) => void

/** Registers `gatehouse_rechecks_total` and `gatehouse_recheck_seconds`. */
export function countRechecks(registry: Registry): CountRecheck {
  return countOutcomes(registry, {
    total: [
      'gatehouse_rechecks_total',
      'Checks of people who are signed in, by connector and outcome',
    ],
    seconds: ['gatehouse_recheck_seconds', 'How long a directory or provider took for one check'],
  })
}

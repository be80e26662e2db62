import { Gauge, type Registry } from 'prom-client'
import type { Connector } from '../connector.ts'
import { countOutcomes } from '../count-outcomes.ts'

/** Tells of one answer that a browser brought: `proved`, or the check that refused it. */
export type CountAnswer = (connector: string, outcome: string, seconds: number) => void

/**
 * Registers `gatehouse_oidc_answers_total` by connector and outcome, and
 * `gatehouse_oidc_answer_seconds`: how long the provider and the checks took.
 */
export function countAnswers(registry: Registry): CountAnswer {
  return countOutcomes(registry, {
    total: [
      'gatehouse_oidc_answers_total',
      'Answers of OpenID providers: proved, or the check that refused one',
    ],
    seconds: [
      'gatehouse_oidc_answer_seconds',
      'How long an answer took to be redeemed and checked',
    ],
  })
}

/** Registers `gatehouse_oidc_provider_up`: whether the metadata of a provider are at hand. */
export function gaugeProviders(connectors: () => readonly Connector[], registry: Registry): void {
  new Gauge({
    name: 'gatehouse_oidc_provider_up',
    help: 'Whether the discovery document of a provider is at hand (1), or was not read (0)',
    labelNames: ['connector'],
    // Of several processes on one node, the worst counts.
    aggregator: 'min',
    registers: [registry],
    async collect() {
      this.reset()
      for (const { id, protocol, upstream } of connectors()) {
        if (protocol !== 'oidc') continue
        // Of this protocol it sends nothing.
        const isUp = await upstream.probe(AbortSignal.timeout(1000)).then(
          () => 1,
          () => 0,
        )
        this.set({ connector: id }, isUp)
      }
    },
  })
}

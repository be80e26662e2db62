import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Connector } from '../connector.ts'

/** Tells of one answer that a browser brought: `proved`, or the check that refused it. */
export type CountAnswer = (connector: string, outcome: string, seconds: number) => void

/**
 * Registers `gatehouse_oidc_answers_total` by connector and outcome, and
 * `gatehouse_oidc_answer_seconds`: how long the provider and the checks took.
 */
export function countAnswers(registry: Registry): CountAnswer {
  const total = new Counter({
    name: 'gatehouse_oidc_answers_total',
    help: 'Answers of OpenID providers: proved, or the check that refused one',
    labelNames: ['connector', 'outcome'],
    registers: [registry],
  })
  const took = new Histogram({
    name: 'gatehouse_oidc_answer_seconds',
    help: 'How long an answer took to be redeemed and checked',
    labelNames: ['connector'],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  })
  return (connector, outcome, seconds) => {
    total.inc({ connector, outcome })
    took.observe({ connector }, seconds)
  }
}

/** Registers `gatehouse_oidc_provider_up`: whether the metadata of a provider are at hand. */
export function gaugeProviders(connectors: () => readonly Connector[], registry: Registry): void {
  new Gauge({
    name: 'gatehouse_oidc_provider_up',
    help: 'Whether the discovery document of a provider is at hand (1), or was not read (0)',
    labelNames: ['connector'],
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

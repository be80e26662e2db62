import { Counter, type Registry } from 'prom-client'
import type { OpenGate } from './open-gate.ts'
import { type Outcome, outcomes } from './verify.ts'

/**
 * The gate, with `gatehouse_gate_requests_total` by outcome. Counted here, because counting in the
 * metrics library costs too much for each request.
 */
export function countedGate(gate: OpenGate, registry: Registry): OpenGate {
  const counts = new Map<Outcome, number>(outcomes.map((outcome) => [outcome, 0]))
  new Counter({
    name: 'gatehouse_gate_requests_total',
    help: 'Requests to applications that proxies asked about, by outcome',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset()
      if (!gate.any()) return
      for (const [outcome, count] of counts) this.inc({ outcome }, count)
    },
  })
  const count = (outcome: Outcome) => void counts.set(outcome, counts.get(outcome)! + 1)
  return {
    ...gate,
    verify(question) {
      const answer = gate.verify(question)
      if (answer instanceof Promise)
        answer.then(
          ({ outcome }) => count(outcome),
          () => count('failed'),
        )
      else count(answer.outcome)
      return answer
    },
  }
}

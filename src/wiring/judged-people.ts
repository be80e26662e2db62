import type { Identity } from '../kernel/identity.ts'
import { createLastFailures } from '../sign-in/last-failures.ts'
import { keepRecentSignIns } from '../sign-in/recent-sign-ins.ts'
import type { Ground } from './ground.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Opens what remembers sign-ins for administrators: whom the mappings judged, and which sign-ins
 * were refused.
 */
export function openJudgedPeople(around: Surroundings, { store, keys: { ring } }: Ground) {
  const { clock, log, settings, current } = around
  const recent = keepRecentSignIns({ store, ring, clock, log, ...settings.session })
  return {
    /** The mappings in force, which keep what they judge. */
    mappings: () => ({
      evaluate(identity: Identity) {
        recent.note(identity)
        return current().mappings.evaluate(identity)
      },
    }),
    failures: createLastFailures(),
    [Symbol.asyncDispose]: () => recent[Symbol.asyncDispose](),
  }
}

export type JudgedPeople = ReturnType<typeof openJudgedPeople>

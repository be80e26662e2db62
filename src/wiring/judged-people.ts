import type { Identity } from '../kernel/identity.ts'
import { keepRecentSignIns } from '../sign-in/recent-sign-ins.ts'
import type { Ground } from './ground.ts'
import type { Surroundings } from './surroundings.ts'

/** The mappings in force, which keep what they judge for `gatehouse replay`. */
export function openJudgedPeople(around: Surroundings, { store, keys: { ring } }: Ground) {
  const { clock, log, settings, current } = around
  const recent = keepRecentSignIns({ store, ring, clock, log, ...settings.session })
  return {
    mappings: () => ({
      evaluate(identity: Identity) {
        recent.note(identity)
        return current().mappings.evaluate(identity)
      },
    }),
    [Symbol.asyncDispose]: () => recent[Symbol.asyncDispose](),
  }
}

import type { Known } from './play.ts'

/** Of an operation: the members that each of its answers had, and those that only some had. */
export interface AnswerShape {
  readonly always: readonly string[]
  readonly sometimes: readonly string[]
}

/** They depend on when something was used, and so on how fast the machine is. */
const ofTheMoment = /LastUsed|LastAuthenticated|LastAccessed|LastAttempt|JobCompletion|Marker$/

/** Collects which members answers have: an API that others rely on does not change unnoticed. */
export class AnswerShapes {
  readonly #answers = new Map<string, (readonly string[])[]>()

  add(operation: string, answer: unknown): void {
    const members = new Set([...membersOf(answer)].filter((path) => !ofTheMoment.test(path)))
    this.#answers.set(operation, [...(this.#answers.get(operation) ?? []), [...members].sort()])
  }

  /** In order of operation. Of empty lists nothing is known, so what they hold is `sometimes`. */
  all(): Readonly<Record<string, AnswerShape>> {
    return Object.fromEntries(
      [...this.#answers]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([operation, answers]) => {
          const seen = [...new Set(answers.flat())].sort()
          const always = seen.filter((path) => answers.every((one) => one.includes(path)))
          return [operation, { always, sometimes: seen.filter((path) => !always.includes(path)) }]
        }),
    )
  }
}

/** `User.Tags[].Key`; keys of maps and what policies say are no members. */
function* membersOf(value: unknown, path = ''): Generator<string> {
  if (Array.isArray(value)) {
    for (const one of value) yield* membersOf(one, `${path}[]`)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [name, one] of Object.entries(value as Known)) {
    const own = path === '' ? name : `${path}.${name}`
    yield own
    if (!/(?:Document|Map)$/.test(name)) yield* membersOf(one, own)
  }
}

import { resourceDecides } from './resource-decides.ts'
import { takesRole } from './trust-actions.ts'
import { type Access, accessOf, contextValue, type Party, type PartyAccess } from './who-can.ts'

type Values = readonly string[] | undefined
type Answer = Omit<PartyAccess, 'arn'>

/** Answers of parties that have the same policies, by the values that those looked at. */
interface Looked {
  readonly keys: readonly string[]
  readonly answers: Map<string, Answer>
}

/**
 * Returns `accessOf` of an access, for many parties. Parties that have the same lists of policies
 * (the very same lists) share an answer where they also have the same values of all condition keys
 * that were looked at to find it: the answer depends on nothing else. Where a policy names
 * principals, each is answered alone.
 */
export function accessOfMany(access: Access): (party: Party) => PartyAccess {
  if (namesPrincipals(access)) return (party) => accessOf(party, access)
  const alike = new Alike()
  return (party) => {
    const known = alike.of(party)
    const valueFor = (key: string) => contextValue(party, access, key)
    for (const { keys, answers } of known) {
      const answer = answers.get(valuesText(keys, valueFor))
      if (answer) return { arn: party.arn, ...answer }
    }
    const traced = new TracedContext(valueFor)
    const { arn, ...answer } = accessOf(party, access, traced)
    const keys = [...traced.looked].sort()
    answersOf(known, keys).set(valuesText(keys, valueFor), answer)
    return { arn, ...answer }
  }
}

function namesPrincipals({ action, resource, resourcePolicy, resourceControl }: Access): boolean {
  const hasPrincipals = resourcePolicy !== undefined || resourceControl !== undefined
  return hasPrincipals || takesRole({ action, resource }) || resourceDecides({ resource })
}

function answersOf(known: Looked[], keys: readonly string[]): Looked['answers'] {
  const found = known.find(
    (one) => one.keys.length === keys.length && one.keys.every((key, at) => key === keys[at]),
  )
  if (found) return found.answers
  const answers = new Map<string, Answer>()
  known.push({ keys, answers })
  return answers
}

const valuesText = (keys: readonly string[], valueFor: (key: string) => Values): string =>
  keys.length === 0 ? '' : JSON.stringify(keys.map((key) => valueFor(key) ?? null))

/** The answers of each kind of parties whose policies and principals are alike. */
class Alike {
  readonly #byIdentity = new Map<Party['identity'], Kind[]>()
  #last: Kind | undefined

  of(party: Party): Looked[] {
    // Neighbours are often alike.
    if (this.#last && areAlike(this.#last.party, party)) return this.#last.looked
    const kinds = this.#byIdentity.get(party.identity) ?? []
    if (kinds.length === 0) this.#byIdentity.set(party.identity, kinds)
    let kind = kinds.find((one) => areAlike(one.party, party))
    if (!kind) {
      kind = { party, looked: [] }
      kinds.push(kind)
    }
    this.#last = kind
    return kind.looked
  }
}

interface Kind {
  /** One of them. */
  readonly party: Party
  readonly looked: Looked[]
}

function areAlike(one: Party, other: Party): boolean {
  return (
    one.identity === other.identity &&
    one.boundary === other.boundary &&
    one.serviceControl === other.serviceControl &&
    one.principal.kind === other.principal.kind &&
    one.principal.account === other.principal.account
  )
}

/** Notes which keys are looked at. Policies look at single keys only. */
class TracedContext extends Map<string, readonly string[]> {
  readonly looked = new Set<string>()
  readonly #valueFor: (key: string) => Values

  constructor(valueFor: (key: string) => Values) {
    super()
    this.#valueFor = valueFor
  }

  override get(key: string): Values {
    this.looked.add(key)
    return this.#valueFor(key)
  }

  override has(key: string): boolean {
    return this.get(key) !== undefined
  }
}

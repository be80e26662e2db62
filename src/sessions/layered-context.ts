import { type Membership, organizationKeys } from '../policy/index.ts'
import { type RequestFacts, requestFact, setRequestFacts } from './request-facts.ts'

type Values = readonly string[]

/** What a question knows besides the caller's keys and those that are set. */
export interface Surroundings {
  readonly facts: RequestFacts
  readonly resourceAccount: string
  /** Of the resource's account, in the organization of the settings. */
  readonly resourceMember?: Membership | undefined
}

/**
 * Condition keys of one question on top of the caller's, without copying those at every call. Keys
 * set here hide the caller's. Of most requests a policy asks for few keys: those of the request are
 * made when they are asked for, and hide all others.
 */
export class LayeredContext implements ReadonlyMap<string, Values> {
  readonly #below: ReadonlyMap<string, Values>
  readonly #around: Surroundings | undefined
  #own: Map<string, Values> | undefined

  constructor(below: ReadonlyMap<string, Values>, around?: Surroundings) {
    this.#below = below
    this.#around = around
  }

  set(key: string, values: Values): void {
    this.#own ??= new Map()
    this.#own.set(key, values)
  }

  get(key: string): Values | undefined {
    const around = this.#around
    const values = (around && requestFact(key, around.facts)) ?? this.#own?.get(key)
    if (values) return values
    return (around && resourceFact(key, around)) ?? this.#below.get(key)
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  get size(): number {
    return this.#all().size
  }

  forEach(each: (values: Values, key: string, map: ReadonlyMap<string, Values>) => void): void {
    for (const [key, values] of this.#all()) each(values, key, this)
  }

  entries(): MapIterator<[string, Values]> {
    return this.#all().entries()
  }

  keys(): MapIterator<string> {
    return this.#all().keys()
  }

  values(): MapIterator<Values> {
    return this.#all().values()
  }

  [Symbol.iterator](): MapIterator<[string, Values]> {
    return this.entries()
  }

  #all(): Map<string, Values> {
    const all = new Map(this.#below)
    if (this.#around) for (const [key, values] of resourceFacts(this.#around)) all.set(key, values)
    for (const [key, values] of this.#own ?? []) all.set(key, values)
    if (this.#around) setRequestFacts(all, this.#around.facts)
    return all
  }
}

/** The value of a condition key that tells whose a resource is; undefined for all other keys. */
function resourceFact(key: string, around: Surroundings): Values | undefined {
  if (!key.startsWith('aws:resource')) return undefined
  return resourceFacts(around).find(([name]) => name === key)?.[1]
}

/** The condition keys that tell whose a resource is. */
export function resourceFacts({
  resourceAccount,
  resourceMember,
}: Omit<Surroundings, 'facts'>): readonly (readonly [key: string, values: Values])[] {
  return [
    ['aws:resourceaccount', [resourceAccount]],
    ...organizationKeys('resource', resourceMember),
  ]
}

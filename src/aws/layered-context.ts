type Values = readonly string[]

/** Condition keys of one question over those of who asks, without copying the latter at every call. What is set here hides what is below. */
export class LayeredContext implements ReadonlyMap<string, Values> {
  readonly #below: ReadonlyMap<string, Values>
  readonly #own = new Map<string, Values>()

  constructor(below: ReadonlyMap<string, Values>) {
    this.#below = below
  }

  set(key: string, values: Values): void {
    this.#own.set(key, values)
  }

  get(key: string): Values | undefined {
    return this.#own.get(key) ?? this.#below.get(key)
  }

  has(key: string): boolean {
    return this.#own.has(key) || this.#below.has(key)
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
    return new Map([...this.#below, ...this.#own])
  }
}

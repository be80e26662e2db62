import type { Tags } from './account-configuration.ts'

/** One call of IAM, and how it is told to people. */
export interface Change {
  readonly operation: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** `+` makes, `-` removes, `~` changes. */
  readonly sign: '+' | '-' | '~'
  /** `user ada: attach arn:…`. */
  readonly told: string
}

/** Makes the changes of one entity. */
export class Changes {
  readonly list: Change[] = []
  readonly #what: string
  readonly #named: Readonly<Record<string, unknown>>

  /** `named`: the parameters that every call about the entity has. */
  constructor(what: string, named: Readonly<Record<string, unknown>>) {
    this.#what = what
    this.#named = named
  }

  add(
    sign: Change['sign'],
    operation: string,
    told: string,
    parameters: Readonly<Record<string, unknown>> = {},
  ): void {
    this.list.push({
      operation,
      sign,
      told: told === '' ? this.#what : `${this.#what}: ${told}`,
      parameters: { ...this.#named, ...parameters },
    })
  }

  /** Tags that go, and tags that come or change. `noun`: as in `TagUser`. */
  tags(noun: string, before: Tags, after: Tags): void {
    const wanted = new Set(Object.keys(after).map((key) => key.toLowerCase()))
    const gone = Object.keys(before).filter((key) => !wanted.has(key.toLowerCase()))
    if (gone.length > 0)
      this.add('~', `Untag${noun}`, `take away tags ${gone.join(', ')}`, { TagKeys: gone })
    const changed = Object.entries(after).filter(
      ([key, value]) => !Object.hasOwn(before, key) || before[key] !== value,
    )
    if (changed.length > 0)
      this.add('~', `Tag${noun}`, `tag ${changed.map(([key]) => key).join(', ')}`, {
        Tags: changed.map(([Key, Value]) => ({ Key, Value })),
      })
  }
}

/** The tags of a call that makes something; nothing for none. */
export function tagsOf(tags: Tags): Readonly<Record<string, unknown>> {
  const all = Object.entries(tags)
  return all.length === 0 ? {} : { Tags: all.map(([Key, Value]) => ({ Key, Value })) }
}

/** What is in `before` and not in `after`, without case where names have none. */
export function without(before: readonly string[], after: readonly string[]): readonly string[] {
  const kept = new Set(after.map((one) => one.toLowerCase()))
  return before.filter((one) => !kept.has(one.toLowerCase()))
}

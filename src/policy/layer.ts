import type { Policy } from './policy.ts'
import { coversAction, type Statement } from './statement.ts'
import { StatementIndex } from './statement-index.ts'

/** The statements of a layer that cover an action; deny and allow apart. */
export interface Candidates {
  readonly deny: StatementIndex
  readonly allow: StatementIndex
  readonly statements: readonly Statement[]
}

/** Names of actions come from callers: the memo must not grow with what strangers ask. */
const mostActions = 512

/** Policies that unite, indexed by action as questions come. */
export class Layer {
  readonly #policies: readonly Policy[]
  readonly #byAction = new Map<string, Candidates>()
  #lastAction: string | undefined
  #last: Candidates | undefined

  constructor(policies: readonly Policy[]) {
    this.#policies = policies
  }

  get size(): number {
    return this.#policies.length
  }

  /** `action` as in the question. */
  candidates(action: string): Candidates {
    if (this.#last !== undefined && this.#lastAction === action) return this.#last
    const candidates = this.#byAction.get(action) ?? this.#collect(action)
    this.#lastAction = action
    this.#last = candidates
    return candidates
  }

  #collect(action: string): Candidates {
    const lower = action.toLowerCase()
    const statements: Statement[] = []
    for (const policy of this.#policies) {
      for (const statement of policy.statements) if (coversAction(statement, lower)) statements.push(statement)
    }
    const candidates = {
      deny: new StatementIndex(statements.filter(({ effect }) => effect === 'Deny')),
      allow: new StatementIndex(statements.filter(({ effect }) => effect === 'Allow')),
      statements,
    }
    if (this.#byAction.size >= mostActions) this.#byAction.clear()
    this.#byAction.set(action, candidates)
    return candidates
  }
}

/** The same policies in the same order are one layer, whoever lists them: callers make their lists anew at each request. */
class Chain {
  layer: Layer | undefined
  readonly #next = new WeakMap<Policy, Chain>()

  following(policy: Policy): Chain {
    let chain = this.#next.get(policy)
    if (!chain) {
      chain = new Chain()
      this.#next.set(policy, chain)
    }
    return chain
  }
}

const start = new Chain()
const byList = new WeakMap<readonly Policy[], Layer>()

/** The layer of a list of policies. The list must not change afterwards; one that grew or shrank is noticed. */
export function layerOf(policies: readonly Policy[]): Layer {
  const known = byList.get(policies)
  if (known && known.size === policies.length) return known
  let chain = start
  for (const policy of policies) chain = chain.following(policy)
  const layer = chain.layer ?? new Layer([...policies])
  chain.layer = layer
  byList.set(policies, layer)
  return layer
}

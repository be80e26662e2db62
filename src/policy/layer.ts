import type { Policy } from './policy.ts'
import { coversAction, type Statement } from './statement.ts'
import { StatementIndex } from './statement-index.ts'

/** The statements of a layer that cover an action, deny and allow separately. */
export interface Candidates {
  readonly deny: StatementIndex
  readonly allow: StatementIndex
  readonly statements: readonly Statement[]
}

/** How many actions are cached. Callers choose the names, so the cache must be bounded. */
const mostActions = 512
/** The most statements in all indexes of a layer; a statement counts once for each index. */
const mostIndexed = 100_000

/** Policies that unite. Each action's index is made at its first question. */
export class Layer {
  readonly #policies: readonly Policy[]
  readonly #statements: readonly Statement[]
  readonly #byAction = new Map<string, Candidates>()
  /** Actions that are covered by the same statements share an index. */
  readonly #byCover = new Map<string, Candidates>()
  #indexed = 0
  #lastAction: string | undefined
  #last: Candidates | undefined

  constructor(policies: readonly Policy[]) {
    this.#policies = policies
    this.#statements = policies.flatMap(({ statements }) => statements)
  }

  get size(): number {
    return this.#policies.length
  }

  isOf(policies: readonly Policy[]): boolean {
    if (policies.length !== this.#policies.length) return false
    for (let i = 0; i < policies.length; i++) if (policies[i] !== this.#policies[i]) return false
    return true
  }

  /** `action` in the spelling of the question. */
  candidates(action: string): Candidates {
    if (this.#last !== undefined && this.#lastAction === action) return this.#last
    const candidates = this.#byAction.get(action) ?? this.#collect(action)
    this.#lastAction = action
    this.#last = candidates
    return candidates
  }

  #collect(action: string): Candidates {
    if (this.#byAction.size >= mostActions) this.#byAction.clear()
    const { statements, cover } = this.#covering(action.toLowerCase())
    const candidates = this.#byCover.get(cover) ?? this.#index(statements, cover)
    this.#byAction.set(action, candidates)
    return candidates
  }

  /**
   * The statements that cover an action, and a text that identifies the set: one bit for each
   * statement, fifteen in a character.
   */
  #covering(action: string): { readonly statements: readonly Statement[]; readonly cover: string } {
    const covering: Statement[] = []
    let cover = ''
    let bits = 0
    for (const [i, statement] of this.#statements.entries()) {
      if (coversAction(statement, action)) {
        covering.push(statement)
        bits |= 1 << (i % 15)
      }
      if (i % 15 < 14) continue
      cover += String.fromCharCode(bits)
      bits = 0
    }
    return { statements: covering, cover: cover + String.fromCharCode(bits) }
  }

  #index(statements: readonly Statement[], cover: string): Candidates {
    this.#indexed += statements.length
    if (this.#indexed > mostIndexed) {
      this.#byAction.clear()
      this.#byCover.clear()
      this.#indexed = statements.length
    }
    const candidates = {
      deny: new StatementIndex(statements.filter(({ effect }) => effect === 'Deny')),
      allow: new StatementIndex(statements.filter(({ effect }) => effect === 'Allow')),
      statements,
    }
    this.#byCover.set(cover, candidates)
    return candidates
  }
}

/** Lists up to this length are compared policy by policy, longer ones by identity. */
const short = 32
/** Layers cached for each first policy. */
const mostLayers = 8

const none: readonly never[] = []
const nothing = new Layer(none)
const byFirst = new WeakMap<Policy, readonly Layer[]>()
const byList = new WeakMap<readonly Policy[], Layer>()

/**
 * Returns the layer of a list of policies. Callers make new lists for each request: the same
 * policies in the same order give the same layer. A long list must not change afterwards.
 */
export function layerOf(policies: readonly Policy[]): Layer {
  const first = policies[0]
  if (first === undefined) return nothing
  if (policies.length > short) {
    const listed = byList.get(policies)
    if (listed && listed.size === policies.length) return listed
  }
  const known = byFirst.get(first) ?? none
  for (const layer of known) if (layer.isOf(policies)) return remembered(policies, layer)
  const layer = new Layer([...policies])
  byFirst.set(first, [layer, ...known.slice(0, mostLayers - 1)])
  return remembered(policies, layer)
}

function remembered(policies: readonly Policy[], layer: Layer): Layer {
  if (policies.length > short) byList.set(policies, layer)
  return layer
}

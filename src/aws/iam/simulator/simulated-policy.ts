import {
  type Policy,
  type PolicyKind,
  parsePolicy,
  type StatementPlace,
  statementPlaces,
} from '../../../policy/index.ts'
import type { Call } from '../../operation.ts'
import type { NamedKind } from '../entity.ts'
import { policySentence } from '../policy-sentences.ts'

/** A policy of a simulation: what answers call it, and where its statements stand. */
export interface SimulatedPolicy {
  /** `PolicyInputList.1`, `user_ann_Inline`, or the name of a managed policy. */
  readonly sourceId: string
  readonly policy: Policy
  readonly text: string
  /** Of a managed policy. */
  readonly arn?: string | undefined
  /** Of an inline policy. */
  readonly held?:
    | { readonly kind: NamedKind; readonly holder: string; readonly name: string }
    | undefined
}

type Faults = Pick<Call<'InvalidInput'>, 'fault'>

/** Reads the policies of an input. Throws InvalidInput with what IAM says of the first mistake. */
export function inputPolicies(
  kind: PolicyKind,
  list: string,
  texts: readonly string[],
  call: Faults,
): readonly SimulatedPolicy[] {
  return texts.map((text, at) => inputPolicy(kind, `${list}.${at + 1}`, text, call))
}

export function inputPolicy(
  kind: PolicyKind,
  sourceId: string,
  text: string,
  { fault }: Faults,
): SimulatedPolicy {
  const parsed = parsePolicy(kind, sourceId, text)
  if (!parsed.ok) throw fault('InvalidInput', policySentence(parsed.problems[0]!, kind))
  return { sourceId, policy: parsed.policy, text }
}

/** Where statements stand, by policy: looked up when one matched, once a simulation. */
export function statementFinder(policies: readonly SimulatedPolicy[]) {
  const places = new Map<string, readonly StatementPlace[]>()
  const texts = new Map(policies.map(({ sourceId, text }) => [sourceId, text]))
  return (sourceId: string, statement: number): StatementPlace | undefined => {
    let known = places.get(sourceId)
    if (!known) {
      known = statementPlaces(texts.get(sourceId) ?? '')
      places.set(sourceId, known)
    }
    return known[statement]
  }
}

/**
 * Condition keys as the policies spell them; a key that they spell with escapes, as the engine
 * does: in lower case.
 */
export function keySpeller(policies: readonly SimulatedPolicy[]): (key: string) => string {
  const spellings = new Map<string, string>()
  const note = (text: string) => {
    const folded = text.toLowerCase()
    if (!spellings.has(folded)) spellings.set(folded, text)
  }
  for (const { text } of policies)
    for (const [, string = ''] of text.matchAll(/"((?:[^"\\]|\\.)*)"/g)) {
      note(string)
      for (const [, variable = ''] of string.matchAll(/\$\{([^},]+)/g)) note(variable.trim())
    }
  return (key) => spellings.get(key) ?? key
}

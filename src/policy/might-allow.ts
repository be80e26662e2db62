import { hasAccount, type Layers } from './decide.ts'
import { explain, type LayerExplanation } from './explain.ts'
import type { StatementExplanation } from './explain-statement.ts'
import { layerOf } from './layer.ts'
import type { Question } from './question.ts'

/**
 * The absent condition keys on which a denied question depends: with other values for them, it
 * might be allowed. Undefined when no absent key can change the decision. Complete, not sound: does
 * not check whether one value can meet all conditions.
 */
export function hingesOn(question: Question, layers: Layers): readonly string[] | undefined {
  if (isSilent(question, layers)) return undefined
  const { layers: explained } = explain(question, layers)
  const denies = explained.flatMap(({ statements }) =>
    statements.filter(({ effect, applies }) => effect === 'Deny' && applies),
  )
  if (!denies.every(lacks)) return undefined
  const resource = explained.find(({ layer }) => layer === 'resource')
  const opened = resource !== undefined && !resource.needed && resource.statements.some(mayAllow)
  const keys = new Set(denies.flatMap(missingOf))
  for (const layer of explained.filter(({ needed }) => needed)) {
    if (!layer.statements.some(mayAllow) && !(opened && layer.layer === 'identity'))
      return undefined
    for (const key of keysOf(layer)) keys.add(key)
  }
  if (opened) for (const key of keysOf(resource)) keys.add(key)
  return keys.size === 0 ? undefined : [...keys].sort()
}

/** Whether no Allow is about the action, of a principal that needs one of its own policies. */
function isSilent({ principal, action }: Question, { identity, resource, trust }: Layers): boolean {
  if (resource || trust || !hasAccount(principal) || principal.kind === 'root') return false
  const { statements } = layerOf(identity).candidates(action)
  return !statements.some(({ effect }) => effect === 'Allow')
}

function keysOf({ statements }: LayerExplanation): readonly string[] {
  if (statements.some(({ effect, applies }) => effect === 'Allow' && applies)) return []
  return statements.filter(mayAllow).flatMap(missingOf)
}

function lacks({ parts }: StatementExplanation): boolean {
  return parts.some(({ missing }) => missing.length > 0)
}

function mayAllow({ effect, parts }: StatementExplanation): boolean {
  return effect === 'Allow' && parts.every(({ matched, missing }) => matched || missing.length > 0)
}

function missingOf({ parts }: StatementExplanation): readonly string[] {
  return parts.flatMap(({ missing }) => missing)
}

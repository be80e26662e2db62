import { decide, type Layers } from './decide.ts'
import { Policy } from './policy.ts'
import type { Principal, Question } from './question.ts'
import { resourceDecides } from './resource-decides.ts'
import { takesRole } from './trust-actions.ts'

/** The layers that always have to allow where they exist: a role's trust, a key's policy. */
export type DecidingLayer = 'trust' | 'resource'

/**
 * The layer that was not given and without which the question has no answer: the trust policy of
 * the role to assume, or the policy of a resource whose own policy decides alone. Undefined when
 * all that matters is given, or when the other layers deny whatever that one says. `decide` itself
 * takes an absent layer for one that does not restrict.
 */
export function unknownLayer(question: Question, layers: Layers): DecidingLayer | undefined {
  const layer = decidingLayerNotGiven(question, layers)
  if (!layer) return undefined
  return decide(question, withOpenLayer(question, layers, layer)).effect === 'allow'
    ? layer
    : undefined
}

/** The deciding layer that the question has and that was not given. */
export function decidingLayerNotGiven(
  question: Question,
  { trust, resource }: Layers,
): DecidingLayer | undefined {
  if (!trust && takesRole(question)) return 'trust'
  return !resource && !trust && resourceDecides(question) ? 'resource' : undefined
}

/** The layers with one that allows the principal everything in the place of an absent one. */
export function withOpenLayer(
  { principal }: Pick<Question, 'principal'>,
  layers: Layers,
  layer: DecidingLayer,
): Layers {
  return { ...layers, [layer]: [allowingPolicy(principal, layer)] }
}

function allowingPolicy({ kind, arn }: Principal, layer: DecidingLayer): Policy {
  const named = Policy.parse(layer, 'not given', allowingText(layer, { Federated: arn }))
  if (kind === 'federated' && named.ok) return named.policy
  const open = Policy.parse(layer, 'not given', allowingText(layer, '*'))
  if (open.ok) return open.policy
  throw new Error(`the policy that allows everything is refused as ${layer}`)
}

function allowingText(layer: DecidingLayer, principal: unknown): string {
  const resource = layer === 'resource' ? { Resource: '*' } : {}
  const statement = { Effect: 'Allow', Principal: principal, Action: '*', ...resource }
  return JSON.stringify({ Version: '2012-10-17', Statement: statement })
}

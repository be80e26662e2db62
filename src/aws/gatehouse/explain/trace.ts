import type { Explanation, Layers, Policy, PolicyKind } from '../../../policy/index.ts'
import type { SimulatedPolicy } from '../../iam/simulator/simulated-policy.ts'
import type { TracedExplanation, TracedPolicy } from './explain-model.ts'

/** Statements that decided: all Denies that apply, else all Allows. */
export function becauseOf({ effect, layers }: Explanation): readonly string[] {
  const wanted = effect === 'explicit-deny' ? 'Deny' : 'Allow'
  return layers.flatMap(({ statements }) =>
    statements
      .filter((one) => one.applies && one.effect === wanted)
      .map(
        ({ reason: { policy, statement, sid } }) =>
          `${policy}, ${sid ?? `statement ${statement + 1}`}`,
      ),
  )
}

/** Values of a key that a trace tells: groups may be many. */
const mostValues = 20

export function tracedExplanation({ question, ...explanation }: Explanation): TracedExplanation {
  const { principal, action, resource, context } = question
  return {
    ...explanation,
    question: {
      principal: principal.arn,
      action,
      resource,
      context: Object.fromEntries(
        [...context].map(([key, values]) => [key, values.slice(0, mostValues)]),
      ),
    },
  }
}

/** The policies of the layers, with where they are kept. */
export function tracedPolicies(
  layers: Layers,
  simulated: readonly SimulatedPolicy[],
): readonly TracedPolicy[] {
  const bySource = new Map(simulated.map((one) => [one.policy, one]))
  const told = (Layer: PolicyKind, policies: readonly Policy[], Level?: number) =>
    policies.map((policy): TracedPolicy => {
      const { arn, held, text } = bySource.get(policy) ?? {}
      return {
        Layer,
        Level,
        Name: policy.id,
        Arn: arn,
        Holder: held && { Kind: held.kind, Name: held.holder },
        PolicyName: held?.name,
        Document: text,
      }
    })
  const { identity, boundary = [], resource = [], trust = [], serviceControl = [] } = layers
  return [
    ...serviceControl.flatMap((level, i) => told('service-control', level, i)),
    ...told('trust', trust),
    ...told('resource', resource),
    ...told('identity', identity),
    ...told('boundary', boundary),
    ...(layers.session ?? []).flatMap((level, i) => told('session', level, i)),
    ...(layers.resourceControl ?? []).flatMap((level, i) => told('resource-control', level, i)),
  ]
}

import type { Environment } from '../../config/references.ts'
import { explain, explanationText, unknownLayer } from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { canBeAsked } from './check-question.ts'
import { type ReferenceOptions, readReference } from './read-reference.ts'
import {
  contextOfOptions,
  layersOfFiles,
  noPrincipal,
  principalOf,
  type RequestOptions,
  withOwnKeys,
} from './request-options.ts'
import { organizationFor } from './settings-organization.ts'

export interface ExplainOptions extends RequestOptions, ReferenceOptions {
  readonly action: string
  readonly resource: string
  readonly all?: boolean | undefined
  readonly json?: boolean | undefined
}

/**
 * `gatehouse policy explain FILE…`: prints why an action is allowed or denied. Exit codes: 0
 * allowed, 1 denied or dependent on a policy that was not given, 2 an input is unusable.
 */
export async function explainFiles(
  paths: readonly string[],
  options: ExplainOptions,
  { env, output }: { readonly env: Environment; readonly output: Output },
): Promise<0 | 1 | 2> {
  const principal = principalOf(options.principal)
  if (!principal) {
    output.err(noPrincipal(options.principal))
    return 2
  }
  const { action, resource } = options
  const written = { actions: [action], resources: [resource], principal: options.principal }
  if (!canBeAsked(written, await readReference(options, env), output)) return 2
  const files = await layersOfFiles(paths, options, output)
  if (!files) return 2
  const { context, multivalued } = contextOfOptions(options.context)
  const resourceAccount = options.resourceAccount ?? principal.account
  const asked = {
    ...{ principal, action, resource, resourceAccount, multivalued },
    context: withOwnKeys(principal, resourceAccount, context),
  }
  const of = options.organization
    ? await organizationFor(options.organization, asked, env, output)
    : undefined
  if (options.organization && !of) return 2
  const layers = { ...files, ...of?.layers }
  const keys = of && { context: of.context, multivalued: of.multivalued }
  const explanation = explain({ ...asked, ...keys }, layers)
  const dependsOn = unknownLayer(explanation.question, layers)
  if (options.json)
    output.out(
      JSON.stringify(
        {
          ...explanation,
          ...(of && { levels: of.levels }),
          ...(dependsOn && { effect: 'depends', dependsOn }),
          question: {
            ...explanation.question,
            context: Object.fromEntries(explanation.question.context),
            multivalued: [...(explanation.question.multivalued ?? [])],
          },
        },
        null,
        2,
      ),
    )
  else output.out(explanationText(explanation, { all: options.all === true, dependsOn, ...of }))
  return explanation.effect === 'allow' && !dependsOn ? 0 : 1
}

import type { Environment } from '../../config/references.ts'
import { mostSimulated, type SimulationResult, simulate } from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { canBeAsked } from './check-question.ts'
import { type ReferenceOptions, readReference } from './read-reference.ts'
import {
  contextOfOptions,
  layersOfFiles,
  noPrincipal,
  notGiven,
  optionOf,
  principalOf,
  type RequestOptions,
  withOwnKeys,
} from './request-options.ts'
import { organizationFor } from './settings-organization.ts'

export interface SimulateOptions extends RequestOptions, ReferenceOptions {
  readonly action: readonly string[]
  readonly resource: readonly string[]
  readonly json?: boolean | undefined
}

/**
 * `gatehouse policy simulate FILE…`: decides each action on each resource. Exit codes: 0 all
 * allowed, 1 one denied, 2 an input is unusable.
 */
export async function simulateFiles(
  paths: readonly string[],
  options: SimulateOptions,
  { env, output }: { readonly env: Environment; readonly output: Output },
): Promise<0 | 1 | 2> {
  const principal = principalOf(options.principal)
  if (!principal) output.err(noPrincipal(options.principal))
  const tooMany = options.action.length * Math.max(1, options.resource.length) > mostSimulated
  if (tooMany)
    output.err(
      `a simulation asks at most ${mostSimulated} questions: give fewer actions or resources`,
    )
  if (options.action.length === 0) output.err('no action to try: give `--action service:Name`')
  const resources = options.resource.length > 0 ? options.resource : ['*']
  const written = { actions: options.action, resources, principal: options.principal }
  const sound = canBeAsked(written, await readReference(options, env), output)
  const layers =
    principal && sound && !tooMany && options.action.length > 0
      ? await layersOfFiles(paths, options, output)
      : undefined
  if (!principal || !layers) return 2
  const given = contextOfOptions(options.context)
  const resourceAccount = options.resourceAccount ?? principal.account
  const asked = {
    ...{ principal, resourceAccount, multivalued: given.multivalued },
    context: withOwnKeys(principal, resourceAccount, given.context),
  }
  const of = options.organization
    ? await organizationFor(options.organization, asked, env, output)
    : undefined
  if (options.organization && !of) return 2
  const { context, multivalued } = of ?? asked
  const results = simulate({
    principal,
    actions: options.action,
    resources,
    resourceAccount,
    layers: { ...layers, ...of?.layers },
    context: [...context].map(([key, values]) => ({
      key,
      values,
      list: multivalued.has(key),
    })),
  })
  if (options.json) output.out(JSON.stringify(results, null, 2))
  else for (const result of results) output.out(resultText(result))
  return results.every(({ effect }) => effect === 'allow') ? 0 : 1
}

const words: Readonly<Record<SimulationResult['effect'], string>> = {
  allow: 'allowed',
  'explicit-deny': 'denied ',
  'implicit-deny': 'denied ',
  depends: 'depends',
}

function resultText({
  effect,
  action,
  resource,
  missingContext,
  ...why
}: SimulationResult): string {
  const missing = missingContext.length > 0 ? `; not given: ${missingContext.join(', ')}` : ''
  return `${words[effect]}  ${action}  ${resource}${reason(why)}${missing}`
}

function reason({
  matched: [first],
  blockedBy,
  dependsOn,
}: Pick<SimulationResult, 'matched' | 'blockedBy' | 'dependsOn'>): string {
  if (dependsOn) return ` on ${notGiven[dependsOn]}: give it with ${optionOf[dependsOn]}`
  if (blockedBy) return `: ${blockedBy} does not allow it`
  return first ? ` by ${first.policy} statement ${first.statement + 1}` : ''
}

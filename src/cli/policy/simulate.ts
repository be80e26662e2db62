import { mostSimulated, simulate } from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { type Asked, contextOfOptions, layersOfFiles, principalOf, withOwnKeys } from './asked.ts'

export interface SimulateOptions extends Asked {
  readonly action: readonly string[]
  readonly resource: readonly string[]
  readonly json?: boolean
}

/** `gatehouse policy simulate FILE…`: each action on each resource. Exit codes: 0 all allowed, 1 one denied, 2 something can't be used. */
export async function simulateFiles(paths: readonly string[], options: SimulateOptions, output: Output): Promise<0 | 1 | 2> {
  const principal = principalOf(options.principal)
  if (!principal) output.err(`\`${options.principal}\` is no principal: give the ARN of a user, a role or a session, the name of a service, or \`*\``)
  const tooMany = options.action.length * Math.max(1, options.resource.length) > mostSimulated
  if (tooMany) output.err(`a simulation asks at most ${mostSimulated} questions: give fewer actions or resources`)
  if (options.action.length === 0) output.err('no action to try: give `--action service:Name`')
  const layers = principal && !tooMany && options.action.length > 0 ? await layersOfFiles(paths, options, output) : undefined
  if (!principal || !layers) return 2
  const { context, multivalued } = contextOfOptions(options.context)
  const resourceAccount = options.resourceAccount ?? principal.account
  const results = simulate({
    principal,
    actions: options.action,
    ...(options.resource.length > 0 && { resources: options.resource }),
    ...(resourceAccount !== undefined && { resourceAccount }),
    layers,
    context: [...withOwnKeys(principal, resourceAccount, context)].map(([key, values]) => ({ key, values, list: multivalued.has(key) })),
  })
  if (options.json) output.out(JSON.stringify(results, null, 2))
  else {
    for (const { effect, action, resource, matched, blockedBy, missingContext } of results) {
      const by = matched[0] ? ` by ${matched[0].policy} statement ${matched[0].statement + 1}` : blockedBy ? `: ${blockedBy} does not allow it` : ''
      const missing = missingContext.length > 0 ? `; not given: ${missingContext.join(', ')}` : ''
      output.out(`${effect === 'allow' ? 'allowed' : 'denied '}  ${action}  ${resource}${by}${missing}`)
    }
  }
  return results.every(({ effect }) => effect === 'allow') ? 0 : 1
}

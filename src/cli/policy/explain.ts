import { explain, explanationText } from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { type Asked, contextOfOptions, layersOfFiles, principalOf, withOwnKeys } from './asked.ts'

export interface ExplainOptions extends Asked {
  readonly action: string
  readonly resource: string
  readonly all?: boolean
  readonly json?: boolean
}

/** `gatehouse policy explain FILE…`: why an action is allowed or not. Exit codes: 0 allowed, 1 denied, 2 something can't be used. */
export async function explainFiles(paths: readonly string[], options: ExplainOptions, output: Output): Promise<0 | 1 | 2> {
  const principal = principalOf(options.principal)
  if (!principal) {
    output.err(`\`${options.principal}\` is no principal: give the ARN of a user, a role or a session, the name of a service, or \`*\``)
    return 2
  }
  const layers = await layersOfFiles(paths, options, output)
  if (!layers) return 2
  const { context, multivalued } = contextOfOptions(options.context)
  const resourceAccount = options.resourceAccount ?? principal.account
  const explanation = explain(
    {
      principal,
      action: options.action,
      resource: options.resource,
      ...(resourceAccount !== undefined && { resourceAccount }),
      context: withOwnKeys(principal, resourceAccount, context),
      multivalued,
    },
    layers,
  )
  if (options.json)
    output.out(
      JSON.stringify(
        {
          ...explanation,
          question: { ...explanation.question, context: Object.fromEntries(explanation.question.context), multivalued: [...multivalued] },
        },
        null,
        2,
      ),
    )
  else output.out(explanationText(explanation, { all: options.all === true }))
  return explanation.effect === 'allow' ? 0 : 1
}

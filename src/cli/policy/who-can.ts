import { loadSettings, problemLine } from '../../config/load.ts'
import type { Environment } from '../../config/references.ts'
import { type Party, whatCan, type WhoCan, whoCan } from '../../policy/index.ts'
import { actionReference } from '../../reference/action-reference.ts'
import type { Output } from '../check.ts'
import { contextOfOptions } from './asked.ts'
import { partiesOf } from './parties.ts'
import { readPolicies } from './read-policies.ts'

export interface WhoCanOptions {
  readonly config: string
  readonly action: string
  readonly resource: string
  readonly resourceAccount?: string
  readonly resourcePolicy?: string
  readonly context: readonly string[]
  /** ARNs that may; anybody else is a problem. Absent: nobody is. */
  readonly only?: readonly string[]
  readonly json?: boolean
}

/** `gatehouse policy who-can`: over the accounts of the settings. Exit codes: 0, 1 somebody beside `only` can or might, 2 a file can't be used. */
export async function whoCanOf(options: WhoCanOptions, env: Environment, output: Output): Promise<0 | 1 | 2> {
  const parties = await readParties(options.config, env, output)
  const resourcePolicy = options.resourcePolicy === undefined ? [] : await readPolicies([options.resourcePolicy], 'resource', output)
  if (!parties || !resourcePolicy) return 2
  const { action, resource } = options
  const owner = options.resourceAccount ?? /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1]
  const answer = whoCan(
    {
      action,
      resource,
      ...(owner !== undefined && { resourceAccount: owner }),
      ...(options.resourcePolicy !== undefined && { resourcePolicy }),
      ...contextOfOptions(options.context),
    },
    parties,
  )
  output.out(options.json ? JSON.stringify(answer, null, 2) : whoCanText(answer).join('\n'))
  const others = [...answer.direct, ...answer.paths].filter(({ arn }) => options.only !== undefined && !options.only.includes(arn))
  for (const { arn } of others) output.err(`\`${arn}\` can, and is not among those who may`)
  return others.length > 0 ? 1 : 0
}

function whoCanText({ direct, paths }: WhoCan): readonly string[] {
  if (direct.length === 0) return ['nobody']
  const depends = (keys: readonly string[]) => `depends on ${keys.join(', ')}`
  return [
    ...direct.map(
      ({ arn, can, missingContext, because: [first] }) =>
        `${arn}  ${can === 'yes' ? `by ${first?.policy ?? ''} statement ${(first?.statement ?? 0) + 1}` : depends(missingContext)}`,
    ),
    ...paths.map(({ arn, through, can }) => `${arn} → ${through.join(' → ')}${can === 'yes' ? '' : '  depends on conditions'}`),
  ]
}

export interface WhatCanOptions {
  readonly config: string
  readonly principal: string
  readonly context: readonly string[]
  readonly json?: boolean
}

/**
 * `gatehouse policy what-can`: every action of the reference that a user or role of the settings can do. Exit codes: 0, 2 a file
 * or the principal can't be used.
 */
export async function whatCanOf(options: WhatCanOptions, env: Environment, output: Output): Promise<0 | 2> {
  const parties = await readParties(options.config, env, output)
  const party = parties?.find(({ arn }) => arn === options.principal)
  if (parties && !party) output.err(`no user or role \`${options.principal}\` in ${options.config}`)
  if (!party) return 2
  const possible = whatCan(party, await actionReference(), contextOfOptions(options.context).context)
  if (options.json) output.out(JSON.stringify(possible, null, 2))
  else {
    for (const { action, can, resources, missingContext } of possible) {
      output.out(`${action}  ${resources.join(', ')}${can === 'yes' ? '' : `  depends on ${missingContext.join(', ')}`}`)
    }
  }
  return 0
}

async function readParties(path: string, env: Environment, { err }: Output): Promise<readonly Party[] | undefined> {
  const loaded = await loadSettings(path, env)
  if (loaded.ok) return partiesOf(loaded.settings.accounts)
  for (const problem of loaded.problems) err(problemLine(problem))
  return undefined
}

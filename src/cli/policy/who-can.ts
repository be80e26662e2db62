import type { Environment } from '../../config/references.ts'
import {
  type DecidingLayer,
  organizationKeys,
  organizationListKeys,
  type WhoCan,
  whatCan,
  whoCan,
} from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { canBeAsked } from './check-question.ts'
import { readParties } from './read-parties.ts'
import { readPolicies } from './read-policies.ts'
import { readReference } from './read-reference.ts'
import { contextOfOptions, levelsOfFiles, notGiven } from './request-options.ts'

export interface WhoCanOptions {
  readonly config: string
  readonly action: string
  readonly resource: string
  readonly resourceAccount?: string | undefined
  readonly resourcePolicy?: string | undefined
  readonly trust?: string | undefined
  readonly serviceControl?: readonly string[] | undefined
  readonly resourceControl?: readonly string[] | undefined
  readonly context: readonly string[]
  /** ARNs of the permitted principals; any other one is a problem. Absent: all are permitted. */
  readonly only?: readonly string[] | undefined
  readonly json?: boolean | undefined
}

/**
 * `gatehouse policy who-can`: searches the accounts of the settings. Exit codes: 0, 1 a principal
 * outside `only` can or might, 2 a file is unusable.
 */
export async function whoCanOf(
  options: WhoCanOptions,
  env: Environment,
  output: Output,
): Promise<0 | 1 | 2> {
  const { action, resource } = options
  const reference = await readReference({ services: options.config }, env)
  if (!canBeAsked({ actions: [action], resources: [resource] }, reference, output)) return 2
  const read = await readParties(options.config, env, output)
  const given = await givenPolicies(options, output)
  if (!read || !given) return 2
  const { parties, organization } = read
  const { serviceControl, ...ofResource } = given
  const owner = options.resourceAccount ?? /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1]
  const member = owner === undefined ? undefined : organization?.of(owner)
  const asked = contextOfOptions(options.context)
  const answer = whoCan(
    {
      action,
      resource,
      resourceAccount: owner,
      ...(member?.resourceControl && { resourceControl: member.resourceControl }),
      ...ofResource,
      context: new Map([...organizationKeys('resource', member), ...asked.context]),
      multivalued: new Set([...asked.multivalued, ...organizationListKeys]),
    },
    serviceControl ? parties.map((party) => ({ ...party, serviceControl })) : parties,
  )
  output.out(options.json ? JSON.stringify(answer, null, 2) : whoCanText(answer).join('\n'))
  const others = [...answer.direct, ...answer.paths].filter(
    ({ arn }) => options.only !== undefined && !options.only.includes(arn),
  )
  for (const { arn } of others) output.err(`\`${arn}\` can, and is not among those who may`)
  return others.length > 0 ? 1 : 0
}

/**
 * Reads the policies that the options add to the settings. Returns undefined when a file is
 * unusable.
 */
async function givenPolicies(options: WhoCanOptions, output: Output) {
  const one = async (path: string | undefined, kind: 'resource' | 'trust') =>
    path === undefined ? [] : readPolicies([path], kind, output)
  const resourcePolicy = await one(options.resourcePolicy, 'resource')
  const trust = await one(options.trust, 'trust')
  const serviceControl = await levelsOfFiles(options.serviceControl, 'service-control', output)
  const resourceControl = await levelsOfFiles(options.resourceControl, 'resource-control', output)
  if (!resourcePolicy || !trust || !serviceControl || !resourceControl) return undefined
  return {
    ...(options.resourcePolicy !== undefined && { resourcePolicy }),
    ...(options.trust !== undefined && { trust }),
    ...(options.serviceControl && { serviceControl }),
    ...(options.resourceControl && { resourceControl }),
  }
}

/** Describes what an answer depends on: a layer that is not known, and absent condition keys. */
function dependences(layers: readonly DecidingLayer[], missingContext: readonly string[]): string {
  return [...layers.map((layer) => notGiven[layer]), ...missingContext].join(', ')
}

function whoCanText({ direct, paths }: WhoCan): readonly string[] {
  if (direct.length === 0) return ['nobody']
  return [
    ...direct.map(({ arn, can, dependsOn, missingContext, because: [first] }) => {
      if (can !== 'yes')
        return `${arn}  depends on ${dependences(dependsOn ? [dependsOn] : [], missingContext)}`
      return `${arn}  by ${first?.policy ?? ''} statement ${(first?.statement ?? 0) + 1}`
    }),
    ...paths.map(
      ({ arn, through, can }) =>
        `${arn} → ${through.join(' → ')}${can === 'yes' ? '' : '  depends on conditions'}`,
    ),
  ]
}

export interface WhatCanOptions {
  readonly config: string
  readonly principal: string
  readonly context: readonly string[]
  readonly json?: boolean | undefined
}

/**
 * `gatehouse policy what-can`: lists every action of the reference that a user or role of the
 * settings can perform. Exit codes: 0, or 2 when a file or the principal is unusable.
 */
export async function whatCanOf(
  options: WhatCanOptions,
  env: Environment,
  output: Output,
): Promise<0 | 2> {
  const read = await readParties(options.config, env, output)
  const party = read?.parties.find(({ arn }) => arn === options.principal)
  if (read && !party) output.err(`no user or role \`${options.principal}\` in ${options.config}`)
  if (!party) return 2
  const possible = whatCan(
    party,
    await readReference({ services: options.config }, env),
    contextOfOptions(options.context).context,
  )
  if (options.json) output.out(JSON.stringify(possible, null, 2))
  else {
    for (const { action, can, resources, dependsOn = [], missingContext } of possible) {
      const condition =
        can === 'yes' ? '' : `  depends on ${dependences(dependsOn, missingContext)}`
      output.out(`${action}  ${resources.join(', ')}${condition}`)
    }
  }
  return 0
}

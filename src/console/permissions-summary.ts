import { decide, type Explanation, explain, type Layers } from '../policy/index.ts'
import type { Decision } from '../policy/question.ts'
import type { Caller } from '../sessions/caller.ts'
import { resourceFacts } from '../sessions/layered-context.ts'
import { withResourceControl } from '../sessions/organization-layers.ts'
import { type RequestFacts, setRequestFacts } from '../sessions/request-facts.ts'
import { words as texts } from './words.ts'

export interface AccessLine {
  readonly action: string
  /** What the action does, for people. */
  readonly words: string
  /**
   * `some`: not allowed on every resource, but a statement of each layer allows the action on some
   * resource or under a condition.
   */
  readonly effect: Decision['effect'] | 'some'
}

export interface PolicyLine {
  /** The layer, for people. */
  readonly layer: string
  readonly names: readonly string[]
}

/** One representative action of each kind; the resource stands for every resource of that kind. */
const probes: readonly (readonly [action: string, words: string, resource: string])[] = [
  ['iam:ListUsers', texts.permissionsSummary.listUsers, 'arn:PARTITION:iam::ACCOUNT:user/*'],
  ['iam:GetUser', texts.permissionsSummary.lookAtUsers, 'arn:PARTITION:iam::ACCOUNT:user/*'],
  ['iam:ListRoles', texts.permissionsSummary.listRoles, 'arn:PARTITION:iam::ACCOUNT:role/*'],
  ['iam:GetRole', texts.permissionsSummary.lookAtRoles, 'arn:PARTITION:iam::ACCOUNT:role/*'],
  ['iam:CreateUser', texts.permissionsSummary.createUsers, 'arn:PARTITION:iam::ACCOUNT:user/*'],
  [
    'iam:PutRolePolicy',
    texts.permissionsSummary.changeWhatRolesMay,
    'arn:PARTITION:iam::ACCOUNT:role/*',
  ],
  ['sts:AssumeRole', texts.permissionsSummary.takeOtherRoles, 'arn:PARTITION:iam::ACCOUNT:role/*'],
  ['s3:ListAllMyBuckets', texts.permissionsSummary.listBuckets, '*'],
  ['s3:GetObject', texts.permissionsSummary.readObjects, 'arn:PARTITION:s3:::*'],
  ['s3:PutObject', texts.permissionsSummary.writeObjects, 'arn:PARTITION:s3:::*'],
  ['ec2:DescribeInstances', texts.permissionsSummary.listInstances, '*'],
  ['ce:GetCostAndUsage', texts.permissionsSummary.lookAtCosts, '*'],
]

/**
 * Asks the policy engine with the facts of the request that shows the page, so that the page and
 * the API agree.
 */
export function summarizeAccess(caller: Caller, facts: RequestFacts): readonly AccessLine[] {
  const { principal, partition, account, multivalued, organization } = caller
  const resourceMember = organization?.of(account)
  const context = new Map([
    ...caller.context,
    ...resourceFacts({ resourceAccount: account, resourceMember }),
  ])
  setRequestFacts(context, facts)
  return probes.map(([action, words, pattern]) => {
    const resource = pattern.replace('PARTITION', partition).replace('ACCOUNT', account)
    const question = { principal, action, resource, resourceAccount: account, context, multivalued }
    const layers = withResourceControl(caller.layers, question, organization)
    const { effect } = decide(question, layers)
    return {
      action,
      words,
      effect:
        effect === 'implicit-deny' && mayAllowSome(explain(question, layers)) ? 'some' : effect,
    }
  })
}

/**
 * Whether every layer that must allow has an Allow statement that fails only on the resource or on
 * a condition.
 */
function mayAllowSome({ layers }: Explanation): boolean {
  const needed = layers.filter((layer) => layer.needed)
  return (
    needed.length > 0 &&
    needed.every(({ statements }) =>
      statements.some(
        ({ effect, parts }) =>
          effect === 'Allow' &&
          parts.every(
            ({ element, matched }) => matched || /^(Not)?Resource$|^Condition$/.test(element),
          ),
      ),
    )
  )
}

/** Lists the layers in force and the names of their policies, in the order in which they narrow. */
export function policyLines({
  identity,
  boundary,
  session = [],
  serviceControl = [],
}: Layers): readonly PolicyLine[] {
  const names = (policies: readonly { readonly id: string }[]) => policies.map(({ id }) => id)
  return [
    { layer: 'Policies', names: names(identity) },
    ...(boundary
      ? [{ layer: texts.permissionsSummary.narrowedByTheBoundary, names: names(boundary) }]
      : []),
    ...session.map((layer) => ({
      layer: texts.permissionsSummary.narrowedByASession,
      names: names(layer),
    })),
    ...serviceControl.map((layer) => ({
      layer: texts.permissionsSummary.narrowedByTheOrganization,
      names: names(layer),
    })),
  ]
}

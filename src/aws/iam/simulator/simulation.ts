import { parseArn } from '../../../kernel/arn.ts'
import {
  type ContextEntry,
  contextOf,
  type Layers,
  type Organization,
  organizationKeys,
  organizationListKeys,
  type Principal,
} from '../../../policy/index.ts'
import type { SimulateCustomPolicyRequest } from '../../../reference/aws/iam-shapes.gen.ts'
import { withResourceControl, withServiceControl } from '../../../sessions/organization-layers.ts'
import type { Call } from '../../operation.ts'
import { parseIamArn } from '../arn-entity.ts'
import { inputPolicies, inputPolicy, type SimulatedPolicy } from './simulated-policy.ts'

/** The members that both simulations take. */
export type SimulationInput = Omit<SimulateCustomPolicyRequest, 'PolicyInputList'>
type SimulationCall = Call<'InvalidInput'>

/** What is simulated: every action on every resource. */
export interface Simulation {
  readonly principal: Principal
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** The account of resources whose ARN names none. */
  readonly owner: string
  readonly layers: Layers
  readonly context: ReadonlyMap<string, readonly string[]>
  readonly multivalued: ReadonlySet<string>
  /** Whose policies are among the layers, or join them for each resource. */
  readonly organization: Organization | undefined
  /** Every policy of the layers, but those of the organization. */
  readonly policies: readonly SimulatedPolicy[]
}

/** What the operation found: whose policies, and who calls with them. */
export interface Simulated {
  readonly identity: readonly SimulatedPolicy[]
  /** The entity's own; one of the input takes its place. */
  readonly boundary?: SimulatedPolicy | undefined
  /** Absent: what the call brings is all that counts. */
  readonly organization?: Organization | undefined
  readonly principal: Principal
  /** Condition keys of the principal; those of the input take their place. */
  readonly context: ReadonlyMap<string, readonly string[]>
}

/** Throws InvalidInput for what no request could have. */
export function simulationOf(
  input: SimulationInput,
  { identity, boundary, organization, principal, context }: Simulated,
  call: SimulationCall,
): Simulation {
  const resources = input.ResourceArns ?? ['*']
  checkNames(input.ActionNames, resources, call)
  const given = input.PermissionsBoundaryPolicyInputList ?? []
  if (given.length > 1)
    throw call.fault('InvalidInput', 'Only one permissions boundary can be simulated.')
  const list = 'PermissionsBoundaryPolicyInputList'
  const bounding = given.length > 0 ? inputPolicies('boundary', list, given, call) : []
  const boundaries = bounding.length > 0 || !boundary ? bounding : [boundary]
  const resource =
    input.ResourcePolicy === undefined
      ? []
      : [inputPolicy('resource', 'ResourcePolicy', input.ResourcePolicy, call)]
  const entries = contextOf((input.ContextEntries ?? []).map((entry) => entryOf(entry, call)))
  return {
    principal,
    actions: input.ActionNames,
    resources,
    owner: ownerOf(input.ResourceOwner, call) ?? principal.account ?? call.account,
    layers: withServiceControl(
      {
        identity: policiesOf(identity),
        ...(boundaries.length > 0 && { boundary: policiesOf(boundaries) }),
        ...(resource.length > 0 && { resource: policiesOf(resource) }),
      },
      principal,
      organization,
    ),
    organization,
    context: new Map([...context, ...entries.context]),
    multivalued: new Set([...entries.multivalued, ...organizationListKeys]),
    policies: [...identity, ...boundaries, ...resource],
  }
}

/** One action on one resource, with the layers that decide it. */
export function questionOf(
  { principal, layers, organization, context, multivalued, owner }: Simulation,
  action: string,
  resource: string,
) {
  const resourceAccount = parseArn(resource)?.account || owner
  const ofResource = organizationKeys('resource', organization?.of(resourceAccount))
  const question = {
    ...{ principal, action, resource, resourceAccount, multivalued },
    context: ofResource.length > 0 ? new Map([...ofResource, ...context]) : context,
  }
  return { question, layers: withResourceControl(layers, question, organization) }
}

const policiesOf = (policies: readonly SimulatedPolicy[]) => policies.map(({ policy }) => policy)

function checkNames(
  actions: readonly string[],
  resources: readonly string[],
  { fault }: SimulationCall,
): void {
  for (const action of actions)
    if (!/^[A-Za-z0-9-]+:[A-Za-z0-9_.-]+$/.test(action))
      throw fault('InvalidInput', `Invalid action name: ${action}`)
  for (const resource of resources)
    if (resource !== '*' && !parseArn(resource))
      throw fault('InvalidInput', `Resource ${resource} must be in ARN format or "*".`)
}

type Entry = NonNullable<SimulationInput['ContextEntries']>[number]

function entryOf(
  { ContextKeyName: key, ContextKeyValues: values = [], ContextKeyType: type }: Entry,
  { fault }: SimulationCall,
): ContextEntry {
  if (key === undefined) throw fault('InvalidInput', 'A context entry has no ContextKeyName.')
  return { key, values, list: type?.endsWith('List') === true }
}

/** `arn:aws:iam::111122223333:root`, or the ARN of anything of that account. */
function ownerOf(arn: string | undefined, { fault }: SimulationCall): string | undefined {
  if (arn === undefined) return undefined
  const account = parseArn(arn)?.account
  if (!/^\d{12}$/.test(account ?? ''))
    throw fault('InvalidInput', `Invalid ResourceOwner: ${arn.slice(0, 256)}`)
  return account
}

/** The user whom the input names as the caller. Throws InvalidInput for anything else. */
export function namedCaller(
  arn: string,
  call: Pick<SimulationCall, 'caller' | 'fault'>,
): Principal {
  const named = parseIamArn(arn, call, /^user\/(?:.*\/)?([^/]+)$/s)
  if (!named) throw call.fault('InvalidInput', `Invalid CallerArn: ${arn.slice(0, 256)}`)
  return { kind: 'user', arn, account: named.account }
}

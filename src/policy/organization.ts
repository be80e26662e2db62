import { Policy } from './policy.ts'
import type { PolicyKind, Principal } from './question.ts'

/** The policies of an organization that are attached to one root, unit or account, by name. */
export interface AttachedPolicies {
  readonly serviceControl: readonly string[]
  readonly resourceControl: readonly string[]
}

/** An organization as it is written down: every name that it uses is defined in it. */
export interface WrittenOrganization {
  readonly id: string
  readonly managementAccount: string
  readonly root: AttachedPolicies & { readonly id: string }
  /** By id. `parent`: the id of another unit; absent: the root. */
  readonly units: Readonly<
    Record<
      string,
      AttachedPolicies & { readonly name: string; readonly parent?: string | undefined }
    >
  >
  /** By account id. `unit`: absent: under the root itself. */
  readonly accounts: Readonly<
    Record<string, AttachedPolicies & { readonly unit?: string | undefined }>
  >
  readonly serviceControlPolicies: Readonly<Record<string, string>>
  readonly resourceControlPolicies: Readonly<Record<string, string>>
}

type Levels = readonly (readonly Policy[])[]

/** What an organization means for one of its accounts. */
export interface Membership {
  readonly organizationId: string
  /** `o-…/r-…/ou-…/ou-…/`: the value of `aws:PrincipalOrgPaths` and `aws:ResourceOrgPaths`. */
  readonly path: string
  /** From the root to the account: `r-ab12`, `ou-ab12-11111111 (Production)`, the account's id. */
  readonly levels: readonly string[]
  /** Each level must allow what principals of the account do. Absent: the management account. */
  readonly serviceControl?: Levels | undefined
  /** Statements that deny requests for resources of the account. Absent: there are none. */
  readonly resourceControl?: Levels | undefined
}

/** The accounts of an organization, with what limits them. */
export interface Organization {
  /** Undefined for an account that is not a member. */
  of(account: string): Membership | undefined
}

/** The policy that allows everything, which every level has that names none (Organizations). */
export const fullAccess = 'FullAWSAccess'

/** The keys of an organization that are lists by nature. */
export const organizationListKeys: ReadonlySet<string> = new Set([
  'aws:principalorgpaths',
  'aws:resourceorgpaths',
])

const everything =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
const nothing = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}'

/**
 * Compiles an organization, each policy once for each place that it is attached to: decisions name
 * it `PLACE/NAME`, such as `ou-ab12-11111111/no-leaving`. A policy that does not parse, is not
 * defined, or belongs to a unit that is not there, denies everything (fail closed).
 */
export function compileOrganization(written: WrittenOrganization): Organization {
  const members = new Map<string, Membership>()
  const places = new Map<string, Place>()
  const root = placeOf(written, written.root.id, written.root.id, written.root)
  for (const [id, account] of Object.entries(written.accounts)) {
    const above = [root, ...unitsAbove(written, account.unit, places)]
    const own = placeOf(written, id, id, account)
    const all = [...above, own]
    const controls = all.map(({ resourceControl }) => resourceControl).filter((one) => one.length)
    members.set(id, {
      organizationId: written.id,
      path: `${[written.id, ...above.map((one) => one.id)].join('/')}/`,
      levels: all.map(({ name }) => name),
      ...(id !== written.managementAccount && {
        serviceControl: all.map(({ serviceControl }) => serviceControl),
        ...(controls.length > 0 && { resourceControl: controls }),
      }),
    })
  }
  return { of: (account) => members.get(account) }
}

/** A root, unit or account with its policies. */
interface Place {
  readonly id: string
  readonly name: string
  readonly serviceControl: readonly Policy[]
  readonly resourceControl: readonly Policy[]
}

/** The units above an account, the highest first. */
function unitsAbove(
  written: WrittenOrganization,
  lowest: string | undefined,
  places: Map<string, Place>,
): readonly Place[] {
  const above: Place[] = []
  const seen = new Set<string>()
  for (let id = lowest; id !== undefined && !seen.has(id); id = written.units[id]?.parent) {
    seen.add(id)
    const unit = written.units[id] ?? { name: '', serviceControl: [], resourceControl: [] }
    const place = places.get(id) ?? placeOf(written, id, `${id} (${unit.name})`, unit)
    places.set(id, place)
    above.unshift(place)
  }
  return above
}

function placeOf(
  { serviceControlPolicies, resourceControlPolicies }: WrittenOrganization,
  id: string,
  name: string,
  { serviceControl, resourceControl }: AttachedPolicies,
): Place {
  const texts = { [fullAccess]: everything, ...serviceControlPolicies }
  const read = (kind: PolicyKind, from: Readonly<Record<string, string>>) => (policy: string) =>
    readOrDeny(kind, `${id}/${policy}`, Object.hasOwn(from, policy) ? from[policy] : undefined)
  return {
    id,
    name,
    serviceControl: serviceControl.map(read('service-control', texts)),
    resourceControl: resourceControl.map(read('resource-control', resourceControlPolicies)),
  }
}

function readOrDeny(kind: PolicyKind, id: string, text: string | undefined): Policy {
  const parsed = Policy.parse(kind, id, text ?? nothing)
  if (parsed.ok) return parsed.policy
  const denied = Policy.parse('identity', id, nothing)
  if (denied.ok) return denied.policy
  throw new Error('the policy that denies everything does not parse')
}

const serviceLinked = /^arn:[^:]+:iam::\d{12}:role\/aws-service-role\//

/** Whether the policies of an organization bind the principal: not service-linked roles. */
export function boundByOrganization({ roleArn }: Principal): boolean {
  return roleArn === undefined || !serviceLinked.test(roleArn)
}

/**
 * The condition keys that tell of the organization of a principal (`Principal`) or a resource
 * (`Resource`): none for an account that is not a member.
 */
export function organizationKeys(
  of: 'principal' | 'resource',
  member: Membership | undefined,
): readonly (readonly [key: string, values: readonly string[]])[] {
  if (!member) return []
  return [
    [`aws:${of}orgid`, [member.organizationId]],
    [`aws:${of}orgpaths`, [member.path]],
  ]
}

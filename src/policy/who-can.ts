import type { ActionReference } from './access-level.ts'
import { decide, type Layers } from './decide.ts'
import { hingesOn } from './might-allow.ts'
import { organizationListKeys } from './organization.ts'
import type { Policy } from './policy.ts'
import type { Principal, Question, Reason } from './question.ts'
import { takesRole } from './trust-actions.ts'
import { type DecidingLayer, decidingLayerNotGiven, withOpenLayer } from './unknown-layer.ts'

/**
 * A user, a role or an account's root, with all policies that decide for it. For a role,
 * `principal` is a session.
 */
export interface Party {
  /** The ARN of the user, the role or the root. */
  readonly arn: string
  readonly principal: Principal
  /** For a user, including those of the groups. */
  readonly identity: readonly Policy[]
  readonly boundary?: readonly Policy[]
  readonly serviceControl?: Layers['serviceControl']
  /** Of its account: they limit who may assume it. */
  readonly resourceControl?: Layers['resourceControl']
  /** For a role: its trust policy. */
  readonly trust?: readonly Policy[]
  /**
   * Condition keys that its requests have by themselves: `aws:username`, `aws:principaltag/…`.
   * Names in lower case.
   */
  readonly context?: ReadonlyMap<string, readonly string[]>
}

/** The access to check. The resource's own policy counts, if it is known. */
export interface Access {
  readonly action: string
  readonly resource: string
  readonly resourceAccount?: string | undefined
  readonly resourcePolicy?: readonly Policy[]
  /**
   * Of the role to assume. Absent: as the party has it whose ARN is the resource; if there is none,
   * the answer depends on it.
   */
  readonly trust?: readonly Policy[] | undefined
  readonly resourceControl?: Layers['resourceControl']
  /** Condition keys of the request. Names in lower case. */
  readonly context?: ReadonlyMap<string, readonly string[]>
  readonly multivalued?: ReadonlySet<string>
}

/** `depends`: not with the known condition keys, but statements that decide use others. */
export type Can = 'yes' | 'depends' | 'no'

export interface PartyAccess {
  readonly arn: string
  readonly can: Can
  /** Statements that allow it, or the Deny. */
  readonly because: readonly Reason[]
  /** With `depends`: the layer that decides and is not known. */
  readonly dependsOn?: DecidingLayer | undefined
  /** With `depends`: the keys that could change the answer. */
  readonly missingContext: readonly string[]
}

export interface AccessPath {
  /** Where the path starts: a party, or another principal that a trust policy names. */
  readonly arn: string
  /** `outside`: a provider, a service or another account. */
  readonly start: 'party' | 'outside'
  /** Roles to assume, one after the other; the last one has the access. */
  readonly through: readonly string[]
  /** `depends` if one of the steps does. */
  readonly can: 'yes' | 'depends'
}

export interface WhoCan {
  /** Parties that can, or might, by their own policies. */
  readonly direct: readonly PartyAccess[]
  /**
   * Parties that can, or might, by assuming roles: the shortest path of each party to each role.
   */
  readonly paths: readonly AccessPath[]
}

/**
 * Which of the parties have the access, by themselves and by assuming roles. Pure; each answer is a
 * decision of `decide`.
 */
export function whoCan(access: Access, parties: readonly Party[]): WhoCan {
  const roles = parties.filter(({ trust }) => trust !== undefined)
  const trust = access.trust ?? roles.find(({ arn }) => arn === access.resource)?.trust
  const direct = parties
    .map((party) => accessOf(party, { ...access, trust }))
    .filter(({ can }) => can !== 'no')
  const goals = direct.flatMap((one) =>
    roles.filter(({ arn }) => arn === one.arn).map((role) => ({ role, can: one.can })),
  )
  return {
    direct,
    paths: goals.flatMap(({ role, can }) =>
      pathsTo(role, can === 'yes' ? 'yes' : 'depends', parties),
    ),
  }
}

/**
 * Whether a party has the access without assuming a role. `context`: what its question is decided
 * with.
 */
export function accessOf(
  party: Party,
  access: Access,
  context: Question['context'] = contextOf(party, access),
): PartyAccess {
  const { identity, boundary, serviceControl } = party
  const { action, resource, resourcePolicy, resourceControl } = access
  const trust = takesRole({ action, resource }) ? access.trust : undefined
  return answered(
    party,
    {
      principal: party.principal,
      action,
      resource,
      resourceAccount: access.resourceAccount,
      context,
      multivalued: access.multivalued,
    },
    {
      identity,
      boundary,
      serviceControl,
      resource: resourcePolicy,
      trust,
      resourceControl,
    },
  )
}

function answered({ arn }: Pick<Party, 'arn'>, question: Question, layers: Layers): PartyAccess {
  const layer = decidingLayerNotGiven(question, layers)
  if (layer) {
    const open = answered({ arn }, question, withOpenLayer(question, layers, layer))
    return open.can === 'no' ? open : { ...open, can: 'depends', because: [], dependsOn: layer }
  }
  const { effect, because } = decide(question, layers)
  if (effect === 'allow') return { arn, can: 'yes', because, missingContext: [] }
  const keys = hingesOn(question, layers)
  return { arn, can: keys ? 'depends' : 'no', because, missingContext: keys ?? [] }
}

type Asked = Pick<Access, 'resourceAccount' | 'context'>

/** The value of one key in the context of a party's question. */
export function contextValue(party: Party, asked: Asked, key: string): Values {
  return asked.context?.get(key) ?? party.context?.get(key) ?? ownKeys[key]?.(party, asked)
}
type Values = readonly string[] | undefined

const listed = (value: string | undefined): Values => (value === undefined ? undefined : [value])
const ownKeys: Readonly<Record<string, (party: Party, asked: Asked) => Values>> = {
  'aws:principalarn': ({ principal }) => [principal.roleArn ?? principal.arn],
  'aws:principalaccount': ({ principal }) => listed(principal.account),
  'aws:resourceaccount': (_party, { resourceAccount }) => listed(resourceAccount),
}

function contextOf(party: Party, asked: Asked): Question['context'] {
  const own = Object.keys(ownKeys).flatMap((key) => {
    const values = ownKeys[key]!(party, asked)
    return values ? [[key, values] as const] : []
  })
  return new Map([...own, ...(party.context ?? []), ...(asked.context ?? [])])
}

interface Step {
  readonly role: Party
  readonly through: readonly string[]
  readonly can: 'yes' | 'depends'
}

/**
 * The paths to a role. Of each party the shortest one that is sure, or else the shortest that
 * depends.
 */
function pathsTo(goal: Party, can: Step['can'], parties: readonly Party[]): readonly AccessPath[] {
  const taking = new Map<Party, Map<Party, Can>>()
  const take: Take = (party, role) => {
    const ofRole = taking.get(role) ?? new Map<Party, Can>()
    taking.set(role, ofRole)
    const known = ofRole.get(party) ?? mayTake(party, role)
    ofRole.set(party, known)
    return known
  }
  const all = shortestPaths({ goal, can, parties, take })
  if (can !== 'yes') return all
  const onlySure: Take = (party, role) => (take(party, role) === 'yes' ? 'yes' : 'no')
  const sure = new Map(
    shortestPaths({ goal, can, parties, take: onlySure })
      .filter(({ start }) => start === 'party')
      .map((path) => [path.arn, path]),
  )
  return all.map((path) => (path.start === 'party' ? (sure.get(path.arn) ?? path) : path))
}

type Take = (party: Party, role: Party) => Can
interface Search {
  readonly goal: Party
  readonly can: Step['can']
  readonly parties: readonly Party[]
  readonly take: Take
}

/**
 * Searches backwards from a role, breadth first: parties that may assume it, and parties that may
 * assume those.
 */
function shortestPaths({ goal, can, parties, take }: Search): readonly AccessPath[] {
  const seen = new Set([goal.arn])
  const paths: AccessPath[] = []
  let steps: readonly Step[] = [{ role: goal, through: [goal.arn], can }]
  while (steps.length > 0) {
    const next: Step[] = []
    for (const { role, through, can: reached } of steps) {
      for (const arn of outsidersOf(role, parties))
        paths.push({ arn, start: 'outside', through, can: 'depends' })
      for (const party of parties) {
        const taking = seen.has(party.arn) ? 'no' : take(party, role)
        if (taking === 'no') continue
        seen.add(party.arn)
        const both = taking === 'yes' ? reached : 'depends'
        paths.push({ arn: party.arn, start: 'party', through, can: both })
        if (party.trust) next.push({ role: party, through: [party.arn, ...through], can: both })
      }
    }
    steps = next
  }
  return paths
}

/** Whether a party may assume a role with `sts:AssumeRole`. */
export function mayTake(party: Party, role: Party): Can {
  const { identity, boundary, serviceControl } = party
  const owner = role.principal.account
  return answered(
    party,
    {
      principal: party.principal,
      action: 'sts:AssumeRole',
      resource: role.arn,
      resourceAccount: owner,
      context: contextOf(party, { resourceAccount: owner }),
      multivalued: organizationListKeys,
    },
    {
      identity,
      boundary,
      serviceControl,
      trust: role.trust ?? [],
      resourceControl: role.resourceControl,
    },
  ).can
}

/**
 * Principals that a trust policy names and that are not among the parties: providers, services,
 * other accounts.
 */
function outsidersOf(role: Party, parties: readonly Party[]): readonly string[] {
  return outsideOf(role, new Set(parties.flatMap(({ principal }) => principal.account ?? [])))
}

/** Principals that a role's trust policy names and that are of none of the accounts. */
export function outsideOf({ trust = [] }: Party, accounts: ReadonlySet<string>): readonly string[] {
  const named = trust.flatMap(({ statements }) =>
    statements.flatMap(({ effect, principals }) =>
      effect === 'Allow' && principals && !principals.not ? principals.values : [],
    ),
  )
  return [
    ...new Set(
      named
        .filter(
          ({ kind, account, text }) =>
            kind === 'Federated' ||
            kind === 'Service' ||
            kind === '*' ||
            (kind === 'AWS' && !accounts.has(account ?? text.split(':')[4] ?? '')),
        )
        .map(({ text }) => text),
    ),
  ]
}

/** An action that a party can do, and on which resources. */
export interface PossibleAction {
  readonly action: string
  readonly can: 'yes' | 'depends'
  /** As written in the Allows; `decide` was called for an example of each. */
  readonly resources: readonly string[]
  /** The layers that decide and are not known: of the role to assume, of the key. */
  readonly dependsOn?: readonly DecidingLayer[]
  readonly missingContext: readonly string[]
}

/**
 * What a party can do, of the actions in the reference. Only services and resources that its
 * policies name in an Allow are tried.
 */
export function whatCan(
  party: Party,
  reference: ActionReference,
  context?: Access['context'],
): readonly PossibleAction[] {
  const allows = party.identity
    .flatMap(({ statements }) => statements)
    .filter(({ effect }) => effect === 'Allow')
  return reference.services.flatMap((service) =>
    (reference.actions(service) ?? []).flatMap(({ name }): readonly PossibleAction[] => {
      const action = `${service}:${name}`
      const covering = allows.filter(
        ({ actions }) =>
          actions.values.some(({ matches }) => matches(action.toLowerCase())) !== actions.not,
      )
      const resources = [
        ...new Set(
          covering.flatMap(({ resources: written }) =>
            !written || written.not ? ['*'] : written.values.map(({ text }) => text),
          ),
        ),
      ]
      const tried = resources
        .map((resource) => ({
          resource,
          ...accessOf(party, {
            action,
            resource: sampleOf(resource, party),
            ...(context && { context }),
          }),
        }))
        .filter(({ can }) => can !== 'no')
      if (tried.length === 0) return []
      const dependsOn = [...new Set(tried.flatMap((one) => one.dependsOn ?? []))]
      return [
        {
          action,
          can: tried.some(({ can }) => can === 'yes') ? 'yes' : 'depends',
          resources: tried.map(({ resource }) => resource),
          ...(dependsOn.length > 0 && { dependsOn }),
          missingContext: [
            ...new Set(tried.flatMap(({ missingContext }) => missingContext)),
          ].sort(),
        },
      ]
    }),
  )
}

/** Wildcards, `${*}` and the like, and variables with their defaults. */
const varying = /[*?]|\$\{(?:([*?$])|([^,}]*)(?:, '([^']*)')?)\}/g

/** An example of a resource that the pattern matches, with the party's own values filled in. */
function sampleOf(pattern: string, party: Party): string {
  if (pattern === '*') return '*'
  const context = contextOf(party, {})
  return pattern.replace(varying, (found, literal?: string, key = '', otherwise = 'value') => {
    if (found === '*') return 'any'
    return found === '?' ? 'x' : (literal ?? context.get(key.toLowerCase())?.[0] ?? otherwise)
  })
}

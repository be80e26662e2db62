import type { ActionReference } from './access-level.ts'
import { decide, type Layers } from './decide.ts'
import { hingesOn } from './might-allow.ts'
import type { Policy } from './policy.ts'
import type { Principal, Question, Reason } from './question.ts'

/** A user, a role or an account's root, with everything that decides for it. Of roles `principal` is a session. */
export interface Party {
  /** The ARN by which people know it: of the user, the role, the root. */
  readonly arn: string
  readonly principal: Principal
  /** Users have those of their groups too. */
  readonly identity: readonly Policy[]
  readonly boundary?: readonly Policy[]
  readonly serviceControl?: Layers['serviceControl']
  /** Of roles: who may take it. */
  readonly trust?: readonly Policy[]
  /** Keys that its requests bring by themselves: `aws:username`, `aws:principaltag/…`. Names in lower case. */
  readonly context?: ReadonlyMap<string, readonly string[]>
}

/** What is asked about: the resource's own policy counts when it is known. */
export interface Access {
  readonly action: string
  readonly resource: string
  readonly resourceAccount?: string
  readonly resourcePolicy?: readonly Policy[]
  readonly resourceControl?: Layers['resourceControl']
  /** Keys of the request. Names in lower case. */
  readonly context?: ReadonlyMap<string, readonly string[]>
  readonly multivalued?: ReadonlySet<string>
}

/** `depends`: not with the keys that are known, but statements that decide look at others. */
export type Can = 'yes' | 'depends' | 'no'

export interface PartyAccess {
  readonly arn: string
  readonly can: Can
  /** Statements that allow it, or the Deny. */
  readonly because: readonly Reason[]
  /** With `depends`: the keys that could turn the answer. */
  readonly missingContext: readonly string[]
}

export interface AccessPath {
  /** Who starts: a party, or a principal outside of them that a trust policy names. */
  readonly arn: string
  /** `outside`: a provider, a service or another account. */
  readonly start: 'party' | 'outside'
  /** Roles to take, one after the other; the last one can do it. */
  readonly through: readonly string[]
  /** `depends` when one of the steps does. */
  readonly can: 'yes' | 'depends'
}

export interface WhoCan {
  /** Those who can, or might, by their own policies. */
  readonly direct: readonly PartyAccess[]
  /** Those who can, or might, by taking roles; the shortest way of each to each role. */
  readonly paths: readonly AccessPath[]
}

/** Who, of all parties, can do what is asked; by themselves, and by taking roles. Pure; each answer is one of `decide`. */
export function whoCan(access: Access, parties: readonly Party[]): WhoCan {
  const direct = parties.map((party) => accessOf(party, access)).filter(({ can }) => can !== 'no')
  const roles = parties.filter(({ trust }) => trust !== undefined)
  const goals = direct.flatMap((one) => roles.filter(({ arn }) => arn === one.arn).map((role) => ({ role, can: one.can })))
  return { direct, paths: goals.flatMap(({ role, can }) => pathsTo(role, can === 'yes' ? 'yes' : 'depends', parties)) }
}

/** Whether a party can do it without taking a role. */
export function accessOf(party: Party, access: Access): PartyAccess {
  const { identity, boundary, serviceControl } = party
  const { resourcePolicy, resourceControl } = access
  return answered(
    party,
    {
      principal: party.principal,
      action: access.action,
      resource: access.resource,
      ...(access.resourceAccount !== undefined && { resourceAccount: access.resourceAccount }),
      context: contextOf(party, access),
      ...(access.multivalued && { multivalued: access.multivalued }),
    },
    {
      identity,
      ...(boundary && { boundary }),
      ...(serviceControl && { serviceControl }),
      ...(resourcePolicy && { resource: resourcePolicy }),
      ...(resourceControl && { resourceControl }),
    },
  )
}

function answered({ arn }: Pick<Party, 'arn'>, question: Question, layers: Layers): PartyAccess {
  const { effect, because } = decide(question, layers)
  if (effect === 'allow') return { arn, can: 'yes', because, missingContext: [] }
  const keys = hingesOn(question, layers)
  return { arn, can: keys ? 'depends' : 'no', because, missingContext: keys ?? [] }
}

function contextOf({ principal, context = new Map() }: Party, { resourceAccount, context: request = new Map() }: Pick<Access, 'resourceAccount' | 'context'>): Question['context'] {
  const own: [string, readonly string[]][] = [['aws:principalarn', [principal.roleArn ?? principal.arn]]]
  if (principal.account !== undefined) own.push(['aws:principalaccount', [principal.account]])
  if (resourceAccount !== undefined) own.push(['aws:resourceaccount', [resourceAccount]])
  return new Map([...own, ...context, ...request])
}

interface Step {
  readonly role: Party
  readonly through: readonly string[]
  readonly can: 'yes' | 'depends'
}

/** Backwards from a role, breadth first: whoever may take it, and whoever may take those. */
function pathsTo(goal: Party, can: Step['can'], parties: readonly Party[]): readonly AccessPath[] {
  const seen = new Set([goal.arn])
  const paths: AccessPath[] = []
  let steps: readonly Step[] = [{ role: goal, through: [goal.arn], can }]
  while (steps.length > 0) {
    const next: Step[] = []
    for (const { role, through, can: reached } of steps) {
      for (const arn of outsidersOf(role, parties)) paths.push({ arn, start: 'outside', through, can: 'depends' })
      for (const party of parties) {
        const taking = seen.has(party.arn) ? 'no' : mayTake(party, role)
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

/** Whether a party may take a role with `sts:AssumeRole`. */
export function mayTake(party: Party, role: Party): Can {
  const { identity, boundary, serviceControl } = party
  const owner = role.principal.account
  return answered(
    party,
    {
      principal: party.principal,
      action: 'sts:AssumeRole',
      resource: role.arn,
      ...(owner !== undefined && { resourceAccount: owner }),
      context: contextOf(party, { ...(owner !== undefined && { resourceAccount: owner }) }),
    },
    { identity, ...(boundary && { boundary }), ...(serviceControl && { serviceControl }), trust: role.trust ?? [] },
  ).can
}

/** Principals that a trust policy names and that are none of the parties: providers, services, accounts that nobody listed. */
function outsidersOf({ trust = [] }: Party, parties: readonly Party[]): readonly string[] {
  const accounts = new Set(parties.flatMap(({ principal }) => principal.account ?? []))
  const named = trust.flatMap(({ statements }) =>
    statements.flatMap(({ effect, principals }) => (effect === 'Allow' && principals && !principals.not ? principals.values : [])),
  )
  return [
    ...new Set(
      named
        .filter(
          ({ kind, account, text }) =>
            kind === 'Federated' || kind === 'Service' || kind === '*' || (kind === 'AWS' && !accounts.has(account ?? text.split(':')[4] ?? '')),
        )
        .map(({ text }) => text),
    ),
  ]
}

/** One action that a party can do, and where. */
export interface PossibleAction {
  readonly action: string
  readonly can: 'yes' | 'depends'
  /** As the Allows have them; `decide` was asked about a resource that each stands for. */
  readonly resources: readonly string[]
  readonly missingContext: readonly string[]
}

/** What a party can do, by the actions that the reference has: only services and resources that its policies name in an Allow are tried. */
export function whatCan(party: Party, reference: ActionReference, context?: Access['context']): readonly PossibleAction[] {
  const allows = party.identity.flatMap(({ statements }) => statements).filter(({ effect }) => effect === 'Allow')
  return reference.services.flatMap((service) =>
    (reference.actions(service) ?? []).flatMap(({ name }): readonly PossibleAction[] => {
      const action = `${service}:${name}`
      const covering = allows.filter(({ actions }) => actions.values.some(({ matches }) => matches(action.toLowerCase())) !== actions.not)
      const resources = [
        ...new Set(covering.flatMap(({ resources: written }) => (!written || written.not ? ['*'] : written.values.map(({ text }) => text)))),
      ]
      const tried = resources
        .map((resource) => ({ resource, ...accessOf(party, { action, resource: sampleOf(resource, party), ...(context && { context }) }) }))
        .filter(({ can }) => can !== 'no')
      if (tried.length === 0) return []
      return [
        {
          action,
          can: tried.some(({ can }) => can === 'yes') ? 'yes' : 'depends',
          resources: tried.map(({ resource }) => resource),
          missingContext: [...new Set(tried.flatMap(({ missingContext }) => missingContext))].sort(),
        },
      ]
    }),
  )
}

/** Wildcards, what stands for one itself, and variables with their defaults. */
const varying = /[*?]|\$\{(?:([*?$])|([^,}]*)(?:, '([^']*)')?)\}/g

/** A resource that the pattern stands for, the party's own values filled in. */
function sampleOf(pattern: string, party: Party): string {
  if (pattern === '*') return '*'
  const context = contextOf(party, {})
  return pattern.replace(varying, (found, literal?: string, key = '', otherwise = 'value') => {
    if (found === '*') return 'any'
    return found === '?' ? 'x' : (literal ?? context.get(key.toLowerCase())?.[0] ?? otherwise)
  })
}

import type { RevocationRecord } from '../store/records.ts'

/**
 * The policy's name. AWS's console writes its own, `AWSRevokeOlderSessions`, whole: under one name,
 * each would take the other's revocations back.
 */
export const olderSessionsPolicyName = 'GatehouseRevokeOlderSessions'

/** What grants of a role give its sessions, as templates of the mapping. */
export interface GrantNames {
  readonly sessionName?: string | undefined
  readonly sourceIdentity?: string | undefined
}

/** No session of AWS lasts longer; a quarter of an hour is for clocks. */
const longestSessionMs = (12 * 60 + 15) * 60_000
/** IAM's quota is 10,240 characters for all inline policies of a role. */
export const mostPeople = 40

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
interface Statement {
  readonly Effect: 'Deny'
  readonly Action: readonly ['*']
  readonly Resource: readonly ['*']
  readonly Condition: Condition
}

/**
 * Whether revocations of this scope can be said to AWS, where conditions know a session's role, its
 * name and its source identity, and not who proved the person.
 */
export function isExpressible(
  { scope, target }: Pick<RevocationRecord, 'scope' | 'target'>,
  grants: readonly GrantNames[],
): boolean {
  if (scope === 'role' || scope === 'everything') return true
  return personConditions({ scope, target }, grants).length > 0
}

/**
 * Whether what can be said to AWS holds for sessions of every grant: one that gives sessions other
 * names leaves them alive.
 */
export function coversAll(
  revoked: Pick<RevocationRecord, 'scope' | 'target'>,
  grants: readonly GrantNames[],
): boolean {
  return grants.every((grant) => isExpressible(revoked, [grant]))
}

/** Whether a session of AWS that the revocation ends may still live. */
export function concernsLiving({ before }: Pick<RevocationRecord, 'before'>, now: Date): boolean {
  return Date.parse(before) > now.getTime() - longestSessionMs
}

/**
 * The policy that denies everything to sessions of `role` that the revocations end, in the form in
 * which AWS's console revokes (IAM user guide, "Revoke IAM role temporary security credentials").
 * undefined: none ends any that may still live. Throws RangeError for more people than a policy
 * holds.
 */
export function olderSessionsPolicy(
  { role, grants }: { readonly role: string; readonly grants: readonly GrantNames[] },
  revocations: readonly RevocationRecord[],
  now: Date,
): string | undefined {
  const living = revocations.filter((one) => concernsLiving(one, now))
  const whole = living.filter(
    ({ scope, target }) =>
      scope === 'everything' || (scope === 'role' && target.toLowerCase() === role.toLowerCase()),
  )
  const latest = Math.max(...whole.map(({ before }) => Date.parse(before)))
  const people = living
    .filter(({ before }) => Date.parse(before) > latest || whole.length === 0)
    .flatMap((one) => personConditions(one, grants).map((named) => denying(one.before, named)))
  if (people.length > mostPeople)
    throw new RangeError(`a policy holds ${mostPeople} people, and there are ${people.length}`)
  const statements = [
    ...(whole.length > 0 ? [denying(new Date(latest).toISOString(), {})] : []),
    ...people,
  ]
  if (statements.length === 0) return undefined
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

function denying(before: string, named: Condition): Statement {
  // Tokens tell whole seconds: those of the last second go too.
  const until = new Date(Math.floor(Date.parse(before) / 1000) * 1000 + 1000)
  const issued = `${until.toISOString().slice(0, 19)}Z`
  return {
    Effect: 'Deny',
    Action: ['*'],
    Resource: ['*'],
    Condition: { DateLessThan: { 'aws:TokenIssueTime': issued }, ...named },
  }
}

/** The expression that each scope's target stands for, behind the connector. */
const expressions = {
  username: '${identity.username}',
  person: '${identity.subject}',
} as const
/** Nothing that a policy reads as a wildcard or a variable, and what a session may be named. */
const plain = /^[\w+=,.@-]{2,64}$/

function personConditions(
  { scope, target }: Pick<RevocationRecord, 'scope' | 'target'>,
  grants: readonly GrantNames[],
): readonly Condition[] {
  if (scope !== 'username' && scope !== 'person') return []
  const name = target.slice(target.indexOf('/') + 1)
  if (!plain.test(name)) return []
  const expression = expressions[scope]
  const bySource = grants.some(({ sourceIdentity }) => sourceIdentity === expression)
  const byName = grants.some(
    ({ sessionName = expressions.username, sourceIdentity }) =>
      sessionName === expression && sourceIdentity !== expression,
  )
  return [
    ...(bySource ? [{ StringEqualsIgnoreCase: { 'aws:SourceIdentity': name } }] : []),
    // Before the colon is the role's id.
    ...(byName ? [{ StringLike: { 'aws:userid': userIds(scope, name) } }] : []),
  ]
}

/**
 * A username is revoked in any case of letters, which no condition on `aws:userid` compares so: the
 * usual ones, and that of whoever revoked.
 */
function userIds(scope: 'username' | 'person', name: string): string | readonly string[] {
  if (scope === 'person') return `*:${name}`
  const lower = name.toLowerCase()
  const capital = lower.charAt(0).toUpperCase() + lower.slice(1)
  const [first, ...more] = new Set([name, lower, capital, name.toUpperCase()])
  return more.length === 0 ? `*:${first}` : [first, ...more].map((one) => `*:${one}`)
}

import { isDeepStrictEqual } from 'node:util'
import type { Identity } from '../kernel/identity.ts'
import type { AppVerdict } from '../mapping/app-rules.ts'
import type { MappingResult, RuleOutcome } from '../mapping/grant.ts'
import type { Federation, PermittedGrant } from '../sessions/federate.ts'
import type { RequestOrigin } from '../sessions/request-facts.ts'

/** Mappings, trust policies and rules of apps, as they are or as they would be. */
export interface Version {
  readonly mappings: { evaluate(identity: Identity): MappingResult }
  readonly federation: Pick<Federation, 'permitted'>
  /** Apps and sites, each once. */
  verdicts(identity: Identity): readonly AppVerdict[]
}

/** What a person would gain, lose or have changed. */
export interface Difference {
  readonly kind: 'gains' | 'loses' | 'changes'
  readonly what: 'role' | 'app'
  /** The role's ARN, or the id of the app or site. */
  readonly name: string
  /** One sentence. */
  readonly because: string
}

/**
 * Returns how the access of a person differs between two versions, in the order of the names.
 * `from`: where the person is taken to sign in from.
 */
export async function compareAccess(
  identity: Identity,
  [before, after]: readonly [Version, Version],
  from: RequestOrigin,
): Promise<readonly Difference[]> {
  const [had, has] = await Promise.all([
    accessOf(identity, before, from),
    accessOf(identity, after, from),
  ])
  const whyNot = (role: string) => {
    const rules = had.roles.get(role)?.rules ?? []
    return rules.map((rule) => whyNotByRule(rule, has.outcomes)).join('; ')
  }
  return [
    ...differencesOf('role', [had.roles, has.roles], whyNot),
    ...differencesOf('app', [had.apps, has.apps], () => 'there is no such app any more'),
  ]
}

/** What a person has of one thing. */
interface Held {
  readonly allowed: boolean
  /** By what they have it, or why they have it not. */
  readonly because: string
  /** Differs where the access differs. */
  readonly form: Readonly<Record<string, unknown>>
  readonly rules: readonly string[]
}

async function accessOf(identity: Identity, version: Version, from: RequestOrigin) {
  const { grants, outcomes } = version.mappings.evaluate(identity)
  const permitted = await version.federation.permitted(identity, grants, from)
  const refused = grants.map(({ roleArn, rule }): [string, Held] => [
    roleArn,
    {
      allowed: false,
      because: `rule \`${rule}\` grants it, but there is no such role, or it does not trust them`,
      form: {},
      rules: [rule],
    },
  ])
  const byRole = Map.groupBy(permitted, ({ grant }) => grant.roleArn)
  const held = [...byRole].map(([role, all]): [string, Held] => [role, heldRole(all)])
  const apps = version
    .verdicts(identity)
    .map(({ app, result, reason, claims }): [string, Held] => [
      app,
      { allowed: result === 'allowed', because: reason, form: { claims }, rules: [] },
    ])
  return { roles: new Map([...refused, ...held]), apps: new Map(apps), outcomes }
}

function heldRole(all: readonly PermittedGrant[]): Held {
  const forms = all.map(({ grant, maxDurationSeconds }) => {
    const { rule: _rule, roleArn: _role, tags, ...rest } = grant
    return { ...rest, tags: Object.fromEntries(tags), maxDurationSeconds }
  })
  const rules = [...new Set(all.map(({ grant }) => grant.rule))]
  const because = `by rule ${rules.map((rule) => `\`${rule}\``).join(', ')}`
  // Several grants of one role: which differ is told by the number of the grant.
  const form = forms.length === 1 ? forms[0]! : Object.fromEntries(forms.entries())
  return { allowed: true, because, form, rules }
}

function whyNotByRule(rule: string, outcomes: readonly RuleOutcome[]): string {
  const outcome = outcomes.find((one) => one.rule === rule)
  if (!outcome) return `there is no rule \`${rule}\` any more`
  const granted = outcome.result === 'granted'
  return `rule \`${rule}\`: ${granted ? 'it grants other roles' : outcome.reason}`
}

function differencesOf(
  what: Difference['what'],
  [before, after]: readonly [ReadonlyMap<string, Held>, ReadonlyMap<string, Held>],
  whyNot: (name: string) => string,
): readonly Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name): readonly Difference[] => {
    const [had, has] = [before.get(name), after.get(name)]
    if (had?.allowed !== true)
      return has?.allowed ? [{ kind: 'gains', what, name, because: has.because }] : []
    if (has?.allowed !== true)
      return [{ kind: 'loses', what, name, because: has?.because ?? whyNot(name) }]
    if (isDeepStrictEqual(had.form, has.form)) return []
    return [{ kind: 'changes', what, name, because: changedMembers(had.form, has.form) }]
  })
}

function changedMembers(before: Held['form'], after: Held['form']): string {
  const text = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value))
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .map((name) => `${name}: ${text(before[name])} → ${text(after[name])}`)
    .join('; ')
}

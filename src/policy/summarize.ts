import {
  type AccessLevel,
  type ActionCatalogue,
  accessLevels,
  emptyCatalogue,
  guessedLevel,
} from './access-level.ts'
import type { Policy } from './policy.ts'
import { coversAction, type OneOf, type Statement } from './statement.ts'

/** One access level of a service under one set of resources and conditions. */
export interface LevelSummary {
  readonly level: AccessLevel
  /** `full` only if the catalogue lists the service's actions, or if all actions are covered. */
  readonly coverage: 'full' | 'limited'
  /** Names from the catalogue, else as written in the policy. */
  readonly actions: readonly string[]
  /** Whether the level is guessed from names. */
  readonly guessed: boolean
}

/** What statements with the same effect, resources and conditions say about one service. */
export interface SummaryRow {
  readonly effect: 'Allow' | 'Deny'
  /** A prefix in lower case, or `*` for every service. */
  readonly service: string
  /** Excluded actions, as written in NotAction. */
  readonly except: readonly string[]
  readonly levels: readonly LevelSummary[]
  /** As written; `not`: every resource except these. Absent in trust policies. */
  readonly resources?: { readonly not: boolean; readonly values: readonly string[] }
  /** The principals, in policies of resources and roles. */
  readonly principals?: { readonly not: boolean; readonly values: readonly string[] }
  readonly conditions: readonly ConditionSummary[]
}
export interface ConditionSummary {
  readonly operator: string
  /** Lower case. */
  readonly key: string
  readonly values: readonly string[]
}

/** Actions of a service that are not allowed although others of the service are. */
export interface Uncovered {
  readonly service: string
  readonly level: AccessLevel
  readonly actions: readonly string[]
  /** `denied`: allowed somewhere, and denied on every resource without a condition. */
  readonly why: 'not allowed' | 'denied'
}

export interface PolicySummary {
  readonly rows: readonly SummaryRow[]
  /** Actions that are not allowed, of services that have a row with Allow. */
  readonly uncovered: readonly Uncovered[]
  /** Services of the catalogue of which no action is allowed. */
  readonly silentServices: readonly string[]
}

/**
 * Summarizes what policies that unite allow and deny, by service and access level. It reads
 * statements and decides nothing.
 */
export function summarize(
  policies: readonly Policy[],
  catalogue: ActionCatalogue = emptyCatalogue,
): PolicySummary {
  const statements = policies.flatMap((policy) => policy.statements)
  const rows = new Map<
    string,
    { readonly row: Omit<SummaryRow, 'levels'>; readonly statements: Statement[] }
  >()
  for (const statement of statements) {
    for (const service of servicesOf(statement)) {
      const row = rowOf(statement, service)
      const key = JSON.stringify(row)
      const known = rows.get(key)
      if (known) known.statements.push(statement)
      else rows.set(key, { row, statements: [statement] })
    }
  }
  const told = [...rows.values()].map(
    (one): SummaryRow => ({
      ...one.row,
      levels: levelsOf(one.row.service, one.statements, catalogue),
    }),
  )
  return {
    rows: told.sort((a, b) => compare(a.effect, b.effect) || compare(a.service, b.service)),
    ...gaps(statements, catalogue),
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function servicesOf({ actions: { not, values } }: Statement): ReadonlySet<string> {
  return new Set(not ? ['*'] : values.map(({ service }) => service ?? '*'))
}

function rowOf(
  { effect, actions, resources, principals, conditions }: Statement,
  service: string,
): Omit<SummaryRow, 'levels'> {
  const written = ({ not, values }: OneOf<{ readonly text: string }>) => ({
    not,
    values: values.map(({ text }) => text).sort(compare),
  })
  return {
    effect,
    service,
    except: actions.not ? actions.values.map(({ text }) => text) : [],
    ...(resources && { resources: written(resources) }),
    ...(principals && { principals: written(principals) }),
    conditions: conditions
      .map(({ operator, key, values }) => ({ operator, key, values }))
      .sort((a, b) => compare(a.key, b.key) || compare(a.operator, b.operator)),
  }
}

/**
 * The access levels of one row: from the catalogue if it has the service, else from the names in
 * the policy.
 */
function levelsOf(
  service: string,
  statements: readonly Statement[],
  catalogue: ActionCatalogue,
): readonly LevelSummary[] {
  const known = service === '*' ? undefined : catalogue.actions(service)
  if (!known) return guessedLevels(service, statements)
  return accessLevels.flatMap((level) => {
    const ofLevel = known.filter((action) => action.level === level).map(({ name }) => name)
    const covered = ofLevel.filter((name) => coveredBy(statements, service, name))
    if (covered.length === 0) return []
    return [
      {
        level,
        coverage: covered.length === ofLevel.length ? ('full' as const) : ('limited' as const),
        actions: covered,
        guessed: false,
      },
    ]
  })
}

function coveredBy(statements: readonly Statement[], service: string, name: string): boolean {
  const action = `${service}:${name}`.toLowerCase()
  return statements.some((statement) => coversAction(statement, action))
}

function guessedLevels(service: string, statements: readonly Statement[]): readonly LevelSummary[] {
  const names = new Set(
    statements
      .flatMap(({ actions }) => (actions.not ? [] : actions.values))
      .filter((pattern) => (pattern.service ?? '*') === service)
      .map(({ text }) => text.slice(text.indexOf(':') + 1)),
  )
  const everything = service === '*' || names.has('*')
  if (everything) {
    const coverage = statements.some(({ actions }) => !actions.not) ? 'full' : 'limited'
    return accessLevels.map((level) => ({ level, coverage, actions: ['*'], guessed: false }))
  }
  return accessLevels.flatMap((level) => {
    const actions = [...names].filter((name) => guessedLevel(name) === level).sort(compare)
    return actions.length === 0
      ? []
      : [{ level, coverage: 'limited' as const, actions, guessed: true }]
  })
}

/** The actions that the Allows leave out, as far as the catalogue has the service. */
function gaps(
  statements: readonly Statement[],
  catalogue: ActionCatalogue,
): Pick<PolicySummary, 'uncovered' | 'silentServices'> {
  const allows = statements.filter(({ effect }) => effect === 'Allow')
  const denies = statements.filter(isSweeping)
  const uncovered: Uncovered[] = []
  const silentServices: string[] = []
  for (const service of catalogue.services) {
    const actions = catalogue.actions(service) ?? []
    const open = actions.filter(({ name }) => coveredBy(allows, service, name))
    const may = open.filter(({ name }) => !coveredBy(denies, service, name))
    if (may.length === 0) silentServices.push(service)
    if (open.length === 0) continue
    for (const level of accessLevels) {
      const ofLevel = actions.filter((action) => action.level === level)
      const missing = ofLevel.filter((action) => !open.includes(action)).map(({ name }) => name)
      const denied = ofLevel
        .filter((action) => open.includes(action) && !may.includes(action))
        .map(({ name }) => name)
      if (missing.length > 0)
        uncovered.push({ service, level, actions: missing, why: 'not allowed' })
      if (denied.length > 0) uncovered.push({ service, level, actions: denied, why: 'denied' })
    }
  }
  return { uncovered, silentServices }
}

/** Whether it is a Deny for everybody on everything, without conditions. */
function isSweeping({ effect, resources, principals, conditions }: Statement): boolean {
  if (effect !== 'Deny' || conditions.length > 0) return false
  const everywhere =
    !resources || (!resources.not && resources.values.some(({ text }) => text === '*'))
  return (
    everywhere &&
    (!principals || (!principals.not && principals.values.some(({ kind }) => kind === '*')))
  )
}

import {
  type ActionReference,
  type Policy,
  parseOwnPolicy,
  type SummaryRow,
  summarize,
} from '../../policy/index.ts'
import { serviceTitles } from '../../reference/service-titles.ts'
import { type Cell, chips, none, text } from '../cells.ts'
import type { Section } from '../shown.ts'
import { words } from './words.ts'

const mostRows = 60
const mostValues = 8
/** What is longer takes too long to be summed up while somebody waits. */
const mostSummarized = 131_072

/** A table of what a document says: service, effect, access levels, resources, conditions. */
export function summarySection(document: string, reference: ActionReference): Promise<Section> {
  return allowedSection([document], reference)
}

/** The same of several documents together; of more than `mostSummarized` characters none. */
export async function allowedSection(
  documents: readonly string[],
  reference: ActionReference,
): Promise<Section> {
  const title = words.check.summary
  const heads = words.check.heads.map((head, i) => ({
    head,
    width: i > 2 ? ('desk' as const) : ('always' as const),
  }))
  const characters = documents.reduce((sum, { length }) => sum + length, 0)
  const read = characters > mostSummarized ? [] : documents.map(policyIn)
  const policies = read.flatMap((policy) => policy ?? [])
  if (policies.length < documents.length)
    return { kind: 'rows', title, heads, rows: [], empty: words.check.notRead }
  const { rows } = summarize(policies, { services: [], actions: reference.actions })
  const titles = await serviceTitles()
  return {
    kind: 'rows',
    title,
    note: rows.length > mostRows ? words.check.mostShown(mostRows, rows.length) : undefined,
    heads,
    rows: rows.slice(0, mostRows).map((row) => cellsOf(row, titles)),
    empty: words.check.nothing,
  }
}

function policyIn(document: string): Policy | undefined {
  const read = parseOwnPolicy('identity', '', document)
  return read.ok ? read.policy : undefined
}

function cellsOf(row: SummaryRow, titles: Readonly<Record<string, string>>): readonly Cell[] {
  const { service, effect, except, resources, conditions } = row
  const named = service === '*' ? words.check.every : (titles[service] ?? service)
  const left = except.length > 0 ? words.check.except(listed(except)) : service
  const on = resources?.values ?? []
  return [
    text(named, named === left || service === '*' ? undefined : left),
    text(effect),
    text(levelsOf(row)),
    resources?.not ? text(words.check.allBut(listed(on))) : chips(few(on)),
    conditions.length === 0
      ? none(words.check.always)
      : chips(few(conditions.map((one) => `${one.key} ${one.operator} ${listed(one.values)}`))),
  ]
}

function levelsOf({ levels }: SummaryRow): string {
  if (levels.length === 5 && levels.every(({ coverage }) => coverage === 'full'))
    return words.check.allLevels
  return levels
    .map(({ level, coverage, actions }) =>
      coverage === 'full' ? words.check.full(level) : words.check.limited(level, listed(actions)),
    )
    .join('; ')
}

function few(values: readonly string[]): readonly string[] {
  const left = values.length - mostValues
  return left <= 0 ? values : [...values.slice(0, mostValues), words.check.more(left)]
}

function listed(values: readonly string[]): string {
  return few(values).join(', ')
}

import { spanText } from '../kernel/duration-text.ts'
import type { AppVerdict } from '../mapping/app-rules.ts'
import type { Grant, MappingResult } from '../mapping/grant.ts'
import type { Output } from './check.ts'

/**
 * Prints each rule with its result and reason, then the grants. Returns exit code 2 without grants.
 */
export function reportMapping(result: MappingResult, { out }: Pick<Output, 'out'>): 0 | 2 {
  for (const line of tableOf('RULE', result.outcomes)) out(line)
  out('')
  if (result.grants.length === 0) {
    out('No grants: this person signs in to a page that says so.')
    return 2
  }
  for (const grant of result.grants) for (const line of grantLines(grant)) out(line)
  out("A mapping proposes: the role's trust policy decides.")
  return 0
}

/** Formats the same as JSON, for a program. */
export function mappingJson(
  { outcomes, grants }: MappingResult,
  verdicts: readonly AppVerdict[],
  sites: readonly AppVerdict[],
): string {
  const shown = grants.map(({ tags, ...grant }) => ({ ...grant, tags: Object.fromEntries(tags) }))
  const apps = verdicts.length > 0 ? { apps: verdicts } : {}
  const told = { ...apps, ...(sites.length > 0 && { sites: sites.map(asSite) }) }
  return JSON.stringify({ rules: outcomes, grants: shown, ...told }, null, 2)
}

function asSite({ app, ...verdict }: AppVerdict) {
  const [site, path] = app.split(' ', 2)
  return { site, ...(path !== undefined && { path }), ...verdict }
}

/** Prints each app, or each site and guarded path, with its result and reason. */
export function reportApps(
  title: 'APP' | 'SITE',
  verdicts: readonly AppVerdict[],
  { out }: Pick<Output, 'out'>,
): void {
  if (verdicts.length === 0) return
  out('')
  const rows = verdicts.map(({ app, result, reason }) => ({ rule: app, result, reason }))
  for (const line of tableOf(title, rows)) out(line)
}

interface Row {
  readonly rule: string
  readonly result: string
  readonly reason: string
}

function tableOf(title: string, outcomes: readonly Row[]): readonly string[] {
  const rows = [{ rule: title, result: 'RESULT', reason: 'REASON' }, ...outcomes]
  const width = (key: 'rule' | 'result') => Math.max(...rows.map((row) => plain(row[key]).length))
  const [rule, result] = [width('rule'), width('result')]
  return rows.map(
    (row) => `${plain(row.rule).padEnd(rule)}  ${row.result.padEnd(result)}  ${plain(row.reason)}`,
  )
}

function grantLines(grant: Grant): readonly string[] {
  const tags = [...grant.tags].map(
    ([key, value]) =>
      `${key}=${value}${grant.transitiveTagKeys.includes(key) ? ' (transitive)' : ''}`,
  )
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['rule', grant.rule],
    ['session name', grant.sessionName],
    ['tags', tags.length > 0 ? tags.join(', ') : undefined],
    ['source identity', grant.sourceIdentity],
    [
      'at most',
      grant.maxDurationSeconds === undefined ? undefined : spanText(grant.maxDurationSeconds),
    ],
    ['session policy', grant.sessionPolicy],
  ]
  return [
    plain(grant.roleArn),
    ...rows.flatMap(([name, value]) =>
      value === undefined ? [] : [`  ${name.padEnd(15)}  ${plain(value)}`],
    ),
    '',
  ]
}

/** Makes an identity's text safe to print: it must not move the cursor of the reader's terminal. */
export function plain(value: string): string {
  return value.replace(/[\p{Cc}\p{Cf}]/gu, '\u{FFFD}')
}

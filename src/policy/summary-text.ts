import { shown } from './json.ts'
import type { LevelSummary, PolicySummary, SummaryRow } from './summarize.ts'

/** Formats a summary for a terminal. Removes control characters from texts of policies. */
export function summaryText({ rows, uncovered, silentServices }: PolicySummary): string {
  const lines = rows.flatMap(rowLines)
  if (uncovered.length > 0) {
    lines.push('', 'Of these services it does not cover:')
    for (const { service, level, actions, why } of uncovered) {
      const denied = why === 'denied' ? ' (denied everywhere)' : ''
      lines.push(`  ${service} ${level}: ${listed(actions)}${denied}`)
    }
  }
  if (silentServices.length > 0)
    lines.push('', `Nothing of ${silentServices.length} other services: ${listed(silentServices)}`)
  return lines.join('\n')
}

function rowLines({
  effect,
  service,
  except,
  levels,
  resources,
  principals,
  conditions,
}: SummaryRow): readonly string[] {
  const left = except.length > 0 ? ` except ${listed(except)}` : ''
  return [
    `${effect} ${service === '*' ? 'every service' : shown(service)}${left}`,
    ...levelLines(levels),
    ...(principals
      ? [`  for ${principals.not ? 'everybody but ' : ''}${listed(principals.values)}`]
      : []),
    ...(resources
      ? [`  on ${resources.not ? 'everything but ' : ''}${listed(resources.values)}`]
      : []),
    ...conditions.map(
      ({ operator, key, values }) => `  when ${shown(key)} ${operator} ${listed(values)}`,
    ),
  ]
}

function levelLines(levels: readonly LevelSummary[]): readonly string[] {
  if (levels.length === 5 && levels.every(({ coverage }) => coverage === 'full'))
    return ['  every access level, in full']
  return levels.map(({ level, coverage, actions, guessed }) => {
    const covered = coverage === 'full' ? ', in full' : `: ${listed(actions)}`
    return `  ${level}${covered}${guessed ? ' (by name)' : ''}`
  })
}

function listed(values: readonly string[]): string {
  const most = 8
  const first = values.slice(0, most).map(shown).join(', ')
  return values.length > most ? `${first}, and ${values.length - most} more` : first
}

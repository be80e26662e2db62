import { bar, type Cell, text } from '../cells.ts'
import { words } from './words.ts'

/** A bar for each quota of an account of which GetAccountSummary has a number too. */
export function quotaRows(summary: Readonly<Record<string, number>>): readonly (readonly Cell[])[] {
  return Object.entries(words.settings.counted).map(([key, name]) => [
    text(name),
    bar(summary[key] ?? 0, summary[`${key}Quota`] ?? 0, name),
  ])
}

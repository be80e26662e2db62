import { RE2JS } from 're2js'

/**
 * The functions that rules may call: a closed list, because whatever is not on it has no bound in cost.ts. `bytes`, `dyn` and
 * `type` are left out: they would take values past the type check.
 */
export const allowedFunctions: ReadonlySet<string> = new Set([
  'size', 'string', 'int', 'double', 'bool', 'timestamp', 'duration', 'has',
  'startsWith', 'endsWith', 'contains', 'matches', 'indexOf', 'lastIndexOf', 'substring',
  'lowerAscii', 'upperAscii', 'trim', 'split', 'join',
  'all', 'exists', 'exists_one', 'map', 'filter', 'bind',
  'hasValue', 'value', 'none', 'of', 'or', 'orValue',
  'getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear',
  'getHours', 'getMinutes', 'getSeconds', 'getMilliseconds',
])

/** Those that run an expression for each element. */
export const macros: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

/** Longer patterns cost more to run; nobody reads them either. */
export const patternLength = 200

const compiled = new Map<string, RE2JS>()

/**
 * `matches` without backtracking: time is linear in the text, whatever the pattern is. Patterns are literals of the configuration
 * and are compiled at load, so the cache holds no more than the files had.
 */
export function compilePattern(pattern: string): RE2JS {
  let made = compiled.get(pattern)
  if (!made) {
    made = RE2JS.compile(pattern)
    compiled.set(pattern, made)
  }
  return made
}

export function matchesPattern(text: string, pattern: string): boolean {
  return compilePattern(pattern).matcher(text).find()
}

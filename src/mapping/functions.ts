import { RE2JS } from 're2js'

/**
 * The functions that rules may call. The list is closed, because cost.ts has no bound for others.
 * `bytes`, `dyn` and `type` are left out: they would evade the type check.
 */
export const allowedFunctions: ReadonlySet<string> = new Set([
  'size',
  'string',
  'int',
  'double',
  'bool',
  'timestamp',
  'duration',
  'has',
  'startsWith',
  'endsWith',
  'contains',
  'matches',
  'indexOf',
  'lastIndexOf',
  'substring',
  'lowerAscii',
  'upperAscii',
  'trim',
  'split',
  'join',
  'all',
  'exists',
  'exists_one',
  'map',
  'filter',
  'bind',
  'hasValue',
  'value',
  'none',
  'of',
  'or',
  'orValue',
  'getFullYear',
  'getMonth',
  'getDate',
  'getDayOfMonth',
  'getDayOfWeek',
  'getDayOfYear',
  'getHours',
  'getMinutes',
  'getSeconds',
  'getMilliseconds',
])

/**
 * Functions of ours that take the place of the library's own: its `matches` is a backtracking
 * RegExp (`(a+)+$` on 31 characters takes a minute), and its `lowerAscii` folds all of Unicode, so
 * that `Admins` with a Kelvin sign for its K would pass for another group.
 */
export const replacements: Readonly<Record<string, string>> = {
  matches: 'matchesPattern',
  lowerAscii: 'lowerAsciiLetters',
  upperAscii: 'upperAsciiLetters',
}

export function lowerAsciiLetters(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

export function upperAsciiLetters(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/** Macros: they run an expression for each element. */
export const macros: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

/** Longer patterns cost more, and are hard to read. */
export const patternLength = 200

const compiled = new Map<string, RE2JS>()

/**
 * Compiles a pattern for `matches` without backtracking: matching time is linear in the text,
 * whatever the pattern. Patterns are literals in the settings and compiled at load, so the cache is
 * no larger than the settings.
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

import { type Json, parseJson } from './json.ts'

/** 1-based. */
export interface Place {
  readonly line: number
  readonly column: number
}
export interface StatementPlace {
  /** After the character before the statement and its white space: `[`, `,` or `:`. */
  readonly start: Place
  /** After its closing brace. */
  readonly end: Place
}

/**
 * Where each statement of a policy stands, in order, as the policy simulator counts. Empty for a
 * text that is not a policy.
 */
export function statementPlaces(text: string): readonly StatementPlace[] {
  const json = parseJson(text)
  if (!json.ok || json.value.type !== 'object') return []
  const statement = json.value.members.find(({ name }) => name === 'Statement')?.value
  const lines = lineStarts(text)
  return itemsOf(statement).flatMap((item) =>
    item.type === 'object'
      ? [{ start: placeOf(lines, startOf(text, item.at)), end: placeOf(lines, item.end) }]
      : [],
  )
}

function itemsOf(statement: Json | undefined): readonly Json[] {
  if (!statement) return []
  return statement.type === 'array' ? statement.items : [statement]
}

/** The offset after the token before `at`. */
function startOf(text: string, at: number): number {
  let start = at
  while (start > 0 && ' \t\r\n'.includes(text[start - 1]!)) start--
  return start
}

/** Offsets at which lines start; CR, LF and CR LF each end a line. */
function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ index, 0: end }) => index + end.length)]
}

/** By halving, since a document may have thousands of statements and of lines. */
function placeOf(lines: readonly number[], at: number): Place {
  let [low, high] = [0, lines.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (lines[middle]! <= at) low = middle
    else high = middle
  }
  return { line: low + 1, column: at - lines[low]! + 1 }
}

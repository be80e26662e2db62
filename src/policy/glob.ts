/**
 * A pattern as code units, with `anyRun` for `*` and `anyOne` for `?`. Both are no valid code
 * units.
 */
export type Glob = readonly number[]

export const anyRun = -1
export const anyOne = -2

/** How many code units the character at `i` takes: `?` matches a character, not half of one. */
function width(text: string, i: number): number {
  const high = text.charCodeAt(i)
  if (high < 0xd800 || high > 0xdbff) return 1
  const low = text.charCodeAt(i + 1)
  return low >= 0xdc00 && low <= 0xdfff ? 2 : 1
}

/**
 * Matches with two pointers: on a mismatch only the last star takes one more character, so the cost
 * is at most the product of both lengths, whatever the pattern. Both pattern and text may come from
 * strangers.
 */
export function globMatches(glob: Glob, text: string): boolean {
  let g = 0
  let t = 0
  let star = -1
  let starText = 0
  while (t < text.length) {
    const unit = glob[g]
    if (unit === anyRun) {
      star = g++
      starText = t
    } else if (unit === anyOne) {
      t += width(text, t)
      g++
    } else if (unit === text.charCodeAt(t)) {
      t++
      g++
    } else if (star >= 0) {
      starText += width(text, starText)
      t = starText
      g = star + 1
    } else {
      return false
    }
  }
  while (glob[g] === anyRun) g++
  return g === glob.length
}

export type TextMatcher = (text: string) => boolean

const always: TextMatcher = () => true

/**
 * Picks the cheapest matcher: everything, exact, prefix, suffix, literals found one after the
 * other, or the two-pointer match for patterns with `?`. Never a regular expression.
 */
export function compileGlob(glob: Glob): TextMatcher {
  if (glob.includes(anyOne)) return (text) => globMatches(glob, text)
  const pieces = literalRuns(glob)
  const [prefix = '', ...rest] = pieces
  const suffix = rest.pop()
  if (suffix === undefined) return exactly(prefix)
  if (rest.length > 0) return inOrder(prefix, rest, suffix)
  if (prefix === '') return suffix === '' ? always : endingIn(suffix)
  return suffix === '' ? startingWith(prefix) : enclosedBy(prefix, suffix)
}

// Each closure is made in its own function; otherwise all would share one context with every
// captured variable.
const exactly =
  (exact: string): TextMatcher =>
  (text) =>
    text === exact
const startingWith =
  (prefix: string): TextMatcher =>
  (text) =>
    text.startsWith(prefix)
const endingIn =
  (suffix: string): TextMatcher =>
  (text) =>
    text.endsWith(suffix)
function enclosedBy(prefix: string, suffix: string): TextMatcher {
  const shortest = prefix.length + suffix.length
  return (text) => text.length >= shortest && text.startsWith(prefix) && text.endsWith(suffix)
}

/** Taking each literal at its leftmost place leaves the most text for those after it. */
function inOrder(prefix: string, middle: readonly string[], suffix: string): TextMatcher {
  return (text) => {
    const end = text.length - suffix.length
    if (end < prefix.length || !text.startsWith(prefix) || !text.endsWith(suffix)) return false
    let at = prefix.length
    for (const piece of middle) {
      const found = text.indexOf(piece, at)
      if (found < 0) return false
      at = found + piece.length
      if (at > end) return false
    }
    return true
  }
}

/** The literals between the stars of a pattern without `?`; one if it has no star. */
function literalRuns(glob: Glob): string[] {
  const pieces: string[] = []
  let start = 0
  for (let i = 0; i <= glob.length; i++) {
    if (i < glob.length && glob[i] !== anyRun) continue
    pieces.push(literal(glob.slice(start, i)))
    start = i + 1
  }
  return pieces
}

function literal(glob: Glob): string {
  return glob.length < 4096
    ? String.fromCharCode(...glob)
    : glob.map((unit) => String.fromCharCode(unit)).join('')
}

/** Parses a text in which `*` and `?` are wildcards; several stars in a row become one. */
export function globOf(text: string): Glob {
  const glob: number[] = []
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '*') {
      if (glob.at(-1) !== anyRun) glob.push(anyRun)
    } else {
      glob.push(character === '?' ? anyOne : text.charCodeAt(i))
    }
  }
  return glob
}

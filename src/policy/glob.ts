/** A pattern as code units, with `anyRun` for `*` and `anyOne` for `?`; both are outside of what a code unit can be. */
export type Glob = readonly number[]

export const anyRun = -1
export const anyOne = -2

/** How many code units the character at `i` takes: `?` stands for a character, not for half of one. */
function width(text: string, i: number): number {
  const high = text.charCodeAt(i)
  if (high < 0xd800 || high > 0xdbff) return 1
  const low = text.charCodeAt(i + 1)
  return low >= 0xdc00 && low <= 0xdfff ? 2 : 1
}

/**
 * The two-pointer walk: on a mismatch only the last star takes one character more, so the cost is bounded by the
 * product of both lengths, whatever the pattern. Patterns and names are both chosen by strangers.
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

/** The cheapest matcher that does: everything, exact, prefix, suffix, prefix and suffix, else the walk. */
export function compileGlob(glob: Glob): TextMatcher {
  const first = glob.indexOf(anyRun)
  const special = glob.includes(anyOne) || first !== glob.lastIndexOf(anyRun)
  if (special) return (text) => globMatches(glob, text)
  if (first < 0) {
    const exact = literal(glob)
    return (text) => text === exact
  }
  const prefix = literal(glob.slice(0, first))
  const suffix = literal(glob.slice(first + 1))
  if (prefix === '' && suffix === '') return always
  if (suffix === '') return (text) => text.startsWith(prefix)
  if (prefix === '') return (text) => text.endsWith(suffix)
  const shortest = prefix.length + suffix.length
  return (text) => text.length >= shortest && text.startsWith(prefix) && text.endsWith(suffix)
}

function literal(glob: Glob): string {
  return glob.map((unit) => String.fromCharCode(unit)).join('')
}

/** The pattern of a text in which `*` and `?` are wildcards; runs of stars are one star. */
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

import { compileGlob, globOf, type TextMatcher } from './glob.ts'
import type { Refusal } from './problem-code.ts'

/** `*`, or a service's prefix and a name in which `*` and `?` are wildcards; case does not count. */
export interface ActionPattern {
  readonly text: string
  /** Lower case; undefined for `*`, every action of every service. */
  readonly service?: string
  /** Takes `service:name` in lower case. */
  readonly matches: TextMatcher
}

const written = /^([A-Za-z0-9-]{1,64}):([A-Za-z0-9*?_-]{1,128})$/

/** Patterns that many policies share; strangers' policies must not make it grow. */
const known = new Map<string, ActionPattern>()
const mostKnown = 4096

/** The pattern of one Action or NotAction value, or what is wrong with it. */
export function parseAction(text: string): ActionPattern | Refusal {
  const before = known.get(text)
  if (before) return before
  const pattern = readAction(text)
  if (!('message' in pattern) && known.size < mostKnown) known.set(text, pattern)
  return pattern
}

function readAction(text: string): ActionPattern | Refusal {
  if (text === '*') return { text, matches: () => true }
  const found = written.exec(text)
  if (!found) return { code: 'bad-action', message: 'an action is written `service:Name`, with `*` and `?` in the name only, or it is `*`' }
  return { text, service: found[1]!.toLowerCase(), matches: compileGlob(globOf(text.toLowerCase())) }
}

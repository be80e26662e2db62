import { compileGlob, globOf, type TextMatcher } from './glob.ts'
import type { Refusal } from './problem-code.ts'

/** `*`, or a service's prefix and a name in which `*` and `?` are wildcards, ignoring case. */
export interface ActionPattern {
  readonly text: string
  /** Lower case; undefined for `*`, every action of every service. */
  readonly service?: string
  /** Takes `service:name` in lower case. */
  readonly matches: TextMatcher
}

/** IAM stores any name after the service. */
const written = /^([A-Za-z0-9.-]{1,64}):([^:\p{C}]{1,128})$/u

/**
 * Patterns are shared by many policies. The cache is bounded, because strangers can send policies.
 */
const known = new Map<string, ActionPattern>()
const mostKnown = 4096

/** Parses one value of Action or NotAction, or says what is wrong with it. */
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
  if (!found)
    return {
      code: 'bad-action',
      message:
        'an action is written `service:Name`, with `*` and `?` in the name only, or it is `*`',
    }
  return {
    text,
    service: found[1]!.toLowerCase(),
    matches: compileGlob(globOf(text.toLowerCase())),
  }
}

import type { Tag } from '../../../reference/aws/iam-shapes.gen.ts'
import { type FieldRule, pairsOf, pairsText } from '../../fields.ts'
import { anyText, type Limits, problemOf } from '../../limits.ts'
import { words as kit } from '../../words.ts'
import { words } from './words.ts'

/** IAM quota: tags of one thing. */
const mostTags = 50
/** IAM API reference, Tag: letters of every script, and a few signs. */
const letters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const keyLimits: Limits = { ...anyText, required: true, min: 1, max: 128, pattern: letters }
const valueLimits: Limits = { ...anyText, max: 256, pattern: letters }

/** A field of keys and values. */
export const tagsField: FieldRule = {
  name: 'Tags',
  label: words.tags.label,
  control: { kind: 'pairs', rows: mostTags },
  limits: anyText,
  check: tagsProblem,
}

function tagsProblem(value: string): string | undefined {
  const pairs = pairsOf(value)
  if (pairs.length > mostTags) return kit.tooMany(mostTags)
  const keys = new Set<string>()
  for (const [key, one] of pairs) {
    if (key === '') return kit.tagWithoutKey
    if (keys.has(key.toLowerCase())) return kit.tagTwice(key)
    keys.add(key.toLowerCase())
    const problem = problemOf(keyLimits, key) ?? problemOf(valueLimits, one)
    if (problem !== undefined) return problem
  }
  return undefined
}

export function tagsText(tags: readonly Tag[] = []): string {
  return pairsText(tags.map(({ Key, Value }) => [Key, Value]))
}

export function tagsOf(value = ''): readonly Tag[] {
  return pairsOf(value).map(([Key, Value]) => ({ Key, Value }))
}

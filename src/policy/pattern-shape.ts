import { parseTemplate, type TemplateRules } from './template.ts'

/**
 * What every matching text has in common, for an index: its start, and runs of characters that it
 * contains.
 */
export interface PatternShape {
  /** The text, if the pattern has neither wildcard nor variable. */
  readonly exact?: string
  readonly prefix: string
  readonly runs: readonly string[]
}

export function shapeOf(text: string, rules: TemplateRules): PatternShape {
  const parsed = parseTemplate(text, rules)
  if (!parsed.ok) return { prefix: '', runs: [] }
  const runs: string[] = []
  let run: number[] = []
  let prefix: string | undefined
  const end = () => {
    const literal = String.fromCharCode(...run)
    prefix ??= literal
    if (literal !== '') runs.push(literal)
    run = []
  }
  for (const piece of parsed.template.pieces) {
    if ('key' in piece) {
      end()
      continue
    }
    for (const unit of piece.glob) {
      if (unit < 0) end()
      else run.push(unit)
    }
  }
  if (prefix === undefined) {
    const exact = String.fromCharCode(...run)
    return { exact, prefix: exact, runs: [exact] }
  }
  end()
  return { prefix, runs }
}

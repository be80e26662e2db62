import type { z } from 'zod'
import { parseSettings, type SettingsDocument } from './document.ts'
import { schemaProblems } from './schema-problems.ts'

export interface WrittenProblem {
  /** From 1. */
  readonly line: number
  readonly column: number
  readonly message: string
}
/** A text that was read, or everything that is wrong with it. */
export type Written<T> = { readonly value: T } | { readonly problems: readonly WrittenProblem[] }

/** Reads a text (YAML or JSON) of the schema's form. References to the environment stay texts. */
export function readWritten<S extends z.ZodType>(
  source: string,
  schema: S,
): Written<z.output<S>> & { readonly document?: SettingsDocument } {
  const document = parseSettings(source, (value) => value)
  if (!('value' in document)) return { problems: document }
  const parsed = schema.safeParse(document.value)
  if (parsed.success) return { value: parsed.data, document }
  const found = schemaProblems(parsed.error.issues, document.value, () => false, schema)
  return {
    problems: found.map(({ path, atKey, message }) => {
      const { line, column } = atKey ? document.keyPosition(path) : document.position(path)
      return { line, column, message }
    }),
  }
}

import { z } from 'zod'
import { compileMappings, type Mappings } from '../mapping/index.ts'
import { rule } from './rules.ts'
import { readWritten, type Written } from './written.ts'

const rules = z.array(rule)

/** Reads and compiles rules that a person wrote: a list as under `mappings:` of the settings. */
export function readRules(source: string): Written<Mappings> {
  const read = readWritten(source, rules)
  if (!('value' in read)) return read
  const compiled = compileMappings(read.value)
  if (compiled.ok) return { value: compiled.mappings }
  const { document } = read
  return {
    problems: compiled.problems.map(({ path, message, offset }) => {
      const { line, column } = document!.position(path.map(asWritten), offset)
      return { line, column, message }
    }),
  }
}

/** The settings' name of a member of a rule. */
export const asWritten = (part: string | number): string | number =>
  part === 'maxDurationSeconds' ? 'maxDuration' : part

import { type Stats, statSync } from 'node:fs'
import type { Path } from './document.ts'

/** Matches `caFile`, `keyFile` …, and the `file` of the root key and of the audit trail. */
const namesFile = /(^f|F)ile$/
/** Large sections whose keys are names that the operator chose, not file settings. */
const withoutFiles = new Set(['accounts', 'mappings'])

interface FileProblem {
  readonly path: Path
  readonly message: string
}

/**
 * Reports paths in the settings that are not files, because opening a pipe that nobody writes to
 * would hang the start. A missing file is reported by the code that reads it.
 */
export function fileProblems(settings: unknown): readonly FileProblem[] {
  const problems: FileProblem[] = []
  const visit = (value: unknown, path: Path): void => {
    if (typeof value === 'string') {
      if (!namesFile.test(String(path.at(-1)))) return
      const message = notAFile(value)
      if (message !== undefined) problems.push({ path, message })
    } else if (Array.isArray(value)) {
      for (const [index, one] of value.entries()) visit(one, [...path, index])
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, one] of Object.entries(value)) {
        if (path.length > 0 || !withoutFiles.has(key)) visit(one, [...path, key])
      }
    }
  }
  visit(settings, [])
  return problems
}

/** Returns why the path can't be read as a file, or undefined. */
export function notAFile(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false })
  const kind = found && kinds.find(([, is]) => is(found))?.[0]
  return kind && `\`${file}\` is a ${kind}, not a file`
}

/** Devices are not listed: the audit trail may go to `/dev/stdout`. */
const kinds: readonly (readonly [string, (stats: Stats) => boolean])[] = [
  ['pipe', (stats) => stats.isFIFO()],
  ['socket', (stats) => stats.isSocket()],
  ['folder', (stats) => stats.isDirectory()],
]

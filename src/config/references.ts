import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Path } from './document.ts'
import { notAFile } from './file-problems.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const reference = /\$\{(env|file):([^}]*)\}/g
const fileBytesAtMost = 65_536
const secretKeys = /^(secretAccessKey|password|clientSecret|secret)$/

export interface References {
  /** Returns the text with every `${env:NAME}` and `${file:PATH}` in it replaced. */
  expand(text: string, path: Path): string
  readonly problems: readonly { readonly path: Path; readonly message: string }[]
  /**
   * Returns whether the value came from outside the file: such a value is never quoted in a
   * message.
   */
  isSecret(path: Path): boolean
  /** Secrets that are written in the file itself. */
  readonly inTheClear: readonly Path[]
}

/**
 * Resolves paths relative to `folder`, the configuration's own. Drops one trailing newline of a
 * file.
 */
export function readReferences(env: Environment, folder: string): References {
  const problems: { path: Path; message: string }[] = []
  const expanded = new Set<string>()
  const inTheClear: Path[] = []
  const keyOf = (path: Path) => JSON.stringify(path.map(String))

  const read = (kind: string, name: string, path: Path): string => {
    const problem = (message: string): string => {
      problems.push({ path, message })
      return ''
    }
    if (kind === 'env') {
      const value = env[name]
      if (value === undefined)
        return problem(
          `the environment has no variable \`${name.slice(0, 80)}\`, which has to hold this value`,
        )
      return value === ''
        ? problem(`the environment's variable \`${name.slice(0, 80)}\` is empty`)
        : value
    }
    try {
      const file = resolve(folder, name)
      const other = notAFile(file)
      if (other !== undefined) return problem(other)
      const { size } = statSync(file)
      if (size > fileBytesAtMost)
        return problem(`\`${name}\` has ${size} bytes: at most ${fileBytesAtMost}`)
      const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
      return text === '' ? problem(`\`${name}\` is empty`) : text
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      return problem(
        code === 'ENOENT'
          ? `no file \`${resolve(folder, name)}\`, which has to hold this value`
          : `\`${name}\` cannot be read: ${code ?? 'unknown reason'}`,
      )
    }
  }
  return {
    problems,
    inTheClear,
    isSecret: (path) => expanded.has(keyOf(path)) || isSecretKey(path),
    expand(text, path) {
      if (keepsVariables(path)) return text
      const found = [...text.matchAll(reference)]
      if (found.length === 0) {
        if (isSecretKey(path) || holdsPassword(text)) inTheClear.push(path)
        return text
      }
      expanded.add(keyOf(path))
      return text.replace(reference, (_whole, kind: string, name: string) => read(kind, name, path))
    },
  }
}

/**
 * Policies and mappings have `${…}` variables of their own: `${file:sub}` is a condition key there.
 */
function keepsVariables(path: Path): boolean {
  return (
    path[0] === 'mappings' ||
    (path[0] === 'accounts' &&
      path.some((part) => ['policies', 'trustPolicy', 'document'].includes(String(part))))
  )
}

function isSecretKey(path: Path): boolean {
  return secretKeys.test(String(path.at(-1)))
}

function holdsPassword(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:[^/@\s]+@/i.test(text)
}

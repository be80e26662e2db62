import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'

export const root = resolve(import.meta.dirname, '../..')

export interface Import {
  readonly from: string
  /** A path from the root for our own files, else the name of the module. */
  readonly to: string
}

/** TypeScript files under the given folders, as paths from the root. */
export function filesBelow(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root })).sort()
}

export const isGenerated = (file: string): boolean => file.endsWith('.gen.ts')

export function linesOf(file: string): string[] {
  return readFileSync(join(root, file), 'utf8').split('\n')
}

/** Every import of a file: of values, of types, for side effects only, and `import()`. */
export function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  return ts.preProcessFile(text, true, false).importedFiles.map(({ fileName }) => ({
    from: file,
    to: fileName.startsWith('.')
      ? relative(root, resolve(root, dirname(file), fileName))
      : fileName,
  }))
}

/** The folder below `src`, or the file itself (`main.ts`), or `views`. */
export function roomOf(file: string): string {
  const [base = '', room = ''] = file.split('/')
  return base === 'src' ? room : base
}

/** Files that import each other in a circle, each circle written as a path. */
export function circles(files: readonly string[]): string[] {
  const known = new Set(files)
  const next = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .map(({ to }) => to)
        .filter((to) => known.has(to)),
    ]),
  )
  const done = new Set<string>()
  const found: string[] = []
  const walk = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file)
    if (start >= 0) {
      found.push([...trail.slice(start), file].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const to of next.get(file) ?? []) walk(to, [...trail, file])
    done.add(file)
  }
  for (const file of files) walk(file, [])
  return found
}

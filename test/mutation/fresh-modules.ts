import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'

const generationOf = /\?generation=\d+$/
/** Generated data is only read: one copy serves all generations. */
const shared = /\/node_modules\/|\/src\/reference\//
const collectedTests = import.meta.resolve('./collected-tests.ts')
const javaScript = new Map<string, string>()

function stripped(path: string): string {
  let source = javaScript.get(path)
  if (source === undefined) {
    source = stripTypeScriptTypes(readFileSync(path, 'utf8'))
    javaScript.set(path, source)
  }
  return source
}

registerHooks({
  resolve(specifier, context, next) {
    const generation = generationOf.exec(context.parentURL ?? '')?.[0]
    if (generation === undefined) return next(specifier, context)
    if (specifier === 'node:test') return { url: collectedTests, shortCircuit: true }
    const resolved = next(specifier, context)
    if (!resolved.url.startsWith('file:') || shared.test(resolved.url)) return resolved
    return { ...resolved, url: resolved.url + generation }
  },
  load(url, context, next) {
    if (!generationOf.test(url)) return next(url, context)
    return {
      format: 'module',
      source: stripped(fileURLToPath(url.replace(generationOf, ''))),
      shortCircuit: true,
    }
  },
})

let generations = 0

/**
 * Imports a test's file and all of the project below it as if nothing had been loaded yet: what one
 * mutant left in a cache no other meets.
 */
export function freshImporter(): (file: URL) => Promise<unknown> {
  const generation = `?generation=${++generations}`
  return (file) => import(file.href + generation)
}

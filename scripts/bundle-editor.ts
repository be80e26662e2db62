/**
 * Writes the script of the policy editor, with the libraries that it is made of, to
 * views/assets/policy-editor.gen.js: `node scripts/bundle-editor.ts`.
 * test/http/vendored-assets.test.ts fails when it is another.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
export const bundlePath = join(root, 'views/assets/policy-editor.gen.js')

/** Bundles the editor's script for browsers of the last years. */
export async function bundledEditor(): Promise<string> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, 'views/editor-client/main.ts')],
    absWorkingDir: root,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    charset: 'ascii',
    metafile: true,
    write: false,
  })
  return `/* ${librariesOf(Object.keys(metafile.inputs)).join('\n   ')} */\n${outputFiles[0]!.text}`
}

/** Name, version and licence of each package that the bundle has a file of. */
function librariesOf(files: readonly string[]): readonly string[] {
  const names = files.flatMap(
    (file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [],
  )
  return [...new Set(names)].toSorted().map((name) => {
    const { version, license, author } = JSON.parse(
      readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'),
    )
    return `${name} ${version}, licence ${license}, ${author?.name ?? author ?? ''}`.trim()
  })
}

if (import.meta.main) writeFileSync(bundlePath, await bundledEditor())

/**
 * Writes the libraries that pages load in the browser to views/assets, as their packages ship them:
 * `node scripts/vendor-assets.ts`. test/http/vendored-assets.test.ts fails when one is another.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Files of views/assets, and what they are copied from. */
export const vendored: Readonly<Record<string, string>> = {
  'simplewebauthn.js': 'node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js',
}

/** The text of a vendored file: the package's, with its licence named in front. */
export function vendoredText(name: string): string {
  const source = vendored[name]
  if (source === undefined) throw new Error(`\`${name}\` is not vendored`)
  const folder = source.slice(0, source.indexOf('/dist/'))
  const { name: from, license } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8'),
  )
  return `/* ${from}, licence ${license} */\n${readFileSync(join(root, source), 'utf8')}`
}

if (import.meta.main)
  for (const name of Object.keys(vendored))
    writeFileSync(join(root, 'views/assets', name), vendoredText(name))

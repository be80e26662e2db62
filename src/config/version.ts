import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version in package.json, which stands in Gatehouse's own folder, or above built files. */
export function version(home: string): string {
  for (const folder of [home, join(home, '..')]) {
    try {
      const text = readFileSync(join(folder, 'package.json'), 'utf8')
      return (JSON.parse(text) as { readonly version: string }).version
    } catch {}
  }
  return 'unknown'
}

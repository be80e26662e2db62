import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { migrations } from '../../src/store/postgres/migrations.ts'

const home = resolve(import.meta.dirname, '../..')

export interface NextBuild {
  /** What Node is started with. */
  readonly program: readonly string[]
  readonly schemaVersion: number
}

/**
 * Puts a build into `folder` as the next release may be: the source of this one, another version,
 * and one more migration of PostgreSQL.
 */
export function nextBuild(folder: string, version: string, sql: string): NextBuild {
  mkdirSync(folder)
  for (const part of ['src', 'views', 'config']) {
    cpSync(join(home, part), join(folder, part), { recursive: true })
  }
  symlinkSync(join(home, 'node_modules'), join(folder, 'node_modules'))
  edit(folder, 'package.json', /"version": "[^"]+"/, `"version": "${version}"`)
  const step = `{ worksFrom: 1, sql: ${JSON.stringify(sql)} }`
  edit(folder, 'src/store/postgres/migrations.ts', /\n\]\n\n/, `\n  ${step},\n]\n\n`)
  return { program: [join(folder, 'src/main.ts')], schemaVersion: migrations.length + 1 }
}

function edit(folder: string, file: string, from: RegExp, to: string): void {
  const text = readFileSync(join(home, file), 'utf8')
  if (!from.test(text)) throw new Error(`${file} has no ${from}`)
  writeFileSync(
    join(folder, file),
    text.replace(from, () => to),
  )
}

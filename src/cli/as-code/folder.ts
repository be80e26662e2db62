import { hash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { stringify } from 'yaml'
import type { z } from 'zod'
import { type Path, parseSettings } from '../../config/document.ts'
import { schemaProblems } from '../../config/schema-problems.ts'
import {
  type AccountConfiguration,
  accountFile,
  type Filling,
  type Kind,
  kindNames,
  kinds,
  nothing,
} from './account-configuration.ts'

export type Format = 'yaml' | 'json'

const mostBytes = 1_048_576
const mostFiles = 100_000
const extensions: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json'])

/**
 * Writes an account into `FOLDER/ACCOUNT`, a file for each entity, in stable order and without what
 * is the default. Files of entities that are not there any more are removed. Returns how many files
 * were written. Throws an Error where the folder has something already and `replace` is not said.
 */
export async function writeFolder(
  folder: string,
  { account, entities, ofAccount }: AccountConfiguration,
  { format, replace }: { readonly format: Format; readonly replace: boolean },
): Promise<number> {
  const own = join(folder, account)
  if (!replace && (await namesIn(own)).length > 0)
    throw new Error(`${own} is not empty: say \`--replace\` to put the account in its place`)
  await mkdir(own, { recursive: true })
  const write = (at: string, value: object) =>
    writeFile(at, format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : yamlOf(value))
  let count = 0
  for (const kind of kindNames) {
    const written = new Set<string>()
    for (const [name, entity] of [...entities[kind]].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await mkdir(join(own, kind), { recursive: true })
      const file = `${fileName(kind, name)}.${format}`
      await write(join(own, kind, file), withoutDefaults(entity))
      written.add(file)
      count++
    }
    for (const file of await namesIn(join(own, kind)))
      if (extensions.has(extname(file)) && !written.has(file)) await rm(join(own, kind, file))
  }
  for (const other of ['account.yaml', 'account.yml', 'account.json'])
    await rm(join(own, other), { force: true })
  if (ofAccount) await write(join(own, `account.${format}`), ofAccount)
  return count
}

function yamlOf(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
}

/** A URL is no name of a file. */
function fileName(kind: Kind, name: string): string {
  if (kind !== 'oidc-providers') {
    // What answers may not choose where files are written.
    if (!/^[\w+=,.@-]{1,128}$/.test(name)) throw new Error(`\`${name}\` is no name of IAM`)
    return name
  }
  const plain = name.replace(/^https:\/\//, '').replace(/[^\w.-]/g, '_')
  return `${plain.slice(0, 80)}-${hash('sha256', name).slice(0, 8)}`
}

/** Sorts names, and leaves out what a file need not say. */
function withoutDefaults(entity: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(entity).flatMap(([key, value]): [string, unknown][] => {
      if (value === undefined || (key === 'path' && value === '/')) return []
      if (Array.isArray(value)) return value.length === 0 ? [] : [[key, [...value].sort()]]
      if (key !== 'policies' && key !== 'tags') return [[key, value]]
      const named = Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1))
      return named.length === 0 ? [] : [[key, Object.fromEntries(named)]]
    }),
  )
}

/**
 * Reads every account of a folder that `writeFolder` wrote. Throws an Error that names each problem
 * with its file, line and column.
 */
export async function readFolder(folder: string): Promise<readonly AccountConfiguration[]> {
  const problems: string[] = []
  const found: AccountConfiguration[] = []
  for (const account of (await namesIn(folder)).sort()) {
    if (!/^\d{12}$/.test(account)) continue
    const entities = nothing()
    for (const kind of kindNames)
      await readKind(kind, join(folder, account, kind), { entities, problems })
    const [file] = (await namesIn(join(folder, account))).filter((name) =>
      /^account\.(?:ya?ml|json)$/.test(name),
    )
    const ofAccount = file && (await readOne(join(folder, account, file), accountFile, problems))
    found.push({ account, entities, ...(ofAccount && { ofAccount }) })
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
  if (found.length === 0)
    throw new Error(
      `${folder} has no folder of an account, such as ${join(folder, '111122223333')}`,
    )
  return found
}

type Entity = z.output<(typeof kinds)[Kind]>

async function readKind(
  kind: Kind,
  folder: string,
  { entities, problems }: { readonly entities: Filling; readonly problems: string[] },
): Promise<void> {
  const files = (await namesIn(folder)).filter((name) => extensions.has(extname(name))).sort()
  if (files.length > mostFiles) throw new Error(`${folder} has more than ${mostFiles} files`)
  const into = entities[kind] as Map<string, Entity>
  const seen = new Set<string>()
  for (const file of files) {
    const at = join(folder, file)
    const schema: z.ZodType = kinds[kind]
    const entity = (await readOne(at, schema, problems)) as Entity | undefined
    if (entity === undefined) continue
    const name = 'url' in entity ? entity.url : basename(file, extname(file))
    if (seen.has(name.toLowerCase())) problems.push(`${at}: \`${name}\` stands in two files`)
    seen.add(name.toLowerCase())
    into.set(name, entity)
  }
}

async function readOne<T>(
  at: string,
  schema: z.ZodType<T>,
  problems: string[],
): Promise<T | undefined> {
  if ((await stat(at)).size > mostBytes) {
    problems.push(`${at}: has more than ${mostBytes} bytes`)
    return undefined
  }
  const document = parseSettings(await readFile(at, 'utf8'), (value) => value)
  if (!('value' in document)) {
    for (const { line, column, message } of document)
      problems.push(`${at}:${line}:${column}: ${message}`)
    return undefined
  }
  const parsed = schema.safeParse(document.value ?? {})
  if (parsed.success) return parsed.data
  const place = ({ path, atKey }: { readonly path: Path; readonly atKey?: boolean | undefined }) =>
    atKey ? document.keyPosition(path) : document.position(path)
  for (const problem of schemaProblems(
    parsed.error.issues,
    document.value ?? {},
    () => false,
    schema,
  )) {
    const { line, column } = place(problem)
    problems.push(`${at}:${line}:${column}: ${problem.path.join('.')}: ${problem.message}`)
  }
  return undefined
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

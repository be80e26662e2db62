import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}
const sources = filesBelow('src')

function importsOf(file: string): { target: string }[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^\s*(?:import|export)\s+[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm)].map((m) => {
    const name = m[1] ?? m[2] ?? ''
    const target = name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name
    return { target }
  })
}

/** What each room may import besides itself. The order is the design: docs/decisions/0001-rooms.md. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  policy: ['kernel'],
  mapping: ['kernel'],
  reference: ['kernel', 'policy', 'aws'],
  store: ['kernel'],
  audit: ['kernel'],
  credentials: ['kernel', 'store'],
  outbound: ['kernel'],
  'web-identity': ['kernel', 'outbound'],
  connectors: ['kernel', 'outbound'],
  sessions: ['kernel', 'policy', 'mapping', 'credentials', 'store', 'connectors', 'web-identity'],
  'sign-in': ['kernel', 'policy', 'mapping', 'credentials', 'store', 'connectors', 'sessions', 'audit'],
  aws: ['kernel', 'policy', 'mapping', 'credentials', 'store', 'sessions', 'audit', 'reference', 'web-identity'],
  config: ['kernel', 'policy', 'mapping', 'connectors', 'store', 'outbound', 'web-identity'],
  http: ['kernel', 'policy', 'mapping', 'credentials', 'store', 'connectors', 'sessions', 'sign-in', 'aws', 'audit'],
}

function roomOf(file: string): string {
  return file.split('/')[1] ?? ''
}

test('imports follow the direction of the rooms', () => {
  const wrong: string[] = []
  for (const file of sources) {
    const rules = allowed[roomOf(file)]
    if (!rules) continue
    for (const { target } of importsOf(file)) {
      if (!target.startsWith('src/')) continue
      const room = roomOf(target)
      if (room !== roomOf(file) && !rules.includes(room)) wrong.push(`${file} → ${target}`)
    }
  }
  assert.deepEqual(wrong, [], 'a room imports from one that stands above it; see docs/decisions/0001-rooms.md')
})

test('kernel, policy and mapping do no I/O', () => {
  const io = /^node:(fs|net|http|https|child_process|dns|sqlite|tls|worker_threads)/
  const wrong = sources
    .filter((file) => ['kernel', 'policy', 'mapping'].includes(roomOf(file)))
    .flatMap((file) => importsOf(file).filter(({ target }) => io.test(target)).map(({ target }) => `${file} → ${target}`))
  assert.deepEqual(wrong, [], 'the core stays pure: hand in what it needs')
})

test('Express stays at the edge', () => {
  const wrong = sources
    .filter((file) => !['http', 'apps', 'store'].includes(roomOf(file)))
    .flatMap((file) => importsOf(file).filter(({ target }) => /^(express|connect-redis|passport)/.test(target)).map(() => file))
  assert.deepEqual(wrong, [])
})

test('no import cycles, not even of types', () => {
  const graph = new Map(sources.map((file) => [file, importsOf(file).map((i) => i.target).filter((t) => t.startsWith('src/'))]))
  const done = new Set<string>()
  const cycles: string[] = []
  const walk = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) return void cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '))
    if (done.has(file)) return
    for (const next of graph.get(file) ?? []) walk(next, [...trail, file])
    done.add(file)
  }
  for (const file of sources) walk(file, [])
  assert.deepEqual(cycles, [])
})

test('no rooms without a name, no files of two subjects', () => {
  const banned = /(^|\/)(utils?|helpers?|common|misc|managers?|services?|types)(\.ts|\/)/
  assert.deepEqual(sources.filter((file) => banned.test(file)), [], 'name it after what it does')
  const long = sources
    .filter((file) => !file.endsWith('.gen.ts'))
    .filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 420)
  assert.deepEqual(long, [], 'a file of over 400 lines has two subjects: find the second')
})

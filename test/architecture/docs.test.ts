import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root })

test('every link and picture of the documentation leads somewhere', () => {
  const dead = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target)
    return links.filter((target) => !existsSync(join(root, dirname(page), target))).map((target) => `${page} → ${target}`)
  })
  assert.deepEqual(dead, [])
})

test('every page of docs/ is reached from the README', () => {
  const seen = new Set<string>()
  const walk = (page: string): void => {
    if (seen.has(page) || !existsSync(join(root, page))) return
    seen.add(page)
    for (const [, target = ''] of readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:)([^)#\s]+\.md)/g)) walk(join(dirname(page), target))
  }
  walk('README.md')
  const lost = pages.filter((page) => page.startsWith('docs/') && !page.startsWith('docs/decisions/') && !seen.has(page))
  assert.deepEqual(lost, [], 'link it from README.md')
})

test('every command of the README and docs is one that gatehouse has', () => {
  const declared = ['src/cli/commands.ts', 'src/cli/policy/commands.ts'].map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
  const commands = new Set([...declared.matchAll(/(?:command|configured)\('([a-z-]+)/g)].map(([, name = '']) => name))
  const asked = pages.flatMap((page) => [...readFileSync(join(root, page), 'utf8').matchAll(/(?:^|[`$] ?|npx |gatehouse )gatehouse ([a-z][a-z-]+)(?= |`|$)/gm)].map(([, name = '']) => `${page}: ${name}`))
  assert.deepEqual(asked.filter((one) => !commands.has(one.split(': ')[1] ?? '')), [])
})

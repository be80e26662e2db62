import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import type { Command } from 'commander'
import { createProgram } from '../../src/cli/program.ts'

const root = resolve(import.meta.dirname, '../..')
const silent = { out: () => undefined, err: () => undefined }
const program = await createProgram({ env: {}, output: silent, home: root, done: () => undefined })
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root })

test('every link and picture of the documentation leads somewhere', () => {
  const dead = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      ([, target = '']) => target,
    )
    return links
      .filter((target) => !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page} → ${target}`)
  })
  assert.deepEqual(dead, [])
})

test('every page of docs/ is reached from the README', () => {
  const seen = new Set<string>()
  const walk = (page: string): void => {
    if (seen.has(page) || !existsSync(join(root, page))) return
    seen.add(page)
    for (const [, target = ''] of readFileSync(join(root, page), 'utf8').matchAll(
      /\]\((?!https?:)([^)#\s]+\.md)/g,
    ))
      walk(join(dirname(page), target))
  }
  walk('README.md')
  const lost = pages.filter(
    (page) => page.startsWith('docs/') && !page.startsWith('docs/decisions/') && !seen.has(page),
  )
  assert.deepEqual(lost, [], 'link it from README.md')
})

/** `gatehouse policy diff --json …`, as code in a page of the documentation. */
const call = /(?:^|[`$=] ?|npx |node bin\/)gatehouse(?:\.js)? ((?:[a-z-]+ ?)+[^`\n]*)/gm

test('every command and option of the README and docs is one that gatehouse has', () => {
  const wrong = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(call)].flatMap(([, text = '']) => {
      const problem = unknownIn(text)
      return problem === undefined ? [] : [`${page}: gatehouse ${text}: ${problem}`]
    }),
  )
  assert.deepEqual(wrong, [], 'the documentation names what `gatehouse --help` does not')
})

test('a command or an option that does not exist is noticed', () => {
  assert.equal(unknownIn('policy diff --json a b'), undefined)
  assert.equal(unknownIn('policy difference a b'), 'no command `difference`')
  assert.equal(unknownIn('serves --config x'), 'no command `serves`')
  assert.equal(unknownIn('serve --conf x'), 'no option `--conf`')
})

/** What of a call the program does not have; undefined: nothing. */
function unknownIn(text: string): string | undefined {
  let command: Command = program
  const words = text.trim().split(/\s+/)
  while (command.commands.length > 0) {
    const word = words.shift()
    if (word === undefined || !/^[a-z][a-z-]*$/.test(word)) return undefined
    const next = command.commands.find((one) => one.name() === word)
    if (!next) return `no command \`${word}\``
    command = next
  }
  const known = command.options.map(({ long }) => long)
  const strange = words.find((word) => word.startsWith('--') && !known.includes(word))
  return strange === undefined || strange === '--' ? undefined : `no option \`${strange}\``
}

test('every file that the documentation names is there', () => {
  const named = pages.flatMap((page) =>
    [
      ...readFileSync(join(root, page), 'utf8').matchAll(
        /`((?:src|views|test|scripts|config|docs|bin)\/[^`\s{*]*)`/g,
      ),
    ].map(([, path = '']) => ({ page, path })),
  )
  // A path in a recipe may have a part to fill in, in capitals: `src/connectors/NAME/`.
  const gone = named
    .filter(({ path }) => !/\b[A-Z]{2,}\b/.test(path) && !existsSync(join(root, path)))
    .map(({ page, path }) => `${page}: ${path}`)
  assert.ok(named.length > 50)
  assert.deepEqual(gone, [], 'the file was moved or removed: name the one that took its place')
})

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8')
/** Texts that are broken over lines are joined, as the language does it. */
const source = globSync(['src/**/*.ts', 'views/**/*.ts'], { cwd: root })
  .map((file) => readFileSync(join(root, file), 'utf8').replaceAll(/' \+\s+'/g, ''))
  .join('\n')

const sectionOf = (heading: string) => page.split(`## ${heading}\n`)[1]!.split('\n## ')[0]!
const sentencesOf = (section: string) =>
  [...section.matchAll(/^\| ([^|]+) \|/gm)]
    .map(([, sentence = '']) => sentence)
    .filter((sentence) => sentence !== 'you read')

test('every sentence of the page on troubleshooting is one that Gatehouse says', () => {
  const pages = sentencesOf(sectionOf('On a page'))
  const others = sentencesOf(page.slice(page.indexOf('## From the AWS CLI')))
    .filter((sentence) => sentence.startsWith('`') && !sentence.includes('LINE:COLUMN'))
    .map((sentence) => sentence.split('`')[1]!)
  assert.ok(pages.length > 15 && others.length > 10)
  assert.deepEqual(
    [...pages, ...others].filter((sentence) => !source.includes(sentence)),
    [],
  )
})

test('the page on troubleshooting has every way in which a sign-in can fail', () => {
  const faults = readFileSync(join(root, 'src/kernel/sign-in-fault.ts'), 'utf8')
  const titles = [...faults.matchAll(/^ {4}title: '(.*)',$/gm)].map(([, title = '']) => title)
  assert.ok(titles.length > 15)
  const told = new Set(sentencesOf(sectionOf('On a page')))
  assert.deepEqual(
    titles.filter((title) => !told.has(title)),
    [],
  )
})

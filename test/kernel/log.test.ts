import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { logEvents } from '../../src/kernel/log.ts'

const root = resolve(import.meta.dirname, '../..')

test('the table of log events in docs/operations.md is the one that the code logs by', () => {
  const page = readFileSync(join(root, 'docs/operations.md'), 'utf8')
  const [, table = ''] =
    /^\| event \| level \| what happened \|\n\|.*\n((?:\|.*\n)+)/m.exec(page) ?? []
  assert.deepEqual(
    table.trim().split('\n'),
    Object.entries(logEvents).map(
      ([name, { level, means }]) => `| \`${name}\` | ${level} | ${means} |`,
    ),
    'copy the rows of src/kernel/log.ts into docs/operations.md',
  )
})

test('every row of the table is logged somewhere', () => {
  const sources = globSync('src/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('kernel/log.ts'))
    .map((file) => readFileSync(join(root, file), 'utf8'))
  const silent = Object.keys(logEvents).filter(
    (name) => !sources.some((text) => new RegExp(`\\blog(?:\\?\\.)?\\(\\s*'${name}'`).test(text)),
  )
  assert.deepEqual(silent, [], 'nothing logs it any more: remove the row')
})

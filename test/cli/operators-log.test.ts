import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { operatorsLog } from '../../src/cli/operators-log.ts'
import { type LogEvent, logEvents } from '../../src/kernel/log.ts'

const numbers = { info: 30, warn: 40, error: 50 }

async function logged(least: 'info' | 'warn') {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-log-'))
  try {
    const file = join(folder, 'log')
    const log = operatorsLog(least, file)
    for (const event of Object.keys(logEvents) as LogEvent[]) log(event, { reason: 'a test' })
    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    return lines.map((line) => JSON.parse(line))
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('every event is logged at the level of its row, with its detail', async () => {
  assert.deepEqual(
    (await logged('info')).map(({ msg, level, reason }) => ({ msg, level, reason })),
    Object.entries(logEvents).map(([msg, { level }]) => ({
      msg,
      level: numbers[level],
      reason: 'a test',
    })),
  )
})

test('the quiet log of the demo leaves out what is no more than information', async () => {
  const levels = (await logged('warn')).map(({ level }) => level)
  assert.ok(levels.length > 0)
  assert.ok(levels.every((level) => level >= numbers.warn))
})

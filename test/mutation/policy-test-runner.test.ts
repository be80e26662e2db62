import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takeTests } from './collected-tests.ts'
import { freshImporter } from './fresh-modules.ts'
import { strykerPlugins } from './policy-test-runner.ts'

const runner = strykerPlugins[0]!.value
const mutant = {
  activeMutant: {
    id: 'none',
    fileName: '',
    mutatorName: '',
    replacement: '',
    location: { start: { line: 0, column: 0 }, end: { line: 0, column: 0 } },
  },
  sandboxFileName: '',
  mutantActivation: 'runtime',
  reloadEnvironment: false,
  disableBail: false,
  timeout: 1000,
} as const
const file = (path: string) => new URL(`../../${path}`, import.meta.url)

test('each importer loads modules anew', async () => {
  const [first, second] = [freshImporter(), freshImporter()]
  const policy = 'src/policy/index.ts'
  const [one, again, other] = [
    await first(file(policy)),
    await first(file(policy)),
    await second(file(policy)),
  ] as { parsePolicy: unknown }[]
  assert.equal(one, again)
  assert.notEqual(one!.parsePolicy, other!.parsePolicy)
})

test('tests of a file are collected, not run', async () => {
  await freshImporter()(file('test/policy/ignore-case.test.ts'))
  assert.ok(takeTests().length > 0)
  assert.equal(takeTests().length, 0)
})

test('only the tests that are asked for run; what passes has not noticed the mutant', async () => {
  const result = await runner.mutantRun({ ...mutant, testFilter: ['ignore-case.test.ts#0'] })
  assert.deepEqual(result, { status: 'survived', nrOfTests: 1 })
})

test('a loop that never ends is a timeout, told by how often the mutant was met', async () => {
  const reached = (globalThis as unknown as { __stryker__: { hitCount?: number } }).__stryker__
  const running = runner.mutantRun({
    ...mutant,
    testFilter: ['ignore-case.test.ts#0'],
    hitLimit: 10,
  })
  reached.hitCount = 11
  assert.equal((await running).status, 'timeout')
})

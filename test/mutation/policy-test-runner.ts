import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { INSTRUMENTER_CONSTANTS, type InstrumenterContext } from '@stryker-mutator/api/core'
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner'
import { type CollectedTest, takeTests } from './collected-tests.ts'
import { freshImporter } from './fresh-modules.ts'

/**
 * Stryker's runner for the tests of the policy engine: in Stryker's own process, with coverage by
 * single test, so that a mutant meets only the tests that reach it, until one fails. Each mutant
 * has fresh modules. A process a mutant, with all tests, takes hours.
 */

const folder = 'test/policy'
/** What measures time has nothing to say about mutants. */
const leftOut = 'hostile-patterns.test.ts'
/** They take longest: they come last. */
const properties = 'properties.test.ts'
/** A part of the runs of each property (test/policy/property-runs.ts). */
process.env.PROPERTY_RUNS_SHARE ??= '0.02'

// INVARIANT: instrumented code holds on to this object, so that it may be changed, never replaced.
const mutants: InstrumenterContext = {}
Object.assign(globalThis, { [INSTRUMENTER_CONSTANTS.NAMESPACE]: mutants })

const idOf = (file: string, at: number) => `${file}#${at}`
const fileOf = (id: string) => id.slice(0, id.indexOf('#'))

function testFiles(): readonly string[] {
  const files = readdirSync(folder).filter(
    (name) => name.endsWith('.test.ts') && name !== leftOut && name !== properties,
  )
  return [...files.sort(), properties]
}

/** `covered`: what it reaches is noted as its own; what loading a file reaches is of no test. */
async function resultOf(
  { name, run }: CollectedTest,
  id: string,
  covered: boolean,
): Promise<TestResult> {
  const startedAt = performance.now()
  const told = () => ({
    id,
    name,
    fileName: join(folder, fileOf(id)),
    timeSpentMs: performance.now() - startedAt,
  })
  if (covered) mutants.currentTestId = id
  try {
    await run()
    return { ...told(), status: TestStatus.Success }
  } catch (error) {
    return { ...told(), status: TestStatus.Failed, failureMessage: String(error) }
  } finally {
    delete mutants.currentTestId
  }
}

/**
 * All tests, or those of `only`; with `bail` none after the first that fails. A file that does not
 * load fails as a whole.
 */
async function runTests(
  only: ReadonlySet<string> | undefined,
  bail: boolean,
): Promise<TestResult[]> {
  const wanted = only && new Set([...only].map(fileOf))
  const importFresh = freshImporter()
  const results: TestResult[] = []
  for (const file of testFiles()) {
    if (wanted?.has(file) === false) continue
    const loads: CollectedTest = {
      name: `${file} loads`,
      run: () => importFresh(pathToFileURL(join(folder, file))),
    }
    const loaded = await resultOf(loads, `${file}#loads`, false)
    const tests = takeTests()
    if (loaded.status === TestStatus.Failed) {
      results.push(loaded)
      if (bail) return results
      continue
    }
    for (const [at, test] of tests.entries()) {
      const id = idOf(file, at)
      if (only?.has(id) === false) continue
      const result = await resultOf(test, id, true)
      results.push(result)
      if (bail && result.status === TestStatus.Failed) return results
    }
  }
  return results
}

const runner: TestRunner = {
  capabilities: () => ({ reloadEnvironment: true }),

  async dryRun(): Promise<DryRunResult> {
    const tests = await runTests(undefined, false)
    return {
      status: DryRunStatus.Complete,
      tests,
      ...(mutants.mutantCoverage && { mutantCoverage: mutants.mutantCoverage }),
    }
  },

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }: MutantRunOptions) {
    Object.assign(mutants, {
      activeMutant: activeMutant.id,
      hitCount: hitLimit === undefined ? undefined : 0,
      hitLimit,
    })
    const tests = await runTests(testFilter && new Set(testFilter), !disableBail)
    return toMutantRunResult(
      determineHitLimitReached(mutants.hitCount, hitLimit) ?? {
        status: DryRunStatus.Complete,
        tests,
      },
    )
  },
}

export const strykerPlugins = [declareValuePlugin(PluginKind.TestRunner, 'policy', runner)]

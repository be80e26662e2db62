import { writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Environment } from '../../config/references.ts'
import type { Output } from '../check.ts'
import { readParties } from '../policy/read-parties.ts'
import { type FileResults, junitReport, tapReport } from './reports.ts'
import { runTests } from './run-tests.ts'
import { readTestFile } from './test-file.ts'

export interface TestOptions {
  /** Where to write JUnit's XML as well. */
  readonly junit?: string | undefined
  /** Data instead of TAP. */
  readonly json?: boolean | undefined
}

/**
 * `gatehouse policy test FILE…`: runs files of policy tests and prints the results as TAP. Exit
 * codes: 0 all as expected, 1 one is not, 2 a file is unusable (nothing is printed then).
 */
export async function testFiles(
  paths: readonly string[],
  { junit, json }: TestOptions,
  env: Environment,
  output: Output,
): Promise<0 | 1 | 2> {
  const files: FileResults[] = []
  for (const path of paths) {
    const results = await resultsOf(path, env, output)
    if (results) files.push({ path, results })
  }
  if (files.length < paths.length) return 2
  if (json) output.out(JSON.stringify(files, null, 2))
  else for (const line of tapReport(files)) output.out(line)
  if (junit !== undefined) await writeFile(junit, junitReport(files))
  const fine = files.every(({ results }) =>
    results.every(({ differing }) => differing.length === 0),
  )
  return fine ? 0 : 1
}

async function resultsOf(path: string, env: Environment, output: Output) {
  const file = await readTestFile(path, output)
  if (!file) return undefined
  const { settings: named } = file.tests
  const settings =
    named === undefined ? undefined : await readParties(resolve(dirname(path), named), env, output)
  if (named !== undefined && !settings) return undefined
  return runTests(file, settings, output)
}

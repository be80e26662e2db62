import fc from 'fast-check'

/**
 * Below one only for Stryker: a mutant meets all tests of the engine, so it meets a part of the
 * runs of each (test/mutation).
 */
const share = Number(process.env.PROPERTY_RUNS_SHARE ?? 1)

/** Whether all runs are made: fewer need not meet everything that a test counts. */
export const allRuns = share === 1

// The same mutants are killed each time, and nobody reads the smallest example.
if (!allRuns) fc.configureGlobal({ seed: 20_261_126, endOnFailure: true })

/** How often a property is tried. */
export function runs(times: number): number {
  return Math.ceil(times * share)
}

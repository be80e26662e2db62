import { type ActionReference, type Finding, validate } from '../policy/index.ts'
import { type PolicyProblem, policyDocuments, stepsOf } from './policies.ts'
import type { Settings } from './settings.ts'

/**
 * Warns of policies in valid settings that never work or are dangerous: actions that no service
 * has, a principal that matches everybody. These are warnings because IAM stores such policies too.
 */
export function policyWarnings(
  settings: Settings,
  reference: ActionReference,
): readonly PolicyProblem[] {
  return [...policyDocuments(settings)].flatMap(({ kind, path, text, holder, partition }) =>
    // No account is passed: the accounts of a file belong to the same organization, so no principal
    // is foreign.
    firstOfEachPlace(validate(kind, text, { reference, holder, partition }))
      .filter(({ severity }) => severity === 'error' || severity === 'security-warning')
      .map((finding) => ({
        path: [...path, ...stepsOf(finding.path)],
        message: `${finding.message} (${finding.code})`,
      })),
  )
}

/**
 * Keeps the first finding of each place. One mistake may break several rules, such as a misspelt
 * action that takes no role either, and the first finding identifies it.
 */
function firstOfEachPlace(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>()
  return findings.filter(({ severity, path }) => seen.size < seen.add(`${severity} ${path}`).size)
}

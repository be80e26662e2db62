import { type ActionReference, type Finding, validate } from '../policy/index.ts'
import { partsOf, type PolicyProblem, policyDocuments } from './policies.ts'
import type { Settings } from './settings.ts'

/**
 * What never works or is dangerous in the policies of settings that are fit: actions that no service has, a principal that is
 * everybody. Warnings: IAM stores such policies too.
 */
export function policyWarnings(settings: Settings, reference: ActionReference): readonly PolicyProblem[] {
  return [...policyDocuments(settings)].flatMap(({ kind, path, text, holder }) =>
    // No account is told: the other accounts of a file belong to the same people, so that no principal is foreign.
    firstOfEachPlace(validate(kind, text, { reference, ...(holder && { holder }) }))
      .filter(({ severity }) => severity === 'error' || severity === 'security-warning')
      .map((finding) => ({ path: [...path, ...partsOf(finding.path)], message: `${finding.message} (${finding.code})` })))
}

/** One mistake may break several rules, such as a misspelled action that takes no role either: the first says which it is. */
function firstOfEachPlace(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>()
  return findings.filter(({ severity, path }) => seen.size < seen.add(`${severity} ${path}`).size)
}

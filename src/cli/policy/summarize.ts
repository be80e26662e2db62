import type { Environment } from '../../config/references.ts'
import { type PolicyKind, summarize, summaryText } from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { readPolicies } from './read-policies.ts'
import { type ReferenceOptions, readReference } from './read-reference.ts'

export interface SummarizeOptions extends ReferenceOptions {
  readonly kind?: PolicyKind | undefined
  readonly json?: boolean | undefined
}

/**
 * `gatehouse policy summarize FILE…`: prints what the policies allow and deny together, by service
 * and access level. Exit codes: 0, or 2 when a file is unusable.
 */
export async function summarizeFiles(
  paths: readonly string[],
  { kind, json, services }: SummarizeOptions,
  env: Environment,
  output: Output,
): Promise<0 | 2> {
  const policies = await readPolicies(paths, kind, output)
  if (!policies) return 2
  const summary = summarize(policies, await readReference({ services }, env))
  output.out(json ? JSON.stringify(summary, null, 2) : summaryText(summary))
  return 0
}

import { type PolicyKind, summarize, summaryText } from '../../policy/index.ts'
import { actionReference } from '../../reference/action-reference.ts'
import type { Output } from '../check.ts'
import { readPolicies } from './read-policies.ts'

export interface SummarizeOptions {
  readonly kind?: PolicyKind
  readonly json?: boolean
}

/** `gatehouse policy summarize FILE…`: what the policies say together, by service and access level. Exit codes: 0, 2 a file can't be used. */
export async function summarizeFiles(paths: readonly string[], { kind, json }: SummarizeOptions, output: Output): Promise<0 | 2> {
  const policies = await readPolicies(paths, kind, output)
  if (!policies) return 2
  const summary = summarize(policies, await actionReference())
  output.out(json ? JSON.stringify(summary, null, 2) : summaryText(summary))
  return 0
}

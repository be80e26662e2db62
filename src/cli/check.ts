import { crossReferenceWarnings } from '../config/cross-references.ts'
import { type FurtherWarnings, loadSettings, problemLine } from '../config/load.ts'
import type { Environment } from '../config/references.ts'
import { policyWarnings } from '../config/policy-warnings.ts'
import { partitionRegions } from '../reference/aws/regions.gen.ts'
import { systemClock } from '../kernel/clock.ts'
import { actionReference } from '../reference/action-reference.ts'
import { samlCertificateWarnings } from './saml-certificate-warnings.ts'

/** Where a command writes: lines for people, without their ends. */
export interface Output {
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

/**
 * `gatehouse check --config FILE`: validates without starting. Problems go to `err` as `file:line:column: key: what`.
 * Exit codes: 0 fit to serve (warnings included), 1 not.
 */
export async function check(path: string, env: Environment, { out, err }: Output): Promise<number> {
  const loaded = await loadSettings(path, env, await checkedFurther())
  if (!loaded.ok) {
    for (const problem of loaded.problems) err(problemLine(problem))
    err(`${count(loaded.problems.length, 'problem')} in ${path}`)
    return 1
  }
  const { settings, warnings } = loaded
  for (const warning of warnings) err(`${problemLine(warning)} (warning)`)
  for (const warning of await samlCertificateWarnings(settings, systemClock.now())) err(`${path}: ${warning} (warning)`)
  const roles = settings.accounts.reduce((sum, one) => sum + (one.roles?.length ?? 0), 0)
  out(`${path} is fit to serve: ${[
    count(settings.accounts.length, 'account'), count(roles, 'role'), count(Object.keys(settings.connectors).length, 'connector'), count(settings.mappings.length, 'mapping rule'),
  ].join(', ')}`)
  return 0
}

/** What takes the action reference, or may be meant so since the API makes entities too: a server does not start up with it. */
async function checkedFurther(): Promise<FurtherWarnings> {
  const reference = await actionReference()
  return (settings) => [...crossReferenceWarnings(settings, Object.values(partitionRegions).flat()), ...policyWarnings(settings, reference)]
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

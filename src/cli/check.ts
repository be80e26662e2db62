import { crossReferenceWarnings } from '../config/cross-references.ts'
import {
  type FurtherWarnings,
  loadSettings,
  problemLine,
  type SettingsProblem,
} from '../config/load.ts'
import { mappingWarnings } from '../config/mapping-warnings.ts'
import { ownServices } from '../config/own-services.ts'
import { policyWarnings } from '../config/policy-warnings.ts'
import { recheckWarnings } from '../config/recheck-warnings.ts'
import type { Environment } from '../config/references.ts'
import type { Finding } from '../connectors/finding.ts'
import { systemClock } from '../kernel/clock.ts'
import type { ActionReference } from '../policy/index.ts'
import { actionReference } from '../reference/action-reference.ts'
import { partitionRegions } from '../reference/aws/regions.gen.ts'
import { type ManagedPolicies, managedPoliciesOf } from '../reference/managed-policies.ts'
import { connectFindings, isSerious } from './connect-findings.ts'
import { keptEntities } from './kept-entities.ts'
import { samlCertificateWarnings } from './saml/certificate-warnings.ts'

/** Where a command writes lines for people; the lines have no line ends. */
export interface Output {
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

export interface CheckOptions {
  /** Queries the directories too. */
  readonly connect?: boolean | undefined
  readonly json?: boolean | undefined
}

interface Checked {
  readonly problems: readonly Told[]
  readonly warnings: readonly Told[]
  /** What the problems are of. */
  readonly of: string
  /** How many of each; only of settings that can be read. */
  readonly counts?: Readonly<Record<'accounts' | 'roles' | 'connectors' | 'rules', number>>
}

/** A problem, with its place where it has one. */
interface Told extends Partial<SettingsProblem> {
  readonly message: string
}

/**
 * `gatehouse check --config FILE`: validates the settings without starting. Writes problems to
 * `err` as `file:line:column: key: what`, or everything to `out` as JSON. With `connect` it also
 * queries the directories, and a finding that stops sign-ins is a problem. An entity that the
 * settings name but the API made is a problem too, if the store exists. Exit codes: 0 fit to serve
 * (warnings included), 1 not.
 */
export async function check(
  path: string,
  env: Environment,
  output: Output,
  options: CheckOptions = {},
): Promise<number> {
  const checked = await examine(path, env, options)
  const { problems, warnings, of, counts } = checked
  const fit = problems.length === 0
  if (options.json) output.out(JSON.stringify({ fit, problems, warnings, counts }, null, 2))
  else {
    for (const one of problems) output.err(lineOf(path, one))
    for (const one of warnings) output.err(`${lineOf(path, one)} (warning)`)
    if (!fit) output.err(`${count(problems.length, 'problem')} ${of}`)
    else if (counts)
      output.out(
        `${path} is fit to serve: ${[
          count(counts.accounts, 'account'),
          count(counts.roles, 'role'),
          count(counts.connectors, 'connector'),
          count(counts.rules, 'mapping rule'),
        ].join(', ')}`,
      )
  }
  return fit ? 0 : 1
}

async function examine(
  path: string,
  env: Environment,
  { connect }: CheckOptions,
): Promise<Checked> {
  const read = await loadSettings(path, env)
  if (!read.ok) return { problems: read.problems, warnings: [], of: `in ${path}` }
  const { accounts, services } = read.settings
  const further = checkedFurther(
    await actionReference(ownServices(services)),
    await managedPoliciesOf(accounts.map(({ partition = 'aws' }) => partition)),
  )
  let findings: readonly Finding[] = []
  let loaded = await loadSettings(path, env, further)
  if (loaded.ok && connect) {
    findings = await connectFindings(loaded.settings)
    loaded = await loadSettings(path, env, (settings) => [...further(settings), ...findings])
  }
  if (!loaded.ok) return { problems: loaded.problems, warnings: [], of: `in ${path}` }
  const { settings } = loaded
  const serious = loaded.warnings.filter((warning) => isSerious(findings, warning))
  const kept = (await keptEntities(settings, env)).map((message) => ({ message }))
  const certificates = await samlCertificateWarnings(settings, systemClock.now())
  return {
    problems: [...kept, ...serious],
    warnings: [
      ...loaded.warnings.filter((warning) => !serious.includes(warning)),
      ...certificates.map((message) => ({ message })),
    ],
    of: `of ${path} with its ${kept.length > 0 ? 'store' : 'directories and providers'}`,
    counts: {
      accounts: settings.accounts.length,
      roles: settings.accounts.reduce((sum, one) => sum + (one.roles?.length ?? 0), 0),
      connectors: Object.keys(settings.connectors).length,
      rules: settings.mappings.length,
    },
  }
}

function lineOf(path: string, told: Told): string {
  const { file, line, column, path: key } = told
  return file === undefined || line === undefined || column === undefined || key === undefined
    ? `${path}: ${told.message}`
    : problemLine({ file, line, column, path: key, message: told.message })
}

/**
 * Returns the checks that a starting server skips: they need the action reference, or warn of names
 * that may refer to entities that the API made.
 */
function checkedFurther(
  reference: ActionReference,
  readyMade: ReadonlyMap<string, ManagedPolicies>,
): FurtherWarnings {
  const awsRegions = Object.values(partitionRegions).flat()
  return (settings) => [
    ...crossReferenceWarnings(settings, { awsRegions, readyMade }),
    ...mappingWarnings(settings),
    ...policyWarnings(settings, reference),
    ...recheckWarnings(settings),
  ]
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

import type { Environment } from '../../config/references.ts'
import {
  type Finding,
  type PolicyKind,
  type Severity,
  severities,
  validate,
} from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { guessedKind, readText } from './read-policies.ts'
import { type ReferenceOptions, readReference } from './read-reference.ts'

export interface ValidateOptions extends ReferenceOptions {
  readonly kind?: PolicyKind | undefined
  readonly account?: string | undefined
  readonly holder?: 'managed' | 'user' | 'group' | 'role' | undefined
  /** The lowest severity that counts as a problem. */
  readonly failOn: Severity
  readonly json?: boolean | undefined
}

/**
 * `gatehouse policy validate FILE…`: prints findings as `file:line:column: severity: what (code)`,
 * each with its advice. Exit codes: 0 none as severe as `failOn`, 1 some, 2 a file can't be read.
 */
export async function validateFiles(
  paths: readonly string[],
  { kind, account, holder, failOn, json, services }: ValidateOptions,
  env: Environment,
  output: Output,
): Promise<0 | 1 | 2> {
  const reference = await readReference({ services }, env)
  const told: {
    readonly file: string
    readonly kind: PolicyKind
    readonly findings: readonly Finding[]
  }[] = []
  for (const file of paths) {
    const text = await readText(file, output)
    if (text === undefined) return 2
    const of = kind ?? guessedKind(text)
    told.push({
      file,
      kind: of,
      findings: validate(of, text, {
        reference,
        account,
        holder,
      }),
    })
  }
  if (json) output.out(JSON.stringify(told, null, 2))
  else
    for (const { file, findings } of told)
      for (const line of findings.flatMap((finding) => linesOf(file, finding))) output.out(line)
  const grave = told.some(({ findings }) =>
    findings.some(({ severity }) => severities.indexOf(severity) <= severities.indexOf(failOn)),
  )
  return grave ? 1 : 0
}

function linesOf(
  file: string,
  { line, column, severity, message, code, advice }: Finding,
): readonly string[] {
  return [
    `${file}:${line}:${column}: ${severity}: ${message} (${code})`,
    ...(advice === '' ? [] : [`    ${advice}`]),
  ]
}

import { type Finding, type PolicyKind, severities, type Severity, validate } from '../../policy/index.ts'
import { actionReference } from '../../reference/action-reference.ts'
import type { Output } from '../check.ts'
import { guessedKind, readText } from './read-policies.ts'

export interface ValidateOptions {
  readonly kind?: PolicyKind
  readonly account?: string
  readonly holder?: 'managed' | 'user' | 'group' | 'role'
  /** The mildest severity that counts as a problem. */
  readonly failOn: Severity
  readonly json?: boolean
}

/**
 * `gatehouse policy validate FILE…`: findings as `file:line:column: severity: what (code)`, each with its advice. Exit codes: 0 none
 * as grave as `failOn`, 1 some, 2 a file can't be read.
 */
export async function validateFiles(
  paths: readonly string[],
  { kind, account, holder, failOn, json }: ValidateOptions,
  output: Output,
): Promise<0 | 1 | 2> {
  const reference = await actionReference()
  const told: { readonly file: string; readonly kind: PolicyKind; readonly findings: readonly Finding[] }[] = []
  for (const file of paths) {
    const text = await readText(file, output)
    if (text === undefined) return 2
    const of = kind ?? guessedKind(text)
    told.push({ file, kind: of, findings: validate(of, text, { reference, ...(account && { account }), ...(holder && { holder }) }) })
  }
  if (json) output.out(JSON.stringify(told, null, 2))
  else for (const { file, findings } of told) for (const line of findings.flatMap((finding) => linesOf(file, finding))) output.out(line)
  const grave = told.some(({ findings }) => findings.some(({ severity }) => severities.indexOf(severity) <= severities.indexOf(failOn)))
  return grave ? 1 : 0
}

function linesOf(file: string, { line, column, severity, message, code, advice }: Finding): readonly string[] {
  return [`${file}:${line}:${column}: ${severity}: ${message} (${code})`, ...(advice === '' ? [] : [`    ${advice}`])]
}

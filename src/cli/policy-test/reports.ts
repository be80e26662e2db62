import { visibleText } from '../../kernel/visible-text.ts'
import type { SimulationResult } from '../../policy/index.ts'
import type { TestResult } from './run-tests.ts'

/** The results of one file. */
export interface FileResults {
  readonly path: string
  readonly results: readonly TestResult[]
}

const failed = ({ differing }: TestResult): boolean => differing.length > 0

/** Test Anything Protocol, version 14: a test point for each test, and what differs as YAML. */
export function tapReport(files: readonly FileResults[]): readonly string[] {
  const all = files.flatMap(({ path, results }) => results.map((result) => ({ path, result })))
  const points = all.flatMap(({ path, result }, i) => {
    const word = failed(result) ? 'not ok' : 'ok'
    const point = `${word} ${i + 1} - ${tapText(`${path}: ${result.name}`)}`
    if (!failed(result)) return [point]
    const lines = result.differing.map((one) => `    - ${JSON.stringify(answerText(one))}`)
    const expected = `  expected: ${JSON.stringify(result.expected)}`
    return [point, '  ---', expected, '  found:', ...lines, '  ...']
  })
  return ['TAP version 14', `1..${all.length}`, ...points]
}

/** In a description, `#` begins a directive, and `\` escapes both. */
function tapText(text: string): string {
  return visibleText(text.replace(/\s+/g, ' ')).replace(/[\\#]/g, '\\$&')
}

/** JUnit's XML: a suite for each file. */
export function junitReport(files: readonly FileResults[]): string {
  const suites = files.map(({ path, results }) => {
    const cases = results.map((result) => caseXml(path, result))
    const { length: failures } = results.filter(failed)
    const counts = `tests="${results.length}" failures="${failures}" errors="0"`
    return [`  <testsuite name="${xml(path)}" ${counts}>`, ...cases, '  </testsuite>']
  })
  const head = '<?xml version="1.0" encoding="UTF-8"?>'
  return [head, '<testsuites>', ...suites.flat(), '</testsuites>', ''].join('\n')
}

function caseXml(path: string, result: TestResult): string {
  const named = `    <testcase classname="${xml(path)}" name="${xml(result.name)}"`
  if (!failed(result)) return `${named}/>`
  const { expected, differing, asked } = result
  const message = `expected ${expected}; ${differing.length} of ${asked} answers differ`
  const lines = differing.map((one) => xml(answerText(one))).join('\n')
  return `${named}>\n      <failure message="${xml(message)}">${lines}</failure>\n    </testcase>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** Characters that XML 1.0 has no way to write become visible ones. */
function xml(text: string): string {
  return visibleText(text.toWellFormed())
    .replace(/[&<>"]/g, (sign) => entities[sign]!)
    .replace(/[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
}

/** `implicit-deny: s3:GetObject on arn:…: identity does not allow it`. */
function answerText({
  effect,
  action,
  resource,
  blockedBy,
  dependsOn,
  matched: [first],
  missingContext,
}: SimulationResult): string {
  const missing = missingContext.length > 0 ? `; not given: ${missingContext.join(', ')}` : ''
  const reasons = [
    dependsOn && `on the ${dependsOn} policy, which is not given`,
    blockedBy && `${blockedBy} does not allow it`,
    first && `by ${first.policy}, ${first.sid ?? `statement ${first.statement + 1}`}`,
  ]
  const why = reasons.find((reason) => reason !== undefined)
  return `${effect}: ${action} on ${resource}${why === undefined ? '' : `: ${why}`}${missing}`
}

/**
 * Writes docs/policy-findings.md: every finding with an example, and Access Analyzer's checks with
 * the findings that answer them. test/policy/findings-docs.test.ts fails when the page is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { findingTable, severities } from '../src/policy/index.ts'
import { problemCodes } from '../src/policy/problem-code.ts'

const path = new URL('../docs/policy-findings.md', import.meta.url)
const decisions = new URL('../test/decisions/', import.meta.url)
/** A longer example shows nothing but its length. */
const longestExample = 1000

type Statement = Readonly<Record<string, unknown>>
interface Case {
  readonly code: string
  readonly kind?: string
  readonly holder?: string
  readonly with: string | Statement | readonly Statement[]
}
interface Check {
  readonly type: string
  readonly check: string
  readonly codes?: readonly string[]
  readonly why?: string
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, decisions), 'utf8')) as T
}

/** The text of the page. */
export function findingsDocs(): string {
  const { samples, cases } = read<{
    readonly samples: Readonly<Record<string, Statement>>
    readonly cases: readonly Case[]
  }>('findings.json')
  const section = (code: string, advice: string): string => {
    const found = cases.find((one) => one.code === code)
    const about = advice === '' ? '' : `\n${advice[0]?.toUpperCase()}${advice.slice(1)}.\n`
    return `\n### \`${code}\`\n${about}${found ? example(found, samples) : ''}`
  }
  const judged = severities.map((severity) => {
    const rows = Object.entries(findingTable).filter(([, row]) => row.severity === severity)
    const sections = rows.map(([code, { advice }]) => section(code, advice))
    return `\n## ${titles[severity]}\n${sections.join('')}`
  })
  const refused = problemCodes.map((code) => section(code, ''))
  return [head, ...judged, refusedHead, ...refused, accessAnalyzer()].join('')
}

const head = `# Findings about policies

Made by \`scripts/generate-findings-docs.ts\`. What \`gatehouse policy validate\` tells, the gravest
first; each with what to do and one example that has it. [Access Analyzer's
checks](#access-analyzer) stand at the end, with what answers them here.
`
const refusedHead = `
## Refused by the parser

Errors, too: such a document is not stored.
`
const titles = {
  error: 'Errors',
  'security-warning': 'Security warnings',
  warning: 'Warnings',
  suggestion: 'Suggestions',
} as const

function example(
  { kind = 'identity', holder, with: written }: Case,
  samples: Readonly<Record<string, Statement>>,
): string {
  const plain = typeof written === 'string'
  const text = plain ? written : shown(written, samples[kind] ?? samples.identity!)
  if (text.length > longestExample) return ''
  const held = holder === undefined ? '' : `, held by a ${holder}`
  const fence = '```'
  return (
    `\nIn a policy of kind \`${kind}\`${held}:\n\n` +
    `${fence}${plain ? 'text' : 'json'}\n${text}\n${fence}\n`
  )
}

/** A statement as the sample of its kind with what the case changes; null takes an element away. */
function shown(written: Statement | readonly Statement[], sample: Statement): string {
  if ('Statement' in written || 'Version' in written) return JSON.stringify(written, null, 2)
  const full = [written].flat().map((one) => {
    const members = Object.entries({ ...sample, ...one }).filter(([, value]) => value !== null)
    return Object.fromEntries(members)
  })
  return JSON.stringify(Array.isArray(written) ? full : full[0], null, 2)
}

function accessAnalyzer(): string {
  const rows = read<readonly Check[]>('access-analyzer.json').map(({ type, check, codes, why }) => {
    const answer = codes?.map((code) => `\`${code}\``).join(', ') ?? `none: ${why}`
    return `| ${check} | ${type.toLowerCase().replace('_', ' ')} | ${answer} |\n`
  })
  return `
## Access Analyzer

Every check of IAM Access Analyzer's policy validation (IAM user guide, "IAM policy validation check
reference").

| check | its severity there | answered here by |
|---|---|---|
${rows.join('')}`
}

/** Reads the page that is in the repository. */
export function writtenFindingsDocs(): string {
  return readFileSync(path, 'utf8')
}

if (import.meta.main) writeFileSync(path, findingsDocs())

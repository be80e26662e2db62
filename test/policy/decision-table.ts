import { readFileSync } from 'node:fs'
import { type Layers, parsePolicy, type Policy, type PolicyKind, type Principal, type Problem, type Question } from '../../src/policy/index.ts'

type Statements = readonly unknown[]

/** The members of a case or row of `test/decisions`; its README says what each means. */
interface Row {
  readonly rule: number
  readonly name: string
  readonly principal?: string
  readonly action?: string
  readonly resource?: string
  readonly resourceAccount?: string
  readonly context?: Readonly<Record<string, string | readonly string[]>>
  readonly version?: string
  readonly identity?: Statements
  readonly boundary?: Statements
  readonly trust?: Statements
  readonly 'resource policy'?: Statements
  readonly session?: readonly Statements[]
  readonly 'service control'?: readonly Statements[]
  readonly 'resource control'?: readonly Statements[]
  readonly expect: 'allow' | 'explicit-deny' | 'implicit-deny' | 'refused'
  readonly by?: PolicyKind
  readonly message?: string
}
interface Case extends Row {
  readonly rows?: readonly Partial<Row>[]
}

/** One question with its layers and the answer that the table has. */
export interface Decided {
  readonly title: string
  readonly row: Row
  readonly question: Question
  readonly layers: Layers
  /** What the parser found: only in rows that expect it. */
  readonly problems: readonly Problem[]
}

const folder = new URL('../decisions/', import.meta.url)
function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T
}
const principals = load<Readonly<Record<string, Principal>>>('principals.json')
export const rules = load<Readonly<Record<string, string>>>('rules.json')

/** Every row of every table. */
export function decisionTables(): readonly Decided[] {
  return ['layers.json', 'matching.json', 'conditions.json'].flatMap((file) => load<readonly Case[]>(file).flatMap(({ rows, ...shared }) =>
    (rows ?? [{}]).map((row, index) => decidedOf({ ...shared, ...row }, rows ? ` (row ${index + 1})` : ''))))
}

function decidedOf(row: Row, suffix: string): Decided {
  const problems: Problem[] = []
  const read = (kind: PolicyKind, statements: Statements): readonly Policy[] => {
    if (statements.length === 0) return []
    const version = row.version === 'none' ? {} : { Version: row.version ?? '2012-10-17' }
    const parsed = parsePolicy(kind, kind, JSON.stringify({ ...version, Statement: statements }))
    if (parsed.ok) return [parsed.policy]
    problems.push(...parsed.problems)
    return []
  }
  const levels = (kind: PolicyKind, list: readonly Statements[]) => list.map((level) => read(kind, level))
  const { boundary, trust, session, 'resource policy': resource, 'service control': service, 'resource control': control } = row
  const layers: Layers = {
    identity: read('identity', row.identity ?? []),
    ...(boundary && { boundary: read('boundary', boundary) }),
    ...(resource && { resource: read('resource', resource) }),
    ...(trust && { trust: read('trust', trust) }),
    ...(session && { session: levels('session', session) }),
    ...(service && { serviceControl: levels('service-control', service) }),
    ...(control && { resourceControl: levels('resource-control', control) }),
  }
  return { title: `rule ${row.rule}: ${row.name}${suffix}`, row, question: questionOf(row), layers, problems }
}

function questionOf(row: Row): Question {
  const principal = principals[row.principal ?? 'session']
  if (!principal) throw new Error(`no principal \`${row.principal}\` in principals.json`)
  const entries = Object.entries(row.context ?? {})
  return {
    principal,
    action: row.action ?? 's3:GetObject',
    resource: row.resource ?? 'arn:aws:s3:::photos/cat.jpg',
    resourceAccount: row.resourceAccount ?? '111122223333',
    context: new Map(entries.map(([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value])),
    multivalued: new Set(entries.flatMap(([key, value]) => typeof value === 'string' ? [] : [key.toLowerCase()])),
  }
}

import { readFileSync } from 'node:fs'
import {
  type Layers,
  type Policy,
  type PolicyKind,
  type Principal,
  type Problem,
  parsePolicy,
  type Question,
} from '../../src/policy/index.ts'
import type { LayerDocuments, PolicyDocument, StatementDocument } from './reference-evaluator.ts'

type Statements = readonly StatementDocument[]

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
  readonly documents: LayerDocuments
}

const folder = new URL('../decisions/', import.meta.url)
function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T
}
const principals = load<Readonly<Record<string, Principal>>>('principals.json')
export const rules = load<Readonly<Record<string, string>>>('rules.json')

/** Every row of every table. */
export function decisionTables(): readonly Decided[] {
  return ['layers.json', 'matching.json', 'conditions.json'].flatMap((file) =>
    load<readonly Case[]>(file).flatMap(({ rows, ...shared }) =>
      (rows ?? [{}]).map((row, index) =>
        decidedOf({ ...shared, ...row }, rows ? ` (row ${index + 1})` : ''),
      ),
    ),
  )
}

function decidedOf(row: Row, suffix: string): Decided {
  return {
    title: `rule ${row.rule}: ${row.name}${suffix}`,
    row,
    question: questionOf(row),
    documents: documentsOf(row),
  }
}

function documentsOf(row: Row): LayerDocuments {
  const version = row.version === 'none' ? {} : { Version: row.version ?? '2012-10-17' }
  const layer = (statements: Statements): readonly PolicyDocument[] =>
    statements.length === 0 ? [] : [{ ...version, Statement: statements }]
  const {
    identity = [],
    boundary,
    trust,
    session,
    'resource policy': resource,
    'service control': service,
    'resource control': control,
  } = row
  return {
    identity: layer(identity),
    ...(boundary && { boundary: layer(boundary) }),
    ...(resource && { resource: layer(resource) }),
    ...(trust && { trust: layer(trust) }),
    ...(session && { session: session.map(layer) }),
    ...(service && { serviceControl: service.map(layer) }),
    ...(control && { resourceControl: control.map(layer) }),
  }
}

/**
 * The layers of documents, parsed; the policies that do not parse are left out, and why is told.
 */
export function layersOf({
  identity,
  boundary,
  resource,
  trust,
  session,
  serviceControl,
  resourceControl,
}: LayerDocuments): { readonly layers: Layers; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const read = (kind: PolicyKind, documents: readonly PolicyDocument[]): readonly Policy[] =>
    documents.flatMap((document, i) => {
      const parsed = parsePolicy(kind, `${kind} ${i}`, JSON.stringify(document))
      if (parsed.ok) return [parsed.policy]
      problems.push(...parsed.problems)
      return []
    })
  const levels = (kind: PolicyKind, list: readonly (readonly PolicyDocument[])[]) =>
    list.map((level) => read(kind, level))
  const layers = {
    identity: read('identity', identity),
    ...(boundary && { boundary: read('boundary', boundary) }),
    ...(resource && { resource: read('resource', resource) }),
    ...(trust && { trust: read('trust', trust) }),
    ...(session && { session: levels('session', session) }),
    ...(serviceControl && { serviceControl: levels('service-control', serviceControl) }),
    ...(resourceControl && { resourceControl: levels('resource-control', resourceControl) }),
  }
  return { layers, problems }
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
    context: new Map(
      entries.map(([key, value]) => [
        key.toLowerCase(),
        typeof value === 'string' ? [value] : value,
      ]),
    ),
    multivalued: new Set(
      entries.flatMap(([key, value]) => (typeof value === 'string' ? [] : [key.toLowerCase()])),
    ),
  }
}

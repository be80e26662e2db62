import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { parseSettings } from '../config/document.ts'
import type { Environment } from '../config/references.ts'
import { schemaProblems } from '../config/schema-problems.ts'
import { spanText } from '../config/parts.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Grant, MappingResult } from '../mapping/grant.ts'
import type { Output } from './check.ts'
import { fitSettings } from './fit-settings.ts'

const text = z.string().min(1)
const identityFile = z.strictObject({
  connector: text,
  protocol: z.enum(['file', 'ldap', 'saml', 'oidc']).optional(),
  subject: text.optional(),
  username: text,
  displayName: text.optional(),
  attributes: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  groups: z.array(z.string()).default([]),
  authenticatedAt: z.iso.datetime({ offset: true }).optional(),
  strength: z.enum(['password', 'multi-factor', 'hardware']).default('password'),
})

/**
 * `gatehouse explain --config FILE --identity FILE`: what the mappings make of an identity (YAML or JSON): each rule with its
 * result and reason, then the grants. Exit codes: 0 with grants, 2 without any, 1 when a file is wrong.
 */
export async function explain(configPath: string, identityPath: string, env: Environment, { out, err }: Output): Promise<number> {
  const loaded = await fitSettings(configPath, env, { err })
  if (!loaded) return 1
  const identity = await readIdentity(identityPath, (id) => loaded.settings.connectors[id]?.type, err)
  if (!identity) return 1
  if (!loaded.settings.connectors[identity.connector]) err(`${identityPath}: no connector \`${identity.connector}\` in ${configPath} (warning)`)
  const result = loaded.mappings.evaluate(identity)
  for (const line of rulesTable(result)) out(line)
  out('')
  if (result.grants.length === 0) {
    out('No grants: this person signs in to a page that says so.')
    return 2
  }
  for (const grant of result.grants) for (const line of grantLines(grant)) out(line)
  out('A mapping proposes: the role\'s trust policy decides.')
  return 0
}

async function readIdentity(path: string, typeOf: (id: string) => Identity['protocol'] | undefined, err: (line: string) => void): Promise<Identity | undefined> {
  let source: string
  try {
    source = await readFile(path, 'utf8')
  } catch (error) {
    err(`${path}: cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`)
    return undefined
  }
  const document = parseSettings(source, (value) => value)
  if (!('value' in document)) {
    for (const { line, column, message } of document) err(`${path}:${line}:${column}: ${message}`)
    return undefined
  }
  const parsed = identityFile.safeParse(document.value)
  if (!parsed.success) {
    for (const problem of schemaProblems(parsed.error.issues, document.value, () => false, identityFile)) {
      const { line, column } = problem.atKey ? document.keyPosition(problem.path) : document.position(problem.path)
      err(`${path}:${line}:${column}: ${problem.message}`)
    }
    return undefined
  }
  const { connector, username, subject, displayName, attributes, authenticatedAt, protocol, ...rest } = parsed.data
  return {
    ...rest, connector, username,
    protocol: protocol ?? typeOf(connector) ?? 'ldap',
    subject: subject ?? username,
    displayName: displayName ?? username,
    attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, [value].flat()])),
    authenticatedAt: authenticatedAt === undefined ? new Date() : new Date(authenticatedAt),
  }
}

function rulesTable({ outcomes }: MappingResult): readonly string[] {
  const rows = [{ rule: 'RULE', result: 'RESULT', reason: 'REASON' }, ...outcomes]
  const width = (key: 'rule' | 'result') => Math.max(...rows.map((row) => plain(row[key]).length))
  const [rule, result] = [width('rule'), width('result')]
  return rows.map((row) => `${plain(row.rule).padEnd(rule)}  ${row.result.padEnd(result)}  ${plain(row.reason)}`)
}

function grantLines(grant: Grant): readonly string[] {
  const tags = [...grant.tags].map(([key, value]) => `${key}=${value}${grant.transitiveTagKeys.includes(key) ? ' (transitive)' : ''}`)
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['rule', grant.rule],
    ['session name', grant.sessionName],
    ['tags', tags.length > 0 ? tags.join(', ') : undefined],
    ['source identity', grant.sourceIdentity],
    ['at most', grant.maxDurationSeconds === undefined ? undefined : spanText(grant.maxDurationSeconds)],
    ['session policy', grant.sessionPolicy],
  ]
  return [plain(grant.roleArn), ...rows.flatMap(([name, value]) => value === undefined ? [] : [`  ${name.padEnd(15)}  ${plain(value)}`]), '']
}

/** An identity's texts must not move the cursor of whoever reads the table. */
function plain(value: string): string {
  return value.replace(/[\p{Cc}\p{Cf}]/gu, '\u{FFFD}')
}

import { z } from 'zod'
import { parseSettings } from '../config/document.ts'
import type { Environment } from '../config/references.ts'
import { schemaProblems } from '../config/schema-problems.ts'
import { protocolOf } from '../connectors/protocol-of.ts'
import type { Identity } from '../kernel/identity.ts'
import { type Protocol, protocols } from '../kernel/protocol.ts'
import type { Output } from './check.ts'
import { fitSettings } from './fit-settings.ts'
import { mappingJson, reportApps, reportMapping } from './mapping-report.ts'
import { readText } from './policy/read-policies.ts'

const text = z.string().min(1)
const identityFile = z.strictObject({
  connector: text,
  protocol: z.enum(Object.keys(protocols) as Protocol[]).optional(),
  subject: text.optional(),
  username: text,
  displayName: text.optional(),
  attributes: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  groups: z.array(z.string()).default([]),
  authenticatedAt: z.iso.datetime({ offset: true }).optional(),
  strength: z.enum(['password', 'multi-factor', 'hardware']).default('password'),
})

export interface ExplainAsked {
  /** Path of the settings file; `-` is standard input. */
  readonly config: string
  /** Path of the identity (YAML or JSON); `-` is standard input. */
  readonly identity: string
  readonly json?: boolean | undefined
}

/**
 * `gatehouse explain --config FILE --identity FILE`: evaluates the mappings for an identity (YAML
 * or JSON) and prints each rule with its result and reason, then the grants; then each app and
 * site with who may use it. Exit codes: 0 with grants, an app or a site, 2 without any, 1 when a
 * file is wrong.
 */
export async function explain(
  { config: configPath, identity: identityPath, json }: ExplainAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const { err } = output
  const loaded = await fitSettings(configPath, env, { err })
  if (!loaded) return 1
  const identity = await readIdentity(
    identityPath,
    (id) => {
      const type = loaded.settings.connectors[id]?.type
      return type && protocolOf(type)
    },
    err,
  )
  if (!identity) return 1
  if (!loaded.settings.connectors[identity.connector])
    err(`${identityPath}: no connector \`${identity.connector}\` in ${configPath} (warning)`)
  const result = loaded.mappings.evaluate(identity)
  const apps = loaded.appRules.all(identity)
  const sites = loaded.gateRules.all(identity)
  const serves = result.grants.length > 0 || loaded.mayUseAny(identity)
  if (json) output.out(mappingJson(result, apps, sites))
  else {
    reportMapping(result, output)
    reportApps('APP', apps, output)
    reportApps('SITE', sites, output)
  }
  return serves ? 0 : 2
}

async function readIdentity(
  path: string,
  typeOf: (id: string) => Identity['protocol'] | undefined,
  err: (line: string) => void,
): Promise<Identity | undefined> {
  const source = await readText(path, { err })
  if (source === undefined) return undefined
  const document = parseSettings(source, (value) => value)
  if (!('value' in document)) {
    for (const { line, column, message } of document) err(`${path}:${line}:${column}: ${message}`)
    return undefined
  }
  const parsed = identityFile.safeParse(document.value)
  if (!parsed.success) {
    for (const problem of schemaProblems(
      parsed.error.issues,
      document.value,
      () => false,
      identityFile,
    )) {
      const { line, column } = problem.atKey
        ? document.keyPosition(problem.path)
        : document.position(problem.path)
      err(`${path}:${line}:${column}: ${problem.message}`)
    }
    return undefined
  }
  const {
    connector,
    username,
    subject,
    displayName,
    attributes,
    authenticatedAt,
    protocol,
    ...rest
  } = parsed.data
  return {
    ...rest,
    connector,
    username,
    protocol: protocol ?? typeOf(connector) ?? 'ldap',
    subject: subject ?? username,
    displayName: displayName ?? username,
    attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, [value].flat()])),
    authenticatedAt: authenticatedAt === undefined ? new Date() : new Date(authenticatedAt),
  }
}

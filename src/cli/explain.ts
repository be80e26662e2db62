import type { Environment } from '../config/references.ts'
import { readIdentity } from '../config/written-identity.ts'
import { protocolOf } from '../connectors/protocol-of.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Protocol } from '../kernel/protocol.ts'
import type { Output } from './check.ts'
import { fitSettings } from './fit-settings.ts'
import { mappingJson, reportApps, reportMapping } from './mapping-report.ts'
import { readText } from './policy/read-policies.ts'

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
  const identity = await identityOf(
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

async function identityOf(
  path: string,
  protocol: (connector: string) => Protocol | undefined,
  err: (line: string) => void,
): Promise<Identity | undefined> {
  const source = await readText(path, { err })
  if (source === undefined) return undefined
  const read = readIdentity(source, protocol, new Date())
  if ('value' in read) return read.value
  for (const { line, column, message } of read.problems)
    err(`${path}:${line}:${column}: ${message}`)
  return undefined
}

import { readFile } from 'node:fs/promises'
import type { Chain } from '../audit/event.ts'
import { loadSettings, problemLine } from '../config/load.ts'
import type { Environment } from '../config/references.ts'
import { differences } from '../connectors/saml/describe.ts'
import type { Output } from './check.ts'
import { table } from './terminal-table.ts'

interface TrailRecord {
  readonly eventTime: string
  readonly eventName: string
  readonly errorCode?: string
  readonly additionalEventData?: { readonly gatehouse?: Chain }
}

/**
 * `gatehouse saml why REFERENCE`: the check that refused a sign-in, and what was otherwise in the last good one of the same connector, from
 * the audit trail. Exit codes: 0 found, 2 not found, 1 the settings are wrong.
 */
export async function samlWhy(reference: string, config: string, env: Environment, { out, err }: Output): Promise<number> {
  const loaded = await loadSettings(config, env)
  if (!loaded.ok) {
    for (const problem of loaded.problems) err(problemLine(problem))
    return 1
  }
  const { file } = loaded.settings.audit
  const records = (await readFile(file, 'utf8')).split('\n').filter((line) => line.includes('"gatehouse"')).map(recordOf).filter((one) => one !== undefined)
  const at = records.findIndex(({ additionalEventData }) => additionalEventData?.gatehouse?.reference === reference)
  const refused = records[at]
  const chain = refused?.additionalEventData?.gatehouse
  if (!refused || !chain) {
    err(`no event of \`${reference}\` in ${file}: is it in an older file?`)
    return 2
  }
  out(`${refused.eventTime} ${refused.eventName}, connector ${chain.connector ?? 'unknown'}${chain.identity ? `, ${chain.identity.username}` : ''}`)
  out(chain.detail ?? refused.errorCode ?? 'no detail was kept')
  const good = records.slice(0, at).findLast(({ errorCode, additionalEventData }) => {
    const other = additionalEventData?.gatehouse
    return errorCode === undefined && other?.evidence !== undefined && other.connector === chain.connector
  })
  if (!chain.evidence || !good) {
    out('There is no earlier good sign-in of this connector to compare with.')
    return 0
  }
  out('')
  const rows = differences(good.additionalEventData!.gatehouse!.evidence!, chain.evidence)
  for (const line of table(['', `last good, ${good.eventTime}`, 'this one'], rows.map(({ what, before, now }) => [what, before, now]))) out(line)
  return 0
}

/** A line that is cut or none of ours is passed over. */
function recordOf(line: string): TrailRecord | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

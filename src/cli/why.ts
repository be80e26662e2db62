import type { Chain } from '../audit/event.ts'
import { loadSettings, problemLine } from '../config/load.ts'
import type { Environment } from '../config/references.ts'
import { differences } from '../connectors/saml/describe.ts'
import { visibleText } from '../kernel/visible-text.ts'
import type { Output } from './check.ts'
import { table } from './terminal-table.ts'
import { findEvent, lastBefore, type TrailRecord } from './trail-search.ts'

/**
 * `gatehouse why REFERENCE`, for any connector: prints the check that refused a sign-in, and the
 * differences from the last successful one of the same connector; or each rule of the mapping,
 * where that granted no role; of a service's question, what each answer was decided by. Asks the
 * index of the audit trail, and reads what that does not have. Exit codes: 0 found, 2 not found, 1
 * the settings are wrong.
 */
export async function why(
  reference: string,
  config: string,
  env: Environment,
  { out, err }: Output,
): Promise<number> {
  const loaded = await loadSettings(config, env)
  if (!loaded.ok) {
    for (const problem of loaded.problems) err(problemLine(problem))
    return 1
  }
  const { file } = loaded.settings.audit
  const found = await findEvent(file, {
    token: reference,
    marker: `"reference":${JSON.stringify(reference)}`,
    matches: (record) => chainOf(record)?.reference === reference,
  })
  const refused = found?.record
  const chain = refused && chainOf(refused)
  if (!found || !refused || !chain) {
    err(`no event of \`${reference}\` in ${file}, nor in those that were rotated beside it`)
    return 2
  }
  if (chain.authorized) {
    out(`${refused.eventTime} ${refused.eventName}, service ${chain.authorized.service}`)
    for (const line of answersTable(chain.authorized)) out(line)
    return 0
  }
  const who = chain.identity ? `, ${chain.identity.username}` : ''
  const asked = chain.samlProvider
    ? `SAML provider ${chain.samlProvider}`
    : `connector ${chain.connector ?? 'unknown'}`
  out(`${refused.eventTime} ${refused.eventName}, ${asked}${who}`)
  out(chain.detail ?? refused.errorCode ?? 'no detail was kept')
  // Where a mapping or a trust policy refused, the proof was valid: comparing it explains nothing.
  if (chain.outcomes) {
    out('')
    for (const line of outcomesTable(chain.outcomes)) out(line)
    return 0
  }
  const isGood = (record: TrailRecord) => {
    const other = chainOf(record)
    return (
      record.errorCode === undefined &&
      other?.evidence !== undefined &&
      other.connector === chain.connector &&
      other.samlProvider === chain.samlProvider
    )
  }
  const good = await lastBefore(file, found, {
    actions: ['signin:*', 'sts:AssumeRoleWithSAML'],
    marker: '"evidence":',
    matches: isGood,
  })
  if (!chain.evidence || !good) {
    out('There is no earlier good sign-in of this provider to compare with.')
    return 0
  }
  out('')
  const rows = differences(chainOf(good)!.evidence!, chain.evidence)
  for (const line of table(
    ['', `last good, ${good.eventTime}`, 'this one'],
    rows.map(({ what, before, now }) => [what, before, now]),
  ))
    out(line)
  return 0
}

/** Formats every rule of the mapping with the reason why it granted nothing. */
function outcomesTable(outcomes: NonNullable<Chain['outcomes']>): readonly string[] {
  return table(
    ['rule', 'result', 'because'],
    outcomes.map(({ rule, result, reason }) => [rule, result, reason]),
  )
}

interface AnswerTold {
  readonly action?: string
  readonly resource?: string
  readonly verdict?: string
  readonly Code?: string
  readonly Detail?: string
  readonly Because?: readonly string[]
  readonly BlockedBy?: string
}

/** Formats what a service was answered about somebody, with what decided each question. */
function answersTable({ caller, answers }: NonNullable<Chain['authorized']>): readonly string[] {
  const rows = (answers as readonly AnswerTold[]).map(
    ({ verdict = '', action = '', resource = '', Code = '', Detail, Because = [], BlockedBy }) => {
      const decided = Detail ?? (Because.join('; ') || BlockedBy)
      const because = decided === undefined ? Code : `${Code}: ${decided}`
      return [verdict, action, resource, because].map(visibleText)
    },
  )
  const about = caller === undefined ? 'nobody who was proved' : visibleText(caller)
  return [`about ${about}`, '', ...table(['', 'action', 'resource', 'because'], rows)]
}

const chainOf = ({ additionalEventData }: TrailRecord) => additionalEventData?.gatehouse

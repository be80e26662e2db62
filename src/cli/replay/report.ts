import type { CallDifference, CallsTold } from '../../aws/replay/call-differences.ts'
import { visibleText } from '../../kernel/visible-text.ts'
import type { Difference } from '../../sign-in/compare-access.ts'
import type { Output } from '../check.ts'

/** Somebody whose access differs. */
export interface PersonTold {
  readonly connector: string
  readonly username: string
  readonly subject: string
  readonly signedInAt: string
  readonly differences: readonly Difference[]
}
/** What a replay found. */
export interface ReplayTold {
  readonly since: string
  readonly people: number
  readonly differing: readonly PersonTold[]
  readonly calls: CallsTold
}

/** People and calls beyond are counted, not listed. */
const mostListed = 1000

/** Prints people and calls that differ, and how many were judged. */
export function report(
  { since, people, differing, calls }: ReplayTold,
  { out }: Pick<Output, 'out'>,
): void {
  for (const { username, connector, signedInAt, differences } of differing.slice(0, mostListed)) {
    out(visibleText(`${username} (${connector}, signed in ${signedInAt})`))
    for (const { kind, what, name, because } of differences)
      out(visibleText(`  ${kind.padEnd(7)}  ${what.padEnd(4)}  ${name}: ${because}`))
  }
  const more = differing.length - mostListed
  if (more > 0) out(`and ${more} more people; \`--json\` lists all`)
  const of = (kind: Difference['kind']) =>
    differing.filter((one) => one.differences.some((found) => found.kind === kind)).length
  out(
    `${people} people signed in since ${since}: ${of('gains')} would gain, ${of('loses')} lose, ` +
      `${of('changes')} have something changed`,
  )
  reportCalls(calls, { out })
}

function reportCalls(
  { calls, undecided, differences }: CallsTold,
  { out }: Pick<Output, 'out'>,
): void {
  for (const { kind, principal, action, because, calls: times, lastAt } of differences.slice(
    0,
    mostListed,
  )) {
    out(visibleText(`${principal} ${kind} ${action} (${times} calls, last ${lastAt})`))
    out(visibleText(`  ${because}`))
  }
  const more = differences.length - mostListed
  if (more > 0) out(`and ${more} more; \`--json\` lists all`)
  const of = (kind: CallDifference['kind']) =>
    differences.filter((one) => one.kind === kind).reduce((sum, { calls: times }) => sum + times, 0)
  out(
    `${calls} calls since then: ${of('gains')} would be allowed that are denied now, ` +
      `${of('loses')} denied that are allowed` +
      (undecided > 0 ? `; ${undecided} can't be judged any more` : ''),
  )
}

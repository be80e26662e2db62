import type { Environment } from '../../config/references.ts'
import { visibleText } from '../../kernel/visible-text.ts'
import type { Output } from '../check.ts'
import { openTerminal } from '../terminal.ts'
import type { AccountConfiguration } from './account-configuration.ts'
import { BatchRefusal, fits, writeTogether } from './batch-client.ts'
import { type AccountCalls, type CallingOptions, callsIn, ownCalls } from './called-as.ts'
import type { Change } from './change.ts'
import { difference } from './difference.ts'
import { readFolder } from './folder.ts'
import { readAccount } from './read-account.ts'

export interface ApplyAsked extends CallingOptions {
  readonly folder: string
  /** Ids of accounts; absent: all of the folder. */
  readonly account?: readonly string[] | undefined
  readonly dryRun?: boolean | undefined
  readonly yes?: boolean | undefined
  /** Remove what the folder does not have. */
  readonly prune?: boolean | undefined
  /** More changes than one transaction takes: several, one after the other. */
  readonly inParts?: boolean | undefined
}

/** What is to be done in one account. */
interface Planned {
  readonly calls: AccountCalls
  readonly changes: readonly Change[]
}

/**
 * `gatehouse apply -f FOLDER`: shows what is different, then makes all changes of an account or
 * none. Exit codes: 0 everything is as the folder says; 1 refused, or not wanted; 2 `--dry-run`
 * found changes, all of which would be made.
 */
export async function applyCommand(
  asked: ApplyAsked,
  env: Environment,
  output: Output,
): Promise<0 | 1 | 2> {
  const accounts = (await readFolder(asked.folder)).filter(
    ({ account }) => asked.account?.includes(account) ?? true,
  )
  const own = await ownCalls(asked, env)
  const planned: Planned[] = []
  for (const wanted of accounts) {
    const plan = await planOf(wanted, await callsIn(wanted.account, own, asked), asked, output)
    if (!plan) return 1
    if (plan.changes.length > 0) planned.push(plan)
  }
  if (planned.length === 0) {
    output.out('nothing to change')
    return 0
  }
  const count = planned.reduce((sum, { changes }) => sum + changes.length, 0)
  if (!asked.dryRun && !asked.yes && !(await agreed(count))) return 1
  for (const plan of planned) if (!(await carryOut(plan, asked, output))) return 1
  output.out(asked.dryRun ? `${count} changes would be made` : `${count} changes made`)
  return asked.dryRun ? 2 : 0
}

/** Shows the difference; undefined, and what is wrong, where it can't be applied. */
async function planOf(
  wanted: AccountConfiguration,
  calls: AccountCalls,
  { prune = false }: ApplyAsked,
  { out, err }: Output,
): Promise<Planned | undefined> {
  const current = await readAccount(calls.as, calls)
  const { changes, problems, left } = difference(current, wanted, { prune })
  out(`account ${wanted.account}`)
  for (const { sign, told } of changes) out(`  ${sign} ${visibleText(told)}`)
  if (left.length > 0) {
    const some = left.slice(0, 5).join(', ')
    out(`  ${left.length} not in the folder stay (--prune removes them): ${some}`)
  }
  for (const problem of problems) err(problem)
  return problems.length > 0 ? undefined : { calls, changes }
}

async function agreed(count: number): Promise<boolean> {
  using terminal = await openTerminal('say `--yes` to apply without being asked')
  const answer = await terminal.ask(`Make ${count} changes? (yes/no)`)
  return answer.trim() === 'yes'
}

async function carryOut(
  { calls, changes }: Planned,
  { dryRun = false, inParts = false }: ApplyAsked,
  { err }: Output,
): Promise<boolean> {
  try {
    for (const part of inParts ? partsOf(changes) : [changes])
      await writeTogether(calls.as, part, dryRun)
    return true
  } catch (error) {
    if (!(error instanceof BatchRefusal)) throw error
    err(`account ${calls.account}: refused, and nothing of the transaction was changed: `)
    err(visibleText(error.message))
    return false
  }
}

/** As few parts as one transaction each takes. */
function partsOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  if (changes.length <= 1 || fits(changes)) return [changes]
  const middle = Math.ceil(changes.length / 2)
  return [...partsOf(changes.slice(0, middle)), ...partsOf(changes.slice(middle))]
}

import type { Environment } from '../config/references.ts'
import { systemClock } from '../kernel/clock.ts'
import { targetForms } from '../sessions/revocation-names.ts'
import { revoke } from '../sessions/revoke.ts'
import type { RevocationScope } from '../store/records.ts'
import type { Output } from './check.ts'
import { commandLine } from './command-event.ts'
import { endUpstream } from './end-upstream.ts'
import { openExistingStore } from './existing-store.ts'
import { fitSettings } from './fit-settings.ts'
import { unknownTarget } from './unknown-target.ts'

export interface RevokeAsked {
  readonly scope: string
  readonly target: string
  readonly account?: string | undefined
  readonly before?: string | undefined
}

/**
 * `gatehouse revoke`: works on the store that the settings name. Gatehouse may be serving from it,
 * and applies the revocation from the next call on. A target that does not exist may have existed a
 * moment ago: it is revoked, with a warning. Exit codes: 0 revoked, 1 not, or not at an AWS account
 * whose settings let Gatehouse.
 */
export async function revokeCommand(
  path: string,
  asked: RevokeAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const { out, err } = output
  const loaded = await fitSettings(path, env, { err })
  if (!loaded) return 1
  const { scope, target, account, before } = asked
  const now = systemClock.now()
  const until = before === undefined ? now : new Date(before)
  const wrong = whatIsWrong(asked, { until, now })
  if (wrong !== undefined) {
    err(wrong)
    return 1
  }
  await using store = await openExistingStore(loaded.settings.store, env, { err })
  if (!store) return 1
  try {
    const named = { account: account ?? '*', scope: scope as RevocationScope, target }
    const { before: instant, account: of } = await store.transact(async (tx) => {
      const revoked = await revoke(
        tx,
        { ...named, before: until, whenever: before === undefined, by: 'command' },
        now,
      )
      const request = { scope, target, before: revoked.before }
      const event = { eventSource: 'sts.amazonaws.com', eventName: 'RevokeSessions' } as const
      await tx.leave(commandLine({ ...event, command: 'revoke', request, account }, env))
      return revoked
    })
    const what = [scope, target].filter(Boolean).join(' ')
    const where = of === '*' ? 'in every account' : `in account ${of}`
    out(`revoked: ${what}, issued until ${instant}, ${where}`)
    const unknown = await unknownTarget(
      { scope, target, account },
      { ...loaded, reads: store.reads },
    )
    if (unknown !== undefined) err(`warning: ${unknown}: check the spelling`)
    return (await endUpstream(named, loaded, store, { ...output, env })) === 0 ? 0 : 1
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    err(error.message)
    return 1
  }
}

/** Returns a sentence, or undefined where the arguments are valid. */
function whatIsWrong(
  { scope, account, before }: RevokeAsked,
  { until, now }: { readonly until: Date; readonly now: Date },
): string | undefined {
  if (Number.isNaN(until.getTime()))
    return `\`${before}\` is not an instant: write it as ${now.toISOString()}`
  if (until > now) return `\`${before}\` is in the future: revoke what was issued until now`
  if (!Object.hasOwn(targetForms, scope))
    return `\`${scope}\` is no scope: use one of ${Object.keys(targetForms).join(', ')}`
  if (account !== undefined && !/^\d{12}$/.test(account)) return `\`${account}\` is not 12 digits`
  return undefined
}

import type { Environment } from '../config/references.ts'
import { systemClock } from '../kernel/clock.ts'
import { revoke, targetForms } from '../sessions/revocations.ts'
import type { RevocationScope } from '../store/records.ts'
import type { Output } from './check.ts'
import { openExistingStore } from './existing-store.ts'
import { fitSettings } from './fit-settings.ts'
import { unknownTarget } from './unknown-target.ts'

export interface Asked {
  readonly scope: string
  readonly target: string
  readonly account?: string
  readonly before?: string
}

/**
 * `gatehouse revoke`: works on the store that the settings name, also while Gatehouse serves from it, which heeds it from the next
 * call on. A target that is not there may have been a moment ago: it is revoked, with a warning. Exit codes: 0 revoked, 1 not.
 */
export async function revokeCommand(path: string, { scope, target, account, before }: Asked, env: Environment, { out, err }: Output): Promise<number> {
  const loaded = await fitSettings(path, env, { err })
  if (!loaded) return 1
  const now = systemClock.now()
  const until = before === undefined ? now : new Date(before)
  const wrong = Number.isNaN(until.getTime()) ? `\`${before}\` is not an instant: write it as ${now.toISOString()}`
    : until > now ? `\`${before}\` is in the future: revoke what was issued until now`
    : !Object.hasOwn(targetForms, scope) ? `\`${scope}\` is no scope: use one of ${Object.keys(targetForms).join(', ')}`
    : account !== undefined && !/^\d{12}$/.test(account) ? `\`${account}\` is not 12 digits` : undefined
  if (wrong !== undefined) {
    err(wrong)
    return 1
  }
  await using store = await openExistingStore(loaded.settings.store.sqlite, { err })
  if (!store) return 1
  try {
    const { before: instant, account: of } = await store.transact((tx) => revoke(tx, { account: account ?? '*', scope: scope as RevocationScope, target, before: until, by: 'command' }, now))
    out(`revoked: ${scope}${target && ` ${target}`}, issued until ${instant}, ${of === '*' ? 'in every account' : `in account ${of}`}`)
    const unknown = await unknownTarget({ scope, target, account }, { ...loaded, reads: store.reads })
    if (unknown !== undefined) err(`warning: ${unknown}: check the spelling`)
    return 0
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    err(error.message)
    return 1
  }
}

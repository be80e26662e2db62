import { endingFields } from '../aws/sts/upstream-ending-event.ts'
import type { Configuration } from '../config/load.ts'
import type { Environment } from '../config/references.ts'
import { systemClock } from '../kernel/clock.ts'
import { buildEndUpstreamSessions, type UpstreamEnding } from '../sessions/upstream-revocations.ts'
import type { RevocationScope } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { openSide } from './aws/open-side.ts'
import type { Output } from './check.ts'
import { commandLine } from './command-event.ts'

interface Revoked {
  /** 12 digits; `*` for every account. */
  readonly account: string
  readonly scope: RevocationScope
  readonly target: string
}

/**
 * Ends at AWS what a revocation ended here, and leaves an event for each role. Returns how many
 * roles it could not end although it may.
 */
export async function endUpstream(
  revoked: Revoked,
  { settings, mappings }: Pick<Configuration, 'settings' | 'mappings'>,
  store: Pick<Store, 'reads' | 'transact'>,
  { env, out, err }: Output & { readonly env: Environment },
): Promise<number> {
  if (!settings.accounts.some(({ upstream }) => upstream)) return 0
  await using side = await openSide(settings, env, err)
  if (!side) return 1
  const end = buildEndUpstreamSessions({
    upstreams: side,
    accounts: () => settings.accounts,
    rules: () => mappings.rules,
    reads: store.reads,
    clock: systemClock,
    // What the log would have is printed.
    log: () => {},
  })
  const endings = await end(revoked)
  const { scope, target } = revoked
  const tried = endings.filter(({ role }) => role !== undefined)
  await store.transact(async (tx) => {
    for (const ending of tried) {
      const {
        recipientAccountId: account,
        requestParameters,
        ...event
      } = endingFields(ending, {
        scope,
        target,
      })
      const told = { ...event, account, request: requestParameters, command: 'revoke' }
      await tx.leave(commandLine(told, env))
    }
  })
  for (const one of endings) (one.ended ? out : err)(lineOf(one))
  return tried.filter(({ ended }) => !ended).length
}

function lineOf({ account, role, ended, detail }: UpstreamEnding): string {
  const where = role === undefined ? `account ${account}` : `role ${role} of account ${account}`
  return `${ended ? 'at AWS' : 'not at AWS'}: ${where}: ${detail}`
}

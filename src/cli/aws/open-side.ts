import type { Environment } from '../../config/references.ts'
import type { Settings } from '../../config/settings.ts'
import { systemClock } from '../../kernel/clock.ts'
import { openOutbound } from '../../outbound/outbound.ts'
import { openUpstreams } from '../../upstream/open-upstreams.ts'
import { createUpstreamTokens } from '../../upstream/tokens.ts'
import type { Output } from '../check.ts'
import { openExistingKeys } from '../existing-keys.ts'

/**
 * Opens what calls the STS behind accounts, with the keys of the existing store. Undefined, and
 * reported, where there is no store.
 */
export async function openSide(settings: Settings, env: Environment, err: Output['err']) {
  await using undo = new AsyncDisposableStack()
  const keys = undo.use(await openExistingKeys(settings, env, { err }))
  if (!keys) return undefined
  const outbound = undo.use(await openOutbound(settings.outbound))
  const accounts = () => settings.accounts
  const tokens = createUpstreamTokens({
    publicUrl: new URL(settings.publicUrl),
    accounts,
    signingKeys: keys.upstreamKeys,
    clock: systemClock,
    ids: keys.ids,
  })
  const { of } = openUpstreams({ accounts, outbound, tokens, env })
  const owned = undo.move()
  return { of, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

import { buildEndUpstreamSessions } from '../sessions/upstream-revocations.ts'
import { buildUpstreamConsole } from '../sign-in/upstream-console.ts'
import { openUpstreams } from '../upstream/open-upstreams.ts'
import { createUpstreamTokens } from '../upstream/tokens.ts'
import type { Ground } from './ground.ts'
import type { Surroundings } from './surroundings.ts'

/** Opens the STS behind accounts of the settings; each is called at the first use only. */
export function openUpstream(around: Surroundings, { keys, outbound, audit, store }: Ground) {
  const { current, env, publicUrl, clock, ids, log } = around
  const accounts = () => current().settings.accounts
  const signingKeys = keys.upstreamKeys
  const tokens = createUpstreamTokens({ publicUrl, accounts, signingKeys, clock, ids })
  const upstreams = openUpstreams({ accounts, outbound, tokens, env })
  return {
    of: upstreams.of,
    tokens,
    endSessions: buildEndUpstreamSessions({
      upstreams,
      accounts,
      rules: () => current().mappings.rules,
      reads: store.reads,
      clock,
      log,
    }),
    console: buildUpstreamConsole({ audit, clock, ids, log, publicUrl, upstreams }),
  }
}

export type UpstreamWing = ReturnType<typeof openUpstream>

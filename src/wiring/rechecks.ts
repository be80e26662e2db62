import type { Connectors } from '../connectors/open-connectors.ts'
import type { OpenSessions } from '../sign-in/open-sessions.ts'
import { countRechecks } from '../sign-in/recheck/figures.ts'
import { buildRechecks } from '../sign-in/recheck/rechecks.ts'
import type { Ground } from './ground.ts'
import type { Sessions } from './sessions.ts'
import type { Surroundings } from './surroundings.ts'

interface Listed {
  readonly openSessions: Pick<OpenSessions, 'isEnded'>
}

/** Builds what looks people up again while they are signed in. */
export function openRechecks(
  { settings, clock, ids, log }: Surroundings,
  { audit, keys, shortLived, registry }: Ground,
  { revocations, openSessions }: Pick<Sessions, 'revocations'> & Listed,
  connectors: Pick<Connectors, 'list'>,
) {
  return buildRechecks({
    ...{ audit, clock, ids, log, revocations, openSessions },
    ephemeral: shortLived.ephemeral,
    ring: keys.ring,
    connectors: () => connectors.list,
    lifetimeSeconds: settings.session.lifetimeSeconds,
    checkTimeoutMs: settings.limits.signInTimeoutMs,
    count: countRechecks(registry),
  })
}

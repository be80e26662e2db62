import type { Audit } from '../../audit/event.ts'
import type { Ids } from '../../kernel/ids.ts'
import { revoke } from '../../sessions/revoke.ts'
import type { EndUpstreamSessions } from '../../sessions/upstream-revocations.ts'
import { operation } from '../operation.ts'
import { RevokeSessions } from './revocation-model.ts'
import { revocationShape } from './revocation-shape.ts'
import { endingEvent } from './upstream-ending-event.ts'

export interface RevokePorts {
  readonly endUpstreamSessions: EndUpstreamSessions
  readonly audit: Pick<Audit, 'record'>
  readonly ids: Pick<Ids, 'uuid'>
}

/**
 * Revokes temporary credentials of the caller's account issued until `Before` (absent: now), and
 * the sessions assumed with them; where the account's credentials are AWS's, there too. Long-term
 * keys are not affected: deactivate those instead.
 */
export function revokeSessions({ endUpstreamSessions, audit, ids }: RevokePorts) {
  return operation(RevokeSessions, {
    writes: true,
    authorize: ({ Scope, Target }) => ({
      resource: '*',
      conditions: { 'sts:RevocationScope': Scope, 'sts:RevocationTarget': Target },
    }),

    async handle({ Scope, Target = '', Before }, { account, caller, now, fault }, _found, writes) {
      if (Before && Before > now)
        throw fault('ValidationError', 'Before must not be in the future.')
      const revocation = {
        account,
        scope: Scope,
        target: Target,
        before: Before ?? now,
        whenever: !Before,
      }
      try {
        const record = await revoke(writes, { ...revocation, by: caller.principal.arn }, now)
        return { Revocation: revocationShape(record) }
      } catch (error) {
        if (error instanceof RangeError) throw fault('ValidationError', error.message)
        throw error
      }
    },

    async after({ Revocation }, { Scope: scope, Target: target = '' }, call) {
      const endings = await endUpstreamSessions({ account: call.account, scope, target })
      for (const ending of endings)
        if (ending.role !== undefined)
          audit.record(endingEvent(ending, { scope, target }, call, ids.uuid()))
      if (endings.length === 0) return { Revocation }
      return {
        Revocation,
        Upstream: endings.map(({ account, role, ended, detail }) => ({
          Account: account,
          RoleName: role,
          Ended: ended,
          Detail: detail,
        })),
      }
    },
  })
}

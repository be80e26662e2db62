import { revoke } from '../../sessions/revoke.ts'
import { operation } from '../operation.ts'
import { RevokeSessions } from './revocation-model.ts'
import { revocationShape } from './revocation-shape.ts'

/**
 * Revokes temporary credentials of the caller's account issued until `Before` (absent: now), and
 * the sessions assumed with them. Long-term keys are not affected: deactivate those instead.
 */
export const revokeSessions = operation(RevokeSessions, {
  writes: true,
  authorize: ({ Scope, Target }) => ({
    resource: '*',
    conditions: { 'sts:RevocationScope': Scope, 'sts:RevocationTarget': Target },
  }),

  async handle({ Scope, Target = '', Before }, { account, caller, now, fault }, _found, writes) {
    if (Before && Before > now) throw fault('ValidationError', 'Before must not be in the future.')
    try {
      const record = await revoke(
        writes,
        { account, scope: Scope, target: Target, before: Before ?? now, by: caller.principal.arn },
        now,
      )
      return { Revocation: revocationShape(record) }
    } catch (error) {
      if (error instanceof RangeError) throw fault('ValidationError', error.message)
      throw error
    }
  },
})

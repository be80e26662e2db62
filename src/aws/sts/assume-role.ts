import type { AssumeRoleRequest } from '../../reference/aws/sts-shapes.gen.ts'
import type { Caller } from '../../sessions/caller.ts'
import type { Issuer } from '../../sessions/issue.ts'
import { givenBy } from '../../sessions/issue-upstream.ts'
import type { Mfa } from '../../sessions/mfa.ts'
import { ancestryOf } from '../../sessions/revocations.ts'
import { findRole, parseRoleArn, trustOf } from '../../sessions/role-trust.ts'
import { defaultSessionSeconds, refuseDuration } from '../../sessions/session-duration.ts'
import { sessionTags } from '../../sessions/session-tags.ts'
import type { RoleRecord } from '../../store/records.ts'
import { operation, type Target } from '../operation.ts'
import { resourceTagConditions, tagConditions } from '../request-context.ts'
import { assumedRoleShape } from './assumed-role-shape.ts'
import { mfaConditions, provedMfa } from './proved-mfa.ts'
import { requestedLayer } from './session-layer.ts'
import { stsModel } from './sts-model.ts'

interface Located {
  readonly role: RoleRecord | undefined
  /** The time at which this request's one-time code was verified. */
  readonly mfaAt: Date | undefined
}

/**
 * Returns the targets that the trust policy and the caller's own policies have to allow, all of
 * them.
 */
function targets(
  input: AssumeRoleRequest,
  caller: Caller,
  { role, mfaAt }: Located,
): readonly Target[] {
  const { RoleArn, RoleSessionName, ExternalId, SourceIdentity, Tags, TransitiveTagKeys } = input
  const inherited = caller.claims?.sourceIdentity
  const target: Target = {
    resource: RoleArn,
    resourceAccount: role?.account ?? parseRoleArn(RoleArn)?.account ?? caller.account,
    layers: { trust: trustOf(role) },
    conditions: {
      'sts:RoleSessionName': RoleSessionName,
      'sts:ExternalId': ExternalId,
      'sts:SourceIdentity': SourceIdentity ?? inherited,
      'sts:TransitiveTagKeys': TransitiveTagKeys?.length ? TransitiveTagKeys : undefined,
      ...mfaConditions(mfaAt),
      ...tagConditions(Tags),
      ...resourceTagConditions(role?.tags),
    },
  }
  const tagged = Boolean(Tags?.length) || Boolean(caller.claims?.transitiveTagKeys.length)
  return [
    target,
    ...(tagged ? [{ ...target, action: 'sts:TagSession' }] : []),
    ...(SourceIdentity !== undefined || inherited !== undefined
      ? [{ ...target, action: 'sts:SetSourceIdentity' }]
      : []),
  ]
}

/** `issuer` seals the session token; nothing is written to the store. */
export function assumeRole({
  issuer,
  mfa,
}: {
  readonly issuer: Pick<Issuer, 'issueRole'>
  readonly mfa: Pick<Mfa, 'take'>
}) {
  return operation(stsModel('AssumeRole'), {
    async locate(input, call, reads): Promise<Located> {
      const named = parseRoleArn(input.RoleArn)
      if (!named) throw call.fault('ValidationError', `${input.RoleArn} is invalid`)
      // A role can't be assumed from another partition (IAM user guide, "Partitions").
      const role =
        named.partition === call.caller.partition ? await findRole(reads, named) : undefined
      return { role, mfaAt: await provedMfa(input, call, mfa) }
    },

    authorize(input, { caller, fault }, located) {
      if (caller.principal.kind === 'root')
        throw fault('AccessDenied', 'Roles may not be assumed by root accounts.')
      return targets(input, caller, located)
    },

    async handle(input, { caller, now, fault, note }, { role, mfaAt }) {
      const { RoleSessionName, ProvidedContexts, SourceIdentity } = input
      if (!role) throw new Error('a role that does not exist was allowed')
      if (ProvidedContexts?.length)
        throw fault('ValidationError', 'ProvidedContexts are not supported.')
      const sourceIdentity = caller.claims?.sourceIdentity ?? SourceIdentity
      if (sourceIdentity?.toLowerCase().startsWith('aws:')) {
        throw fault('ValidationError', 'A source identity may not start with aws:')
      }
      if (SourceIdentity !== undefined && SourceIdentity !== sourceIdentity) {
        throw fault('AccessDenied', 'The source identity of the calling session cannot be changed.')
      }
      const chained = caller.claims?.kind === 'role'
      const durationSeconds = input.DurationSeconds ?? defaultSessionSeconds
      refuseDuration(durationSeconds, { longestSeconds: role.maxSessionDurationSeconds, chained })
      const ancestors = ancestryOf(caller, now)
      if (!ancestors)
        throw fault(
          'ValidationError',
          'This session comes from too many others: assume the role from an earlier one.',
        )
      const layer = requestedLayer(input)
      const tags = sessionTags(input, caller.claims)
      note({ role: role.name, session: RoleSessionName })
      const { partition } = caller
      const issued = await issuer.issueRole({
        from: caller,
        partition,
        role,
        sessionName: RoleSessionName,
        durationSeconds,
        layers: layer ? [layer] : [],
        ...tags,
        ...(sourceIdentity !== undefined && { sourceIdentity }),
        chained,
        mfaAt,
        ...(ancestors.length > 0 && { ancestors }),
      })
      note(givenBy(issued))
      return assumedRoleShape(issued)
    },
  })
}

import { rootArn } from '../../kernel/arn.ts'
import type { Issuer } from '../../sessions/issue.ts'
import { ancestryOf } from '../../sessions/revocations.ts'
import { operation } from '../operation.ts'
import { credentialsShape } from './credentials-shape.ts'
import { rootFeatureOf, rootTaskPolicy } from './root-task-policies.ts'
import { stsModel } from './sts-model.ts'

const longestSeconds = 900

/** Returns the account of a target: `111122223333` or the ARN of its root. */
function accountOf(target: string, partition: string): string | undefined {
  const account = target.startsWith('arn:')
    ? new RegExp(`^arn:${partition}:iam::(\\d{12}):root$`).exec(target)?.[1]
    : target
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined
}

/**
 * Issues a session as the root of a member account, for one task and at most 15 minutes. Only
 * principals of the account that the member's settings name as `rootManagedBy` may assume it,
 * except that account's root user, and the task's policy limits the session.
 */
export function assumeRoot({ issuer }: { readonly issuer: Pick<Issuer, 'issueRootSession'> }) {
  return operation(stsModel('AssumeRoot'), {
    locate({ TargetPrincipal }, { caller, fault }, reads) {
      const account = accountOf(TargetPrincipal, caller.partition)
      if (account === undefined)
        throw fault(
          'ValidationError',
          `${TargetPrincipal} is not an account or the ARN of its root user.`,
        )
      return reads.find('account', account, 'account')
    },

    authorize({ TargetPrincipal, TaskPolicyArn }, { caller, fault }) {
      // STS API reference, "AssumeRoot": the root user's own credentials cannot call it.
      if (caller.principal.kind === 'root')
        throw fault('AccessDenied', 'Root sessions may not be assumed by root accounts.')
      const member = accountOf(TargetPrincipal, caller.partition) ?? ''
      // Decided in the caller's own account: the member account has no policy for this, but its
      // settings name the managing account.
      return {
        resource: rootArn(caller.partition, member),
        conditions: { 'aws:ResourceAccount': member, 'sts:TaskPolicyArn': TaskPolicyArn.arn },
      }
    },

    async handle(
      { TaskPolicyArn, TargetPrincipal, DurationSeconds = longestSeconds },
      { caller, account, now, fault, note },
      found,
      reads,
    ) {
      const target = accountOf(TargetPrincipal, caller.partition)
      const own = await reads.find('account', account, 'account')
      // The same error for an unknown account, for one that another account manages, and for a task
      // that the managing account switched off.
      if (
        own?.disabledRootFeatures?.includes(rootFeatureOf(TaskPolicyArn.arn ?? '')) ||
        !found ||
        target === undefined ||
        found.rootManagedBy !== account ||
        found.partition !== caller.partition
      ) {
        throw fault(
          'AccessDenied',
          `User: ${caller.principal.arn} is not authorized to perform: sts:AssumeRoot ` +
            `on resource: ${TargetPrincipal}`,
        )
      }
      const policy = rootTaskPolicy(TaskPolicyArn.arn ?? '', caller.partition)
      if (policy === undefined)
        throw fault('ValidationError', `${TaskPolicyArn.arn ?? ''} is not a root task policy.`)
      const sourceIdentity = caller.claims?.sourceIdentity
      const ancestors = ancestryOf(caller, now)
      if (!ancestors)
        throw fault(
          'ValidationError',
          'This session comes from too many others: call with an earlier one.',
        )
      note({ session: 'root', detail: `root task ${TaskPolicyArn.arn}` })
      const { credentials } = await issuer.issueRootSession({
        from: caller,
        partition: caller.partition,
        account: target,
        durationSeconds: DurationSeconds,
        policy,
        ancestors,
        sourceIdentity,
      })
      return { Credentials: credentialsShape(credentials), SourceIdentity: sourceIdentity }
    },
  })
}

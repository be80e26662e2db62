import { rootArn } from '../../kernel/arn.ts'
import type { Issuer } from '../../sessions/issue.ts'
import { ancestryOf } from '../../sessions/revocations.ts'
import { operation } from '../operation.ts'
import { credentialsShape } from './credentials-shape.ts'
import { rootTaskPolicy } from './root-task-policies.ts'
import { stsModel } from './sts-model.ts'

const longestSeconds = 900

/** The account of `111122223333` or of its root ARN. */
function accountOf(target: string, partition: string): string | undefined {
  const account = target.startsWith('arn:') ? new RegExp(`^arn:${partition}:iam::(\\d{12}):root$`).exec(target)?.[1] : target
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined
}

/**
 * One task as the root of a member account, for at most 15 minutes: only for principals of the account that the member's settings
 * name as `rootManagedBy`, never for its root user, and only what the task's policy allows.
 */
export function assumeRoot({ issuer }: { readonly issuer: Pick<Issuer, 'issueRootSession'> }) {
  return operation(stsModel('AssumeRoot'), {
    locate({ TargetPrincipal }, { caller, fault }, reads) {
      const account = accountOf(TargetPrincipal, caller.partition)
      if (account === undefined) throw fault('ValidationError', `${TargetPrincipal} is not an account or the ARN of its root user.`)
      return reads.find('account', account, 'account')
    },

    authorize({ TargetPrincipal, TaskPolicyArn }, { caller, fault }) {
      // STS API reference, "AssumeRoot": the root user's own credentials cannot call it.
      if (caller.principal.kind === 'root') throw fault('AccessDenied', 'Root sessions may not be assumed by root accounts.')
      const member = accountOf(TargetPrincipal, caller.partition) ?? ''
      // Decided in the caller's own account: the member has no policy that could agree, its settings do.
      return { resource: rootArn(caller.partition, member), conditions: { 'aws:ResourceAccount': member, 'sts:TaskPolicyArn': TaskPolicyArn.arn } }
    },

    async handle({ TaskPolicyArn, TargetPrincipal, DurationSeconds = longestSeconds }, { caller, account, now, fault, note }, found) {
      const target = accountOf(TargetPrincipal, caller.partition)
      // An account that is not there and one that another manages read alike.
      if (!found || target === undefined || found.rootManagedBy !== account || found.partition !== caller.partition) {
        throw fault('AccessDenied', `User: ${caller.principal.arn} is not authorized to perform: sts:AssumeRoot on resource: ${TargetPrincipal}`)
      }
      const policy = rootTaskPolicy(TaskPolicyArn.arn ?? '', caller.partition)
      if (policy === undefined) throw fault('ValidationError', `${TaskPolicyArn.arn ?? ''} is not a root task policy.`)
      const sourceIdentity = caller.claims?.sourceIdentity
      const ancestors = ancestryOf(caller, now)
      if (!ancestors) throw fault('ValidationError', 'This session comes from too many others: call with an earlier one.')
      note({ session: 'root', detail: `root task ${TaskPolicyArn.arn}` })
      const { credentials } = await issuer.issueRootSession({
        from: caller, partition: caller.partition, account: target, durationSeconds: DurationSeconds, policy, ancestors, ...(sourceIdentity !== undefined && { sourceIdentity }),
      })
      return { Credentials: credentialsShape(credentials), SourceIdentity: sourceIdentity }
    },
  })
}

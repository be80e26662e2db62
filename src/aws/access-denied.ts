import { type AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { Decision, PolicyKind, Question } from '../policy/question.ts'

/**
 * AWS's names for the kinds of policies (IAM user guide, "Troubleshoot access denied error
 * messages").
 */
const kinds: Readonly<Record<PolicyKind, { readonly allows: string; readonly denies: string }>> = {
  identity: { allows: 'no identity-based policy', denies: 'an identity-based policy' },
  resource: { allows: 'no resource-based policy', denies: 'a resource-based policy' },
  trust: { allows: 'no role trust policy', denies: 'the role trust policy' },
  boundary: { allows: 'no permissions boundary', denies: 'a permissions boundary' },
  session: { allows: 'no session policy', denies: 'a session policy' },
  'service-control': { allows: 'no service control policy', denies: 'a service control policy' },
  'resource-control': { allows: 'no resource control policy', denies: 'a resource control policy' },
}

/**
 * The refusal in the services' own words. For taking a role the reason is left out: it would tell a
 * role that does not exist from one that does not trust the caller. The audit event has the whole
 * decision; the encoded message tells it to who may decode it.
 */
export function accessDenied(
  question: Question,
  decision: Decision,
  encoded: string | undefined,
): AwsFault {
  const sealed = encoded && `Encoded authorization failure message: ${encoded}`
  const { principal, action, resource } = question
  const who = `User: ${principal.arn} is not authorized to perform: ${action}`
  const said = `${who} on resource: ${resource}`
  if (action.startsWith('sts:AssumeRole')) return commonFault('AccessDenied', said, { sealed })
  return commonFault('AccessDenied', `${said} ${reason(action, decision)}`, { sealed })
}

function reason(action: string, decision: Decision): string {
  if (decision.effect === 'explicit-deny') {
    return `with an explicit deny in ${kinds[decision.because[0]?.layer ?? 'identity'].denies}`
  }
  return `because ${kinds[decision.blockedBy ?? 'identity'].allows} allows the ${action} action`
}

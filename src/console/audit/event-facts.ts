import type { TrailEvent } from '../../audit/index/terms.ts'

/** The statement behind a decision, as the audit log has it. */
export interface DecidingStatement {
  readonly layer?: string
  readonly policy?: string
  readonly statement?: number
  readonly sid?: string
}

export const chainOf = ({ additionalEventData }: TrailEvent) => additionalEventData?.gatehouse ?? {}

export function statementsOf(event: TrailEvent): readonly DecidingStatement[] {
  return (chainOf(event).decision?.because ?? []) as readonly DecidingStatement[]
}

/** The person or program behind an event, by the shortest name that it has. */
export function whoOf(event: TrailEvent): string | undefined {
  const { userIdentity: who = {} } = event
  const { identity, session } = chainOf(event)
  const named = who.userName === hidden ? undefined : who.userName
  return identity?.username ?? named ?? session ?? lastOf(who.arn)
}

/** CloudTrail's word for a name that may be a password. */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'
/** `root` of an account has no slash before it. */
const lastOf = (arn: string | undefined) => arn && /[^/:]*$/.exec(arn)?.[0]

/** The name of the role that an event took, or that made the call. */
export function roleOf(event: TrailEvent): string | undefined {
  const issuer = event.userIdentity?.sessionContext?.sessionIssuer
  const role = chainOf(event).role ?? (issuer?.type === 'Role' ? issuer.userName : undefined)
  return role?.slice(role.lastIndexOf('/') + 1)
}

const named = /^(?:user|role|group|policy|instanceProfile|sAMLProvider)?(?:name|arn)$/i

/** What a call was about: of a denied call what was decided, else the parameter that names it. */
export function resourceOf(event: TrailEvent): string | undefined {
  const asked = chainOf(event).decision?.question?.resource
  if (asked !== undefined) return asked
  for (const [name, value] of Object.entries(event.requestParameters ?? {}))
    if (typeof value === 'string' && named.test(name)) return value
  return undefined
}

import type { Identity } from '../../kernel/identity.ts'
import type { Grant, MappingResult } from '../../mapping/grant.ts'
import type { RecordedCall } from './recorded-call.ts'

export interface GrantPorts {
  /** What the last sign-in of a person proved. */
  readonly find: (person: Pick<Identity, 'connector' | 'subject'>) => Promise<Identity | undefined>
  readonly mappings: { evaluate(identity: Identity): Pick<MappingResult, 'grants'> }
}

/** The grant by which the session of a call has its role, for its tags and its policy. */
export async function grantOfCall(
  { additionalEventData, userIdentity }: RecordedCall,
  { find, mappings }: GrantPorts,
): Promise<Grant | undefined> {
  const { rule, connector, identity } = additionalEventData?.gatehouse ?? {}
  if (rule === undefined || connector === undefined || !identity) return undefined
  const person = await find({ connector, subject: identity.subject })
  const role = userIdentity.sessionContext?.sessionIssuer?.arn
  const grants: readonly Grant[] = person ? mappings.evaluate(person).grants : []
  const ofRole = grants.filter(({ roleArn }) => roleArn === role)
  return ofRole.find((one) => one.rule === rule) ?? ofRole[0]
}

import type { AwsFault } from '../../kernel/aws-fault.ts'
import type { SessionLayer } from '../../credentials/claims.ts'

interface Asked {
  readonly Policy?: string | undefined
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined
}
const mostPolicyArns = 10

/** The session policies that a call asks for, as one layer; undefined when it asks for none. Throws what `refuse` makes. */
export function askedLayer({ Policy, PolicyArns }: Asked, refuse: (message: string) => AwsFault): SessionLayer | undefined {
  const arns = (PolicyArns ?? []).map(({ arn }) => {
    if (arn === undefined) throw refuse('Every member of PolicyArns needs an arn.')
    return arn
  })
  if (arns.length > mostPolicyArns) throw refuse(`At most ${mostPolicyArns} policy ARNs may be passed.`)
  if (Policy === undefined && arns.length === 0) return undefined
  return { inline: Policy === undefined ? [] : [Policy], arns }
}

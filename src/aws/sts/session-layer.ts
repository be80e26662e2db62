import type { SessionLayer } from '../../credentials/claims.ts'
import { commonFault } from '../../kernel/aws-fault.ts'

interface PolicyParameters {
  readonly Policy?: string | undefined
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined
}
/** STS API reference, "PolicyArns". */
const mostPolicyArns = 10

/**
 * Returns the session policies of a request as one layer; undefined when it has none. Throws
 * ValidationError.
 */
export function requestedLayer({
  Policy,
  PolicyArns = [],
}: PolicyParameters): SessionLayer | undefined {
  const arns = PolicyArns.map(({ arn }) => {
    if (arn === undefined)
      throw commonFault('ValidationError', 'Every member of PolicyArns needs an arn.')
    return arn
  })
  if (arns.length > mostPolicyArns)
    throw commonFault('ValidationError', `At most ${mostPolicyArns} policy ARNs may be passed.`)
  if (Policy === undefined && arns.length === 0) return undefined
  return { inline: Policy === undefined ? [] : [Policy], arns }
}

import type { SessionClaims } from '../credentials/claims.ts'
import { commonFault } from '../kernel/aws-fault.ts'

export interface SessionTag {
  readonly Key: string
  readonly Value: string
}
export interface SessionTags {
  readonly tags: readonly SessionTag[]
  readonly transitiveTagKeys: readonly string[]
}
interface TagParameters {
  readonly Tags?: readonly SessionTag[] | undefined
  readonly TransitiveTagKeys?: readonly string[] | undefined
}

/** IAM user guide, "Pass session tags": the most tags, including inherited ones. */
const mostTags = 50

/**
 * The tags of the requested session: its own, and the transitive ones of the caller's session.
 * Compares keys without case and keeps their spelling. Throws ValidationError or
 * InvalidParameterValue.
 */
export function sessionTags(
  { Tags = [], TransitiveTagKeys = [] }: TagParameters,
  claims?: SessionClaims | undefined,
): SessionTags {
  const inheritedKeys = new Set(claims?.transitiveTagKeys.map((key) => key.toLowerCase()))
  const inherited = claims?.tags.filter(({ Key }) => inheritedKeys.has(Key.toLowerCase())) ?? []
  const seen = new Set<string>()
  for (const { Key } of Tags) {
    const folded = Key.toLowerCase()
    if (folded.startsWith('aws:'))
      throw commonFault('ValidationError', `Tag keys that start with aws: are reserved: ${Key}`)
    if (seen.has(folded))
      throw commonFault(
        'InvalidParameterValue',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      )
    if (inheritedKeys.has(folded)) {
      throw commonFault(
        'InvalidParameterValue',
        "One of the specified transitive tag keys can't be set because it conflicts with a " +
          'transitive tag key from the calling session.',
      )
    }
    seen.add(folded)
  }
  const own = new Set<string>()
  for (const key of TransitiveTagKeys) {
    const folded = key.toLowerCase()
    if (own.has(folded))
      throw commonFault(
        'InvalidParameterValue',
        'Duplicate transitive tag keys found. Please note that Tag keys are case insensitive.',
      )
    if (!seen.has(folded) && !inheritedKeys.has(folded)) {
      throw commonFault(
        'InvalidParameterValue',
        'The specified transitive tag key must be included in the requested tags.',
      )
    }
    own.add(folded)
  }
  const tags = [...inherited, ...Tags]
  if (tags.length > mostTags)
    throw commonFault(
      'ValidationError',
      `A session may have at most ${mostTags} tags, those it inherits among them.`,
    )
  const handedDown = (claims?.transitiveTagKeys ?? []).filter((key) => !own.has(key.toLowerCase()))
  return { tags, transitiveTagKeys: [...handedDown, ...TransitiveTagKeys] }
}

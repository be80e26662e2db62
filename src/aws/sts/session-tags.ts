import type { AwsFault } from '../../kernel/aws-fault.ts'
import type { SessionClaims } from '../../credentials/claims.ts'

export interface SessionTag { readonly Key: string; readonly Value: string }
export interface SessionTags {
  readonly tags: readonly SessionTag[]
  readonly transitiveTagKeys: readonly string[]
}
interface Asked {
  readonly Tags?: readonly SessionTag[] | undefined
  readonly TransitiveTagKeys?: readonly string[] | undefined
}
type Refuse = (code: 'InvalidParameterValue' | 'ValidationError', message: string) => AwsFault

/** IAM user guide, "Pass session tags": at most so many, the inherited ones among them. */
const mostTags = 50

/**
 * The tags of the session that a call asks for: its own and the transitive ones that the caller's session hands down.
 * Keys are compared without case and kept as written. Throws what `refuse` makes.
 */
export function sessionTags({ Tags = [], TransitiveTagKeys = [] }: Asked, claims: SessionClaims | undefined, refuse: Refuse): SessionTags {
  const inheritedKeys = new Set(claims?.transitiveTagKeys.map((key) => key.toLowerCase()))
  const inherited = claims?.tags.filter(({ Key }) => inheritedKeys.has(Key.toLowerCase())) ?? []
  const seen = new Set<string>()
  for (const { Key } of Tags) {
    const folded = Key.toLowerCase()
    if (folded.startsWith('aws:')) throw refuse('ValidationError', `Tag keys that start with aws: are reserved: ${Key}`)
    if (seen.has(folded)) throw refuse('InvalidParameterValue', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.')
    if (inheritedKeys.has(folded)) {
      throw refuse('InvalidParameterValue', "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.")
    }
    seen.add(folded)
  }
  const own = new Set<string>()
  for (const key of TransitiveTagKeys) {
    const folded = key.toLowerCase()
    if (own.has(folded)) throw refuse('InvalidParameterValue', 'Duplicate transitive tag keys found. Please note that Tag keys are case insensitive.')
    if (!seen.has(folded) && !inheritedKeys.has(folded)) {
      throw refuse('InvalidParameterValue', 'The specified transitive tag key must be included in the requested tags.')
    }
    own.add(folded)
  }
  const tags = [...inherited, ...Tags]
  if (tags.length > mostTags) throw refuse('ValidationError', `A session may have at most ${mostTags} tags, those it inherits among them.`)
  const handedDown = (claims?.transitiveTagKeys ?? []).filter((key) => !own.has(key.toLowerCase()))
  return { tags, transitiveTagKeys: [...handedDown, ...TransitiveTagKeys] }
}

import { membersOf } from './json.ts'
import type { Claims } from './token.ts'
import { invalidToken } from './web-identity-fault.ts'

/**
 * What a token requests for the session (IAM user guide, "Pass session tags using
 * AssumeRoleWithWebIdentity").
 */
export interface SessionClaims {
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string | undefined
}

const tagsClaim = 'https://aws.amazon.com/tags'
const sourceIdentityClaim = 'https://aws.amazon.com/source_identity'
const flatTag = `${tagsClaim}/principal_tags/`
/** The prefix of every claim that requests something for the session. */
const ours = 'https://aws.amazon.com/'
const nothing: SessionClaims = { tags: [], transitiveTagKeys: [] }
const flatTransitive = `${tagsClaim}/transitive_tag_keys`
/** STS API reference, Tag. */
const tagKey = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const tagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u
const sourceIdentityText = /^(?!aws:)[\w+=,.@-]{2,64}$/i

/**
 * Reads tags as one nested claim or as one flattened claim for each tag. Counts, duplicates and
 * reserved keys are checked later, as for every session. Throws WebIdentityFault.
 */
export function sessionClaims(claims: Claims): SessionClaims {
  if (!Object.keys(claims).some((name) => name.startsWith(ours))) return nothing
  const sourceIdentity = claims[sourceIdentityClaim]
  if (
    sourceIdentity !== undefined &&
    !(typeof sourceIdentity === 'string' && sourceIdentityText.test(sourceIdentity))
  ) {
    throw malformed(sourceIdentityClaim)
  }
  const nested = claims[tagsClaim] === undefined ? {} : membersOf(claims[tagsClaim])
  const principalTags = nested?.principal_tags === undefined ? {} : membersOf(nested.principal_tags)
  if (!nested || !principalTags) throw malformed(tagsClaim)
  const flat = Object.entries(claims)
    .filter(([name]) => name.startsWith(flatTag))
    .map(([name, value]): [string, unknown] => [name.slice(flatTag.length), value])
  return {
    tags: [...Object.entries(principalTags), ...flat].map(([Key, value]) => ({
      Key: text(Key, tagKey, tagsClaim),
      Value: text(onlyOne(value), tagValue, tagsClaim),
    })),
    transitiveTagKeys: [...keys(nested.transitive_tag_keys), ...keys(claims[flatTransitive])],
    ...(sourceIdentity !== undefined && { sourceIdentity: sourceIdentity as string }),
  }
}

function keys(value: unknown): readonly string[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw malformed(tagsClaim)
  return value.map((key) => text(key, tagKey, tagsClaim))
}

/** A session tag has one value. */
function onlyOne(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : undefined
}

function text(value: unknown, pattern: RegExp, claim: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw malformed(claim)
  return value
}

function malformed(claim: string) {
  return invalidToken(`The claim ${claim} is malformed`)
}

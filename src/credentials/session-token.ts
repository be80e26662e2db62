import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { SessionClaims, SessionLayer } from './claims.ts'
import type { KeyRing } from './key-ring.ts'
import { mostTokenCharacters, narrowed, partsOf } from './narrowing.ts'

/**
 * `ghs1.` + key id + `.` + sealed payload (docs: session tokens). The payload is one byte that names its form (0 plain,
 * 1 deflated) and the claims as JSON. At 100 % packed size a token of one role stays under 6 KiB; none is longer than 8.
 */
const prefix = 'ghs1.'
const purpose = 'session-token'
const deflateFrom = 1024
const mostInflated = 64 * 1024
/** Bytes that layers and tags may take once packed: what 100 % means. */
const packedBudgetBytes = 3072

/** What session policies and claims are made of, the most frequent last (RFC 1951 matches near the end are the cheapest). Never changes: tokens depend on it. */
const policyWords = Buffer.from('arn:aws-cn:arn:aws-us-gov:"NotAction":"NotResource":"ForAllValues:StringLike":"ForAnyValue:StringEquals":"NumericLessThan":"DateLessThan":"IpAddress":{"aws:SourceIp":"Bool":{"aws:MultiFactorAuthPresent":"true"}'
  + '"aws:PrincipalTag/"aws:RequestedRegion":"aws:ResourceTag/"ArnLike":{"StringLike":{"StringEquals":{"Condition":{dynamodb:lambda:logs:cloudwatch:kms:Decryptec2:Describe*sqs:SendMessagesns:Publish'
  + 'sts:AssumeRoleiam:PassRoleiam:Get*iam:List*s3:ListBuckets3:DeleteObjects3:PutObjects3:GetObjectarn:aws:iam::arn:aws:s3:::"Sid":""Effect":"Deny","Resource":["*"]'
  + '"transitiveTagKeys":["sourceIdentity":"federation":{"provider":"arn:aws:iam::"subject":""username":""connector":""rule":""tags":[{"Key":"","Value":""}]"layers":[{"inline":["{\\"Version\\":\\"2012-10-17\\",'
  + '\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Action\\":[\\"\\"],\\"Resource\\":\\"*\\"}]}"],"arns":[]}]')

const plainForm = '\0'
const deflatedForm = Buffer.of(1)

type Flat = Omit<SessionClaims, 'issuedAt' | 'expiresAt' | 'mfaAt'> & { issuedAt: number; expiresAt: number; mfaAt?: number }

/** undefined: more than a token can carry, as after many roles assumed one from another with ever narrower credentials. */
export function sealSession(ring: Pick<KeyRing, 'seal'>, claims: SessionClaims): string | undefined {
  const { issuedAt, expiresAt, mfaAt, layers } = claims
  const others = JSON.stringify({ ...claims, layers: undefined, issuedAt: issuedAt.getTime(), expiresAt: expiresAt.getTime(), mfaAt: mfaAt?.getTime() })
  const text = `${others.slice(0, -1)},"layers":${layersText(layers)}}`
  const plain = Buffer.from(plainForm + text)
  if (plain.length > mostInflated) return undefined
  const token = prefix + ring.seal(purpose, plain.length <= deflateFrom ? plain : Buffer.concat([deflatedForm, deflateRawSync(text, { dictionary: policyWords })]))
  return token.length > mostTokenCharacters ? undefined : token
}

/** undefined: not a token, altered, cut, or of a key that the ring does not hold. Expiry is the caller's question. */
export function openSession(ring: Pick<KeyRing, 'open'>, token: string): SessionClaims | undefined {
  if (token.length > mostTokenCharacters || !token.startsWith(prefix)) return undefined
  const { sealed, narrowings } = partsOf(token)
  const payload = ring.open(purpose, sealed.slice(prefix.length))
  if (!payload) return undefined
  const body = payload.subarray(1)
  const text = payload[0] === 1 ? inflated(body) : body
  if (!text) return undefined
  // INVARIANT: what opens under the ring was written by sealSession, so its shape needs no check.
  const flat = JSON.parse(text.toString()) as Flat
  const { issuedAt, expiresAt, mfaAt } = flat
  const dates = { issuedAt: new Date(issuedAt), expiresAt: new Date(expiresAt) }
  const claims = Object.assign(flat as object, dates, mfaAt !== undefined && { mfaAt: new Date(mfaAt) }) as SessionClaims
  return narrowings.length === 0 ? claims : narrowed(claims, narrowings)
}

/** undefined: more than any token that was sealed here holds. */
function inflated(body: Buffer): Buffer | undefined {
  try {
    return inflateRawSync(body, { dictionary: policyWords, maxOutputLength: mostInflated })
  } catch {
    return undefined
  }
}

/** Percent of what a token may carry of policies and tags, rounded up; over 100 is PackedPolicyTooLarge. */
export function packedSizePercent(layers: readonly SessionLayer[], tags: SessionClaims['tags']): number {
  if (tags.length === 0 && layers.every(({ inline, arns }) => inline.length + arns.length === 0)) return 0
  const text = `[${layersText(layers)},${JSON.stringify(tags)}]`
  const plainBytes = Buffer.byteLength(text)
  const bytes = plainBytes < deflateFrom ? plainBytes : Math.min(plainBytes, deflateRawSync(text, { dictionary: policyWords }).length)
  return Math.ceil((bytes * 100) / packedBudgetBytes)
}

/** As JSON writes them. A broker hands out the same policies all day long, and what is full of quotes is slow to write. */
function layersText(layers: readonly SessionLayer[]): string {
  if (layers.length === 0) return '[]'
  return `[${layers.map(({ inline, arns }) => `{"inline":[${inline.map(quoted).join(',')}],"arns":${JSON.stringify(arns)}}`).join(',')}]`
}

const quotedTexts = new Map<string, string>()
const mostQuoted = 2000

function quoted(text: string): string {
  let known = quotedTexts.get(text)
  if (known === undefined) {
    known = JSON.stringify(text)
    if (quotedTexts.size >= mostQuoted) quotedTexts.clear()
    quotedTexts.set(text, known)
  }
  return known
}

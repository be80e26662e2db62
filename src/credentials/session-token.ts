import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { SessionClaims, SessionLayer } from './claims.ts'
import type { KeyRing } from './key-ring.ts'
import { mostTokenCharacters, narrowed, partsOf } from './narrowing.ts'

/**
 * `ghs1.` + key id + `.` + sealed payload (docs: session tokens). The payload is one byte for its
 * form (0 plain, 1 deflated) and the claims as JSON. At 100 % packed size the token of one role
 * stays under 6 KiB; no token is longer than 8 KiB.
 */
const prefix = 'ghs1.'
const purpose = 'session-token'
const deflateFrom = 1024
const mostInflated = 64 * 1024
/**
 * Bytes that policies, ARNs and tags may have together: 100 % of the packed size. Random texts of
 * that size still make a token of less than 6 KiB.
 */
const packedBudgetBytes = 5120

/**
 * Frequent words of session policies and claims, the most frequent last (RFC 1951: near matches are
 * the cheapest). Never change it: tokens depend on it.
 */
const policyWords = Buffer.from(
  'arn:aws-cn:arn:aws-us-gov:"NotAction":"NotResource":"ForAllValues:StringLike":"' +
    'ForAnyValue:StringEquals":"NumericLessThan":"DateLessThan":"IpAddress":{"aws:SourceIp":"' +
    'Bool":{"aws:MultiFactorAuthPresent":"true"}"aws:PrincipalTag/"aws:RequestedRegion":"aws:' +
    'ResourceTag/"ArnLike":{"StringLike":{"StringEquals":{"Condition":{dynamodb:lambda:logs:' +
    'cloudwatch:kms:Decryptec2:Describe*sqs:SendMessagesns:Publishsts:AssumeRoleiam:' +
    'PassRoleiam:Get*iam:List*s3:ListBuckets3:DeleteObjects3:PutObjects3:GetObjectarn:aws:' +
    'iam::arn:aws:s3:::"Sid":""Effect":"Deny","Resource":["*"]"transitiveTagKeys":["' +
    'sourceIdentity":"federation":{"provider":"arn:aws:iam::"subject":""username":""' +
    'connector":""rule":""tags":[{"Key":"","Value":""}]"layers":[{"inline":["{\\"Version\\":' +
    '\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Action\\":[\\"\\"],\\"' +
    'Resource\\":\\"*\\"}]}"],"arns":[]}]',
)

const plainForm = '\0'
const deflatedForm = Buffer.of(1)

type Flat = Omit<SessionClaims, 'issuedAt' | 'expiresAt' | 'mfaAt'> & {
  issuedAt: number
  expiresAt: number
  mfaAt?: number | undefined
}

/**
 * Returns undefined when the claims do not fit into a token, as after many chained roles with ever
 * narrower credentials.
 */
export function sealSession(
  ring: Pick<KeyRing, 'seal'>,
  claims: SessionClaims,
): string | undefined {
  const { issuedAt, expiresAt, mfaAt, layers } = claims
  const others = JSON.stringify({
    ...claims,
    layers: undefined,
    issuedAt: issuedAt.getTime(),
    expiresAt: expiresAt.getTime(),
    mfaAt: mfaAt?.getTime(),
  })
  const text = `${others.slice(0, -1)},"layers":${layersText(layers)}}`
  const plain = Buffer.from(plainForm + text)
  if (plain.length > mostInflated) return undefined
  const token =
    prefix +
    ring.seal(
      purpose,
      plain.length <= deflateFrom
        ? plain
        : Buffer.concat([deflatedForm, deflateRawSync(text, { dictionary: policyWords })]),
    )
  return token.length > mostTokenCharacters ? undefined : token
}

/**
 * Returns undefined for a text that is not a token, was altered or cut, or is of a key that the
 * ring does not hold. The caller checks the expiry.
 */
export function unsealSession(
  ring: Pick<KeyRing, 'unseal'>,
  token: string,
): SessionClaims | undefined {
  if (token.length > mostTokenCharacters || !token.startsWith(prefix)) return undefined
  const { sealed, narrowings } = partsOf(token)
  const payload = ring.unseal(purpose, sealed.slice(prefix.length))
  if (!payload) return undefined
  const body = payload.subarray(1)
  const text = payload[0] === 1 ? inflated(body) : body
  if (!text) return undefined
  // INVARIANT: what opens under the ring was written by `sealSession`, so its shape needs no check.
  const flat = JSON.parse(text.toString()) as Flat
  const { issuedAt, expiresAt, mfaAt } = flat
  const dates = { issuedAt: new Date(issuedAt), expiresAt: new Date(expiresAt) }
  const claims = Object.assign(
    flat as object,
    dates,
    mfaAt !== undefined && { mfaAt: new Date(mfaAt) },
  ) as SessionClaims
  return narrowings.length === 0 ? claims : narrowed(claims, narrowings)
}

/** Returns undefined when it inflates to more than any token that was sealed here. */
function inflated(body: Buffer): Buffer | undefined {
  try {
    return inflateRawSync(body, { dictionary: policyWords, maxOutputLength: mostInflated })
  } catch {
    return undefined
  }
}

/**
 * Percent of the budget that policies and tags take, rounded up; over 100 is PackedPolicyTooLarge.
 * Counts what is written, not what a token makes of it: whatever is added, the percentage never
 * falls, as it would by what compression finds.
 */
export function packedSizePercent(
  layers: readonly SessionLayer[],
  tags: SessionClaims['tags'],
): number {
  let bytes = 0
  for (const { inline, arns } of layers)
    for (const text of [...inline, ...arns]) bytes += Buffer.byteLength(text)
  for (const { Key, Value } of tags) bytes += Buffer.byteLength(Key) + Buffer.byteLength(Value)
  return Math.ceil((bytes * 100) / packedBudgetBytes)
}

/**
 * Layers as JSON. Escaped policies are cached, because a broker hands out the same ones all day and
 * texts full of quotes are slow to escape.
 */
function layersText(layers: readonly SessionLayer[]): string {
  if (layers.length === 0) return '[]'
  return `[${layers.map(layerText).join(',')}]`
}

function layerText({ inline, arns }: SessionLayer): string {
  return `{"inline":[${inline.map(quoted).join(',')}],"arns":${JSON.stringify(arns)}}`
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

import { commonFault } from '../kernel/aws-fault.ts'

/** A request as it was received: nothing decoded, nothing joined. */
export interface SignedRequest {
  readonly method: string
  readonly rawPath: string
  /** Without the question mark. */
  readonly rawQuery: string
  /** Node's flat list: name, value, name, value. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** SHA-256 of the body in hexadecimal digits, where it was computed before. */
  readonly bodyHash?: string | undefined
}

/**
 * The part of a signature that a client repeats in all its calls of a day: access key, scope,
 * signed headers.
 */
interface Claimed {
  readonly accessKeyId: string
  /** YYYYMMDD/region/service/aws4_request, and its parts. */
  readonly scope: string
  readonly date: string
  readonly region: string
  readonly service: string
  /** Lower case. */
  readonly signedHeaders: readonly string[]
}

/** The signature that a request claims; nothing is verified yet. */
export interface Signature extends Claimed {
  /** Of a presigned request that says it: how long it lives. */
  readonly expiresSeconds?: number | undefined
  readonly sessionToken: string | undefined
  /** Its day is the one of the scope. */
  readonly amzDate: string
  readonly signedAt: Date
  readonly bytes: Buffer
  readonly presigned: boolean
}

const algorithm = 'AWS4-HMAC-SHA256'
const mostExpiresSeconds = 7 * 24 * 60 * 60

export interface SignatureRules {
  /** Whether the header may say that the payload is not signed. */
  readonly unsignedPayload?: boolean | undefined
}

/**
 * Reads the claimed signature; undefined when there is none. Throws AwsFault IncompleteSignature
 * and the like when it is malformed.
 */
export function readSignature(
  request: SignedRequest,
  rules: SignatureRules = {},
): Signature | undefined {
  const authorization = singleHeader(request, 'authorization')
  const presigned = request.rawQuery.includes('X-Amz-') && queryFields(request.rawQuery)
  if (presigned && (presigned.has('X-Amz-Signature') || presigned.has('X-Amz-Algorithm'))) {
    if (authorization !== undefined)
      throw incomplete('Only one of the Authorization header and X-Amz-Signature may be given')
    return ofQuery(presigned)
  }
  return authorization === undefined ? undefined : ofHeader(authorization, request, rules)
}

function ofHeader(
  authorization: string,
  request: SignedRequest,
  { unsignedPayload = false }: SignatureRules,
): Signature {
  if (!authorization.startsWith(`${algorithm} `)) {
    throw incomplete(`Unsupported AWS 'algorithm': expected '${algorithm}'`)
  }
  const { claimed, signature } = readAuthorization(authorization)
  const amzDate = singleHeader(request, 'x-amz-date') ?? basicFormat(singleHeader(request, 'date'))
  if (amzDate === undefined)
    throw incomplete(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    )
  const payload = singleHeader(request, 'x-amz-content-sha256')
  if (!unsignedPayload && payload === 'UNSIGNED-PAYLOAD')
    throw mismatch('The payload must be signed: UNSIGNED-PAYLOAD is of other services. ')
  const sessionToken = singleHeader(request, 'x-amz-security-token')
  if (sessionToken !== undefined && !claimed.signedHeaders.includes('x-amz-security-token')) {
    throw incomplete("'x-amz-security-token' must be a signed header")
  }
  return assemble(claimed, { signature, amzDate, sessionToken })
}

/**
 * Parsed headers by their text before the signature. Anybody may send one, so the cache is small,
 * and cleared at once when full.
 */
const claimedBefore = new Map<string, Claimed>()
const mostClaimed = 2000
const mostClaimedCharacters = 1024
const signatureCharacters = 64
const lastFieldCharacters = 'Signature='.length + signatureCharacters
const plainEnd = /^[ ,]Signature=[0-9a-f]{64}$/

function readAuthorization(authorization: string): {
  readonly claimed: Claimed
  readonly signature: string
} {
  // Remember only the form that clients write, with the signature last: then the rest is parsed
  // alike, whatever the signature.
  const end = authorization.length - lastFieldCharacters
  const plain =
    end > 0 && end <= mostClaimedCharacters && plainEnd.test(authorization.slice(end - 1))
  const before = plain ? authorization.slice(0, end) : ''
  const known = plain ? claimedBefore.get(before) : undefined
  if (known) return { claimed: known, signature: authorization.slice(-signatureCharacters) }
  const { Credential, SignedHeaders, Signature: signature } = authorizationFields(authorization)
  const claimed = readClaimed(Credential, SignedHeaders)
  if (plain) {
    if (claimedBefore.size >= mostClaimed) claimedBefore.clear()
    claimedBefore.set(before, claimed)
  }
  return { claimed, signature }
}

const noFields = { Credential: '', SignedHeaders: '', Signature: '' }

/** The three fields that are needed, each exactly once; others are ignored. */
function authorizationFields(authorization: string): typeof noFields {
  const fields = { ...noFields }
  for (const part of authorization.slice(algorithm.length + 1).split(',')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, equals).trim()
    if (equals < 0) throw incomplete('Authorization header holds a field that cannot be read')
    if (name !== 'Credential' && name !== 'SignedHeaders' && name !== 'Signature') continue
    if (fields[name] !== '')
      throw incomplete('Authorization header holds a field that cannot be read')
    fields[name] = part.slice(equals + 1).trim()
    if (fields[name] === '') break
  }
  if (!fields.Credential) throw incomplete("Authorization header requires 'Credential' parameter.")
  if (!fields.SignedHeaders)
    throw incomplete("Authorization header requires 'SignedHeaders' parameter.")
  if (!fields.Signature) throw incomplete("Authorization header requires 'Signature' parameter.")
  return fields
}

function ofQuery(fields: ReadonlyMap<string, string>): Signature {
  const need = (name: string): string => {
    const value = fields.get(name)
    if (!value) throw incomplete(`AWS query-string parameters must include '${name}'.`)
    return value
  }
  if (need('X-Amz-Algorithm') !== algorithm)
    throw incomplete(`Unsupported AWS 'algorithm': expected '${algorithm}'`)
  // Not used here: every presigned call lives for the same time.
  const expires = fields.get('X-Amz-Expires')
  if (expires !== undefined && (!/^\d{1,6}$/.test(expires) || Number(expires) > mostExpiresSeconds))
    throw incomplete("'X-Amz-Expires' must be a number of seconds, at most a week")
  const claimed = readClaimed(need('X-Amz-Credential'), need('X-Amz-SignedHeaders'))
  const parts = {
    signature: need('X-Amz-Signature'),
    amzDate: need('X-Amz-Date'),
    sessionToken: fields.get('X-Amz-Security-Token'),
  }
  const expiresSeconds = expires === undefined ? undefined : Number(expires)
  return { ...assemble(claimed, parts), presigned: true, expiresSeconds }
}

function readClaimed(credential: string, signedHeaders: string): Claimed {
  const parts = credential.split('/')
  const [accessKeyId, date, region, service, terminator] = parts
  if (parts.length !== 5 || !accessKeyId || !date || !region || !service) {
    throw incomplete(
      'Credential must have exactly 5 slash-delimited elements, ' +
        `e.g. keyid/date/region/service/term, got '${credential.slice(0, 128)}'`,
    )
  }
  if (terminator !== 'aws4_request')
    throw mismatch("Credential should be scoped with a valid terminator: 'aws4_request'. ")
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(region))
    throw mismatch('Credential should be scoped to a valid region. ')
  const names = signedHeaders.split(';')
  if (!names.includes('host'))
    throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  if (names.length > 100 || names.some((name) => name !== name.toLowerCase()))
    throw incomplete("SignedHeaders can't be parsed")
  return {
    accessKeyId,
    scope: credential.slice(accessKeyId.length + 1),
    date,
    region,
    service,
    signedHeaders: names,
  }
}

interface Parts {
  readonly signature: string
  readonly amzDate: string
  readonly sessionToken: string | undefined
}

function assemble(claimed: Claimed, { signature, amzDate, sessionToken }: Parts): Signature {
  const { accessKeyId, scope, date, region, service, signedHeaders } = claimed
  const signedAt = instantOf(amzDate)
  if (!signedAt)
    throw incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${amzDate.slice(0, 64)}'. ` +
        'See http://en.wikipedia.org/wiki/ISO_8601',
    )
  if (date !== amzDate.slice(0, 8))
    throw mismatch(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
        `'${date.slice(0, 16)}' != '${amzDate.slice(0, 8)}', from '${amzDate}'.`,
    )
  if (!/^[0-9a-f]{64}$/.test(signature))
    throw mismatch('The signature must be 64 lower-case hexadecimal digits. ')
  return {
    accessKeyId,
    scope,
    date,
    region,
    service,
    signedHeaders,
    sessionToken,
    amzDate,
    signedAt,
    bytes: Buffer.from(signature, 'hex'),
    presigned: false,
  }
}

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const httpDate = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/

/** A Date header (RFC 9110, section 5.6.7) as signers write it into what they sign. */
function basicFormat(date: string | undefined): string | undefined {
  const [, day, month = '', year, hour, minute, second] = httpDate.exec(date ?? '') ?? []
  const at = months.indexOf(month)
  if (day === undefined || at < 0 || at % 3 !== 0) return date
  const number = String(at / 3 + 1).padStart(2, '0')
  return `${year}${number}${day}T${hour}${minute}${second}Z`
}

/** Requests of one second have the same text. */
let lastInstant: { readonly text: string; readonly at: Date } | undefined

/** Parses `20261124T101500Z` and no other form; refuses a day that does not exist. */
function instantOf(text: string): Date | undefined {
  if (text === lastInstant?.text) return lastInstant.at
  const at = readInstant(text)
  if (at) lastInstant = { text, at }
  return at
}

function readInstant(text: string): Date | undefined {
  const m = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!m) return undefined
  const at = new Date(`${m[1]}-${m[2]}-${m[3]}T${m[4]}:${m[5]}:${m[6]}Z`)
  return Number.isNaN(at.getTime()) || at.getUTCDate() !== Number(m[3]) ? undefined : at
}

/** Refuses a header that occurs twice: one reader would use the first, another the last. */
function singleHeader({ rawHeaders }: SignedRequest, name: string): string | undefined {
  let found: string | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i]!
    if (header.length !== name.length || header.toLowerCase() !== name) continue
    if (found !== undefined) throw incomplete(`the header '${name}' was sent twice`)
    found = rawHeaders[i + 1]!
  }
  return found
}

function queryFields(rawQuery: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    if (name.startsWith('X-Amz-') && fields.has(name))
      throw incomplete(`the parameter '${name.slice(0, 64)}' was sent twice`)
    fields.set(name, value)
  }
  return fields
}

const incomplete = (message: string) => commonFault('IncompleteSignature', message)
const mismatch = (message: string) => commonFault('SignatureDoesNotMatch', message)

import { commonFault } from '../kernel/aws-fault.ts'

/** A request as it came in: nothing decoded, nothing joined. */
export interface SignedRequest {
  readonly method: string
  readonly rawPath: string
  /** Without the question mark. */
  readonly rawQuery: string
  /** Node's flat list: name, value, name, value. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/** Who signed what, and for where: what a client says alike in all its calls of a day. */
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

/** What a request claims; nothing in it is proved yet. */
export interface Signature extends Claimed {
  readonly sessionToken: string | undefined
  /** Its date is the scope's. */
  readonly amzDate: string
  readonly signedAt: Date
  readonly bytes: Buffer
  readonly presigned: boolean
}

const algorithm = 'AWS4-HMAC-SHA256'
const mostExpiresSeconds = 7 * 24 * 60 * 60

/** The claimed signature; undefined when there is none. Throws AwsFault IncompleteSignature and the like on one that can't be read. */
export function readSignature(request: SignedRequest): Signature | undefined {
  const authorization = singleHeader(request, 'authorization')
  const presigned = request.rawQuery.includes('X-Amz-') && queryFields(request.rawQuery)
  if (presigned && (presigned.has('X-Amz-Signature') || presigned.has('X-Amz-Algorithm'))) {
    if (authorization !== undefined) throw incomplete('Only one of the Authorization header and X-Amz-Signature may be given')
    return ofQuery(presigned)
  }
  return authorization === undefined ? undefined : ofHeader(authorization, request)
}

function ofHeader(authorization: string, request: SignedRequest): Signature {
  if (!authorization.startsWith(`${algorithm} `)) {
    throw incomplete(`Unsupported AWS 'algorithm': expected '${algorithm}'`)
  }
  const { claimed, signature } = readAuthorization(authorization)
  const amzDate = singleHeader(request, 'x-amz-date')
  if (amzDate === undefined) throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
  if (singleHeader(request, 'x-amz-content-sha256') === 'UNSIGNED-PAYLOAD') throw incomplete('UNSIGNED-PAYLOAD is not taken by this service')
  const sessionToken = singleHeader(request, 'x-amz-security-token')
  if (sessionToken !== undefined && !claimed.signedHeaders.includes('x-amz-security-token')) {
    throw incomplete("'x-amz-security-token' must be a signed header")
  }
  return assemble(claimed, { signature, amzDate, sessionToken })
}

/** By the text before the signature. Anybody may write one: the memory is small, and forgets all at once. */
const claimedBefore = new Map<string, Claimed>()
const mostClaimed = 2000
const mostClaimedCharacters = 1024
const signatureCharacters = 64
const lastFieldCharacters = 'Signature='.length + signatureCharacters
const plainEnd = /^[ ,]Signature=[0-9a-f]{64}$/

function readAuthorization(authorization: string): { readonly claimed: Claimed; readonly signature: string } {
  // Only the form that clients write is remembered: what stands before is then read alike, whatever the signature.
  const end = authorization.length - lastFieldCharacters
  const plain = end > 0 && end <= mostClaimedCharacters && plainEnd.test(authorization.slice(end - 1))
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

/** The three fields that are needed, each once; others are passed over. */
function authorizationFields(authorization: string): typeof noFields {
  const fields = { ...noFields }
  for (const part of authorization.slice(algorithm.length + 1).split(',')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, equals).trim()
    if (equals < 0) throw incomplete('Authorization header holds a field that can not be read')
    if (name !== 'Credential' && name !== 'SignedHeaders' && name !== 'Signature') continue
    if (fields[name] !== '') throw incomplete('Authorization header holds a field that can not be read')
    fields[name] = part.slice(equals + 1).trim()
    if (fields[name] === '') break
  }
  if (!fields.Credential) throw incomplete("Authorization header requires 'Credential' parameter.")
  if (!fields.SignedHeaders) throw incomplete("Authorization header requires 'SignedHeaders' parameter.")
  if (!fields.Signature) throw incomplete("Authorization header requires 'Signature' parameter.")
  return fields
}

function ofQuery(fields: ReadonlyMap<string, string>): Signature {
  const need = (name: string): string => {
    const value = fields.get(name)
    if (!value) throw incomplete(`AWS query-string parameters must include '${name}'.`)
    return value
  }
  if (need('X-Amz-Algorithm') !== algorithm) throw incomplete(`Unsupported AWS 'algorithm': expected '${algorithm}'`)
  // Checked where it is there, and never counted: presigned requests live as long as all others.
  const expires = fields.get('X-Amz-Expires')
  if (expires !== undefined && (!/^\d{1,6}$/.test(expires) || Number(expires) > mostExpiresSeconds)) throw incomplete("'X-Amz-Expires' must be a number of seconds, at most a week")
  const claimed = readClaimed(need('X-Amz-Credential'), need('X-Amz-SignedHeaders'))
  const parts = { signature: need('X-Amz-Signature'), amzDate: need('X-Amz-Date'), sessionToken: fields.get('X-Amz-Security-Token') }
  return { ...assemble(claimed, parts), presigned: true }
}

function readClaimed(credential: string, signedHeaders: string): Claimed {
  const parts = credential.split('/')
  const [accessKeyId, date, region, service, terminator] = parts
  if (parts.length !== 5 || !accessKeyId || !date || !region || !service) {
    throw incomplete(`Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential.slice(0, 128)}'`)
  }
  if (terminator !== 'aws4_request') throw mismatch("Credential should be scoped with a valid terminator: 'aws4_request'. ")
  if (!/^[a-z]{2,3}(-[a-z]+)+-\d{1,2}$/.test(region)) throw mismatch('Credential should be scoped to a valid region. ')
  const names = signedHeaders.split(';')
  if (!names.includes('host')) throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  if (names.length > 100 || names.some((name) => name !== name.toLowerCase())) throw incomplete('SignedHeaders can not be read')
  return { accessKeyId, scope: credential.slice(accessKeyId.length + 1), date, region, service, signedHeaders: names }
}

interface Parts {
  readonly signature: string
  readonly amzDate: string
  readonly sessionToken: string | undefined
}

function assemble(claimed: Claimed, { signature, amzDate, sessionToken }: Parts): Signature {
  const { accessKeyId, scope, date, region, service, signedHeaders } = claimed
  const signedAt = instantOf(amzDate)
  if (!signedAt) throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${amzDate.slice(0, 64)}'. See http://en.wikipedia.org/wiki/ISO_8601`)
  if (date !== amzDate.slice(0, 8)) throw mismatch(`Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date.slice(0, 16)}' != '${amzDate.slice(0, 8)}', from '${amzDate}'.`)
  if (!/^[0-9a-f]{64}$/.test(signature)) throw mismatch('The signature must be 64 lower-case hexadecimal digits. ')
  return {
    accessKeyId, scope, date, region, service, signedHeaders, sessionToken, amzDate, signedAt,
    bytes: Buffer.from(signature, 'hex'), presigned: false,
  }
}

/** The requests of one second carry one text. */
let lastInstant: { readonly text: string; readonly at: Date } | undefined

/** `20261124T101500Z` and nothing else; a day that no calendar has is refused. */
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

/** Twice the same header is refused: one reader would see the first, another the last. */
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
    if (name.startsWith('X-Amz-') && fields.has(name)) throw incomplete(`the parameter '${name.slice(0, 64)}' was sent twice`)
    fields.set(name, value)
  }
  return fields
}

const incomplete = (message: string) => commonFault('IncompleteSignature', message)
const mismatch = (message: string) => commonFault('SignatureDoesNotMatch', message)

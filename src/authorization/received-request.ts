import type { Signature, SignedRequest } from '../credentials/sigv4.ts'
import type { Service } from './declared-service.ts'
import { Unproved } from './outcome.ts'

/** A request as the service received it. */
export interface ReceivedRequest {
  readonly Method: string
  /** Not decoded, from the request line; without the query. */
  readonly Path: string
  /** Without the question mark. */
  readonly Query: string
  /** Name and value of each header, none joined. `:authority` stands as `host`. */
  readonly Headers: readonly (readonly [name: string, value: string])[]
  /** SHA-256 of the body in hexadecimal digits, or `UNSIGNED-PAYLOAD`. */
  readonly PayloadHash: string
}

export const unsignedPayload = 'UNSIGNED-PAYLOAD'
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const noBody = Buffer.alloc(0)

/**
 * Checks that a received request can be read in one way only, and was sent to this service. Returns
 * it in the form that signatures are verified in. Throws Unproved.
 */
export function readReceived(
  request: ReceivedRequest,
  { hosts }: Pick<Service, 'hosts'>,
): SignedRequest {
  refuseUnclearPath(request.Path)
  // Signed as `%3B`, and yet the end of a parameter to some readers.
  if (request.Query.includes(';')) throw unclear('the query has a semicolon: write it as %3B')
  const found = request.Headers.filter(([name]) => name.toLowerCase() === 'host')
  if (found.length !== 1) throw unclear(`the request has ${found.length} Host headers`)
  const host = found[0]![1].trim().toLowerCase()
  if (!hosts.includes(host) && !hosts.includes(host.replace(/:(?:80|443)$/, '')))
    throw new Unproved('WrongHost', `arrived for \`${host}\`, and the settings do not have it`)
  return {
    method: request.Method,
    rawPath: request.Path,
    rawQuery: request.Query,
    rawHeaders: request.Headers.flat(),
    body: noBody,
  }
}

/**
 * Refuses what a proxy, the service and its framework may read differently (RFC 3986, section 6;
 * RFC 9110, section 4.2.3): encoded slashes, backslashes, percent signs and dots, empty and dot
 * segments, control characters, UTF-8 that is not well formed or has other forms.
 */
function refuseUnclearPath(path: string): void {
  if (!path.startsWith('/')) throw unclear('the path does not begin with a slash')
  if (/%(?:2f|5c|25|2e|[01][0-9a-f]|7f)|[\\;#?\s]/i.test(path))
    throw unclear('the path has an encoded slash, percent sign, dot or control character')
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    throw unclear('the path is not well-formed UTF-8')
  }
  if (decoded.normalize('NFKC') !== decoded)
    throw unclear('the path has characters with other forms: write it in Unicode NFKC')
  const segments = decoded.split('/').slice(1)
  if (
    segments.some(
      (one, at) => one === '.' || one === '..' || (one === '' && at + 1 < segments.length),
    )
  )
    throw unclear('the path has empty or dot segments')
}

/**
 * Checks what the signature covers against what the service acts on. Returns the payload hashes of
 * which one has to be signed. Throws Unproved.
 */
export function payloadHashes(
  { Headers, PayloadHash }: ReceivedRequest,
  signature: Signature,
  { payload, signedHeaders }: Pick<Service, 'payload' | 'signedHeaders'>,
): readonly string[] {
  const seen = new Set<string>()
  for (const [written] of Headers) {
    const name = written.toLowerCase()
    const signed = signature.signedHeaders.includes(name)
    if (signed && seen.has(name)) throw unclear(`the signed header \`${name}\` was sent twice`)
    if (!signed && signedHeaders.includes(name))
      throw new Unproved('UnsignedHeader', `the header \`${name}\` is not signed`)
    seen.add(name)
  }
  const claimed = Headers.find(
    ([name]) => name.toLowerCase() === 'x-amz-content-sha256',
  )?.[1].trim()
  const proved = PayloadHash !== unsignedPayload
  if (payload === 'hashed') {
    if (!proved || claimed === unsignedPayload)
      throw new Unproved('UnprovedPayload', 'the settings want the hash of every payload')
    if (claimed !== undefined && claimed !== PayloadHash)
      throw new Unproved('UnprovedPayload', 'x-amz-content-sha256 is not the hash of the body')
    return [PayloadHash]
  }
  if (claimed !== undefined) {
    if (proved && claimed !== unsignedPayload && claimed !== PayloadHash)
      throw new Unproved('UnprovedPayload', 'x-amz-content-sha256 is not the hash of the body')
    return [claimed]
  }
  if (proved) return signature.presigned ? [PayloadHash, unsignedPayload] : [PayloadHash]
  return signature.presigned ? [emptyHash, unsignedPayload] : [emptyHash]
}

const unclear = (detail: string) => new Unproved('UnclearRequest', detail)

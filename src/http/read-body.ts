import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type KnowsCaller,
  largeBodyBytes,
  largeBodyPath,
  largeOperation,
  mostLargeBodies,
  tellingBytes,
} from '../aws/large-bodies.ts'
import { type AwsFault, commonFault } from '../kernel/aws-fault.ts'

export interface BodyReaderPorts {
  /** The largest body of most operations. */
  readonly bodyBytes: number
  /** Whether a caller may send the larger body that a few operations accept. Absent: none may. */
  readonly knowsCaller?: KnowsCaller | undefined
}

/** The path and query of a request, not decoded, and where it came from. */
export interface Target {
  readonly rawPath: string
  readonly rawQuery: string
  readonly sourceAddress: string
}

/**
 * Reads bodies without decompressing them, because the signature and the limit apply to the bytes
 * on the wire. Returns a fault for a body that may not be read; never settles when the client
 * disconnects. A body beyond the limit must declare its length, begin with an operation that
 * accepts more, and be signed with a known access key; until that is checked, no more than the
 * limit is held. Access keys are no secret: one of them, and one address, has one place at a time.
 */
export function bodyReader({
  bodyBytes,
  knowsCaller,
}: BodyReaderPorts): (
  req: IncomingMessage,
  res: ServerResponse,
  target: Target,
) => Promise<Buffer | AwsFault> {
  /** Who holds the places: an access key and an address each. */
  const large = new Set<readonly [key: string, sourceAddress: string]>()

  /** Occupies one of the places for large bodies until the response closes. */
  async function admit(
    req: IncomingMessage,
    res: ServerResponse,
    { rawPath, rawQuery, sourceAddress }: Target,
    beginning: Buffer,
  ): Promise<AwsFault | undefined> {
    const { method = '', rawHeaders } = req
    if (rawPath !== largeBodyPath && largeOperation(beginning) === undefined)
      return tooLarge(bodyBytes)
    const key = await knowsCaller?.({ method, rawHeaders, rawPath, rawQuery })
    if (key === undefined) return tooLarge(bodyBytes)
    const isHeld = [...large].some(([its, address]) => its === key || address === sourceAddress)
    if (isHeld || large.size >= mostLargeBodies)
      return commonFault(
        'ServiceUnavailable',
        'Other large requests are being read. Try again in a moment.',
      )
    if (res.closed) return tooLarge(bodyBytes)
    const place = [key, sourceAddress] as const
    large.add(place)
    res.once('close', () => large.delete(place))
    return undefined
  }

  return (req, res, target) => {
    const { promise, resolve } = Promise.withResolvers<Buffer | AwsFault>()
    const { 'content-encoding': encoding, 'content-length': length, authorization } = req.headers
    const declared = Number(length ?? 0)
    const asksForMore =
      declared > bodyBytes &&
      declared <= largeBodyBytes &&
      authorization !== undefined &&
      knowsCaller !== undefined
    let most = bodyBytes
    const parts: Buffer[] = []
    let bytes = 0
    let asked = false

    async function ask(): Promise<void> {
      asked = true
      req.pause()
      const refused = await admit(req, res, target, Buffer.concat(parts))
      if (refused) return resolve(refused)
      most = declared
      req.resume()
    }

    req.on('error', () => undefined)
    req.on('data', (part: Buffer) => {
      bytes += part.length
      const undecided = asksForMore && !asked
      if (bytes > most && !undecided) return resolve(tooLarge(bodyBytes))
      parts.push(part)
      if (undecided && bytes >= tellingBytes)
        ask().catch(() => resolve(commonFault('InternalFailure', 'The request could not be read.')))
    })
    req.on('end', () => resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts)))
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
      resolve(commonFault('MalformedQueryString', 'The body of the request could not be read.'))
    if (declared > bodyBytes && !asksForMore) resolve(tooLarge(bodyBytes))
    return promise
  }
}

function tooLarge(bodyBytes: number): AwsFault {
  return commonFault('RequestEntityTooLarge', `The request is larger than ${bodyBytes} bytes.`)
}

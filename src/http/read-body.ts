import type { IncomingMessage, ServerResponse } from 'node:http'
import { type KnowsCaller, largeBodyBytes, mayBeLarge, mostLargeBodies, tellingBytes } from '../aws/large-bodies.ts'
import { type AwsFault, commonFault } from '../kernel/aws-fault.ts'

export interface BodyReaderPorts {
  /** The largest body of all operations but a few. */
  readonly bodyBytes: number
  /** Who may send the few a larger one. Absent: nobody. */
  readonly knowsCaller?: KnowsCaller
}

/** The path and query of a request, as they came. */
export interface Target {
  readonly rawPath: string
  readonly rawQuery: string
}

/**
 * Reads bodies: the bytes as they came, no inflation, since the signature and the cap are of the bytes on the wire. A fault for what may
 * not be read; never settles when the caller goes away. Past the cap goes only what tells its length, begins with an operation that takes
 * more, and is signed in the name of a known key; until that is clear no more than the cap is held.
 */
export function bodyReader({ bodyBytes, knowsCaller }: BodyReaderPorts): (req: IncomingMessage, res: ServerResponse, target: Target) => Promise<Buffer | AwsFault> {
  let large = 0

  /** Takes one of the places for large bodies until the answer is out. */
  async function admit(req: IncomingMessage, res: ServerResponse, target: Target, beginning: Buffer): Promise<AwsFault | undefined> {
    const { method = '', rawHeaders } = req
    if (!mayBeLarge(beginning) || !await knowsCaller?.({ method, rawHeaders, ...target })) return tooLarge(bodyBytes)
    if (large >= mostLargeBodies) return commonFault('ServiceUnavailable', 'Other large requests are being read. Try again in a moment.')
    if (res.closed) return tooLarge(bodyBytes)
    large++
    res.once('close', () => {
      large--
    })
    return undefined
  }

  return (req, res, target) => {
    const { promise, resolve } = Promise.withResolvers<Buffer | AwsFault>()
    const { 'content-encoding': encoding, 'content-length': length, authorization } = req.headers
    const declared = Number(length ?? 0)
    const asksForMore = declared > bodyBytes && declared <= largeBodyBytes && authorization !== undefined && knowsCaller !== undefined
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
      if (undecided && bytes >= tellingBytes) ask().catch(() => resolve(commonFault('InternalFailure', 'The request could not be read.')))
    })
    req.on('end', () => resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts)))
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') resolve(commonFault('MalformedQueryString', 'The body of the request could not be read.'))
    if (declared > bodyBytes && !asksForMore) resolve(tooLarge(bodyBytes))
    return promise
  }
}

function tooLarge(bodyBytes: number): AwsFault {
  return commonFault('RequestEntityTooLarge', `The request is larger than ${bodyBytes} bytes.`)
}

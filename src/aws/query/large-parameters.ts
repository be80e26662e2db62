import { isUtf8 } from 'node:buffer'
import { slices } from '../../credentials/in-slices.ts'
import {
  addParameter,
  brokenEncoding,
  notUtf8,
  type ParameterLimits,
  type Parameters,
} from './parameters.ts'

const [ampersand, equals, percent, plus, space] = Buffer.from('&=%+ ') as unknown as number[]
/** Bytes that are decoded before the clock is asked. */
const step = 16 * 1024

/**
 * As `readParameters`, for a body over the normal limit, and in slices that let other work run.
 * Rejects with MalformedQueryString.
 */
export async function readLargeParameters(
  body: Buffer,
  into: Parameters,
  limits: ParameterLimits,
): Promise<void> {
  const pause = slices()
  for (let start = 0; start < body.length; ) {
    // Skip empty pairs at once: to pause after each of millions costs seconds.
    if (body[start] === ampersand) {
      start++
      continue
    }
    const found = body.indexOf(ampersand!, start)
    const end = found === -1 ? body.length : found
    const pair = body.subarray(start, end)
    const named = pair.indexOf(equals!)
    const name = named === -1 ? pair : pair.subarray(0, named)
    const value = named === -1 ? pair.subarray(pair.length) : pair.subarray(named + 1)
    const texts = [await decoded(name, pause), await decoded(value, pause)] as const
    addParameter(texts, into, limits)
    start = end + 1
    await pause()
  }
}

async function decoded(text: Buffer, pause: () => Promise<void> | undefined): Promise<string> {
  // Escapes must not complete a character that the body began in raw bytes.
  if (!isUtf8(text)) throw notUtf8()
  const plain = Buffer.alloc(text.length)
  let length = 0
  for (let at = 0; at < text.length; ) {
    const end = Math.min(at + step, text.length)
    while (at < end) {
      const byte = text[at++]!
      if (byte !== percent) plain[length++] = byte === plus ? space! : byte
      else {
        plain[length++] = hexByte(text, at)
        at += 2
      }
    }
    await pause()
  }
  const bytes = plain.subarray(0, length)
  if (!isUtf8(bytes)) throw brokenEncoding()
  return bytes.toString('utf8')
}

function hexByte(text: Buffer, at: number): number {
  const value = digit(text[at]) * 16 + digit(text[at + 1])
  if (Number.isNaN(value)) throw brokenEncoding()
  return value
}

/** NaN for what is no hexadecimal digit. */
function digit(byte: number | undefined): number {
  if (byte === undefined) return Number.NaN
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN
}

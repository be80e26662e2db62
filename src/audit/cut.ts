/**
 * Size limits of one event, in bytes of its JSON (CloudTrail user guide, "CloudTrail record
 * contents": 100 KB for parameters and response, 1 KB for a message, 256 KB for an event). A call
 * from an unauthenticated sender has lower limits, because such calls cost the sender nothing.
 */
export const eventBudget = {
  parameters: 100 * 1024,
  unprovedParameters: 8 * 1024,
  response: 100 * 1024,
  chain: 28 * 1024,
  message: 1024,
  userAgent: 1024,
  event: 256 * 1024,
} as const

/** JSON's longest escape of one UTF-16 unit: a backslash, u, four hexadecimal digits. */
const mostBytesPerUnit = 6

/**
 * Returns `value` unchanged when its JSON has at most `budget` bytes. Otherwise keeps its members
 * in order while they fit, cuts the last text, and adds `omitted: true` to the object, which is how
 * CloudTrail marks a cut field. Accepts plain data only: objects, arrays, texts, numbers, booleans,
 * null.
 */
export function cutToBudget(value: unknown, budget: number): unknown {
  const upper = upperBytes(value, budget * mostBytesPerUnit)
  if (upper <= budget) return value
  if (upper <= budget * mostBytesPerUnit && isPlainlyWithin(value, budget)) return value
  const left = { bytes: budget }
  const cut = taken(value, left)
  if (left.bytes >= 0) return cut
  return isObject(cut) ? { ...cut, omitted: true } : { value: cut, omitted: true }
}

/** Returns a text whose JSON has at most `budget` bytes; a cut one ends with `…`. */
export function cutText(text: string, budget: number): string {
  if (text.length * mostBytesPerUnit <= budget) return text
  return takenText(text, { bytes: budget })
}

/** Returns an upper bound of the bytes of the JSON of `value`; stops counting beyond `enough`. */
function upperBytes(value: unknown, enough: number): number {
  if (typeof value === 'string') return value.length * mostBytesPerUnit + 2
  if (typeof value !== 'object' || value === null) return 32
  let bytes = 2
  // Without a list of pairs: most of what is counted here is small, and counted at every call.
  for (const key of Object.keys(value)) {
    const inner = (value as Readonly<Record<string, unknown>>)[key]
    bytes += key.length * mostBytesPerUnit + 4 + upperBytes(inner, enough)
    if (bytes > enough) break
  }
  return bytes
}

/**
 * Whether the JSON of `value` is within the budget and has nothing whose bytes have to be counted
 * one by one: writing it costs a tenth of taking it apart.
 */
function isPlainlyWithin(value: unknown, budget: number): boolean {
  const text = JSON.stringify(value)
  return text.length <= budget && !/[^\x20-\x7e]/.test(text)
}

interface Left {
  /** Below zero: something was cut. */
  bytes: number
}

function taken(value: unknown, left: Left): unknown {
  if (typeof value === 'string') return takenText(value, left)
  if (Array.isArray(value)) return takenMembers(value, left)
  if (isObject(value)) return takenObject(value, left)
  left.bytes -= 32
  return value
}

function takenMembers(members: readonly unknown[], left: Left): unknown[] {
  const kept: unknown[] = []
  left.bytes -= 2
  for (const member of members) {
    left.bytes -= 1
    if (left.bytes <= 0) {
      left.bytes = -1
      break
    }
    kept.push(taken(member, left))
  }
  return kept
}

function takenObject(object: Record<string, unknown>, left: Left): Record<string, unknown> {
  const kept: [string, unknown][] = []
  left.bytes -= 2
  for (const [key, inner] of Object.entries(object)) {
    if (inner === undefined) continue
    left.bytes -= jsonBytes(key) + 2
    if (left.bytes <= 0) {
      left.bytes = -1
      break
    }
    kept.push([key, taken(inner, left)])
  }
  return Object.fromEntries(kept)
}

function takenText(text: string, left: Left): string {
  const bytes = jsonBytes(text)
  if (bytes <= left.bytes) {
    left.bytes -= bytes
    return text
  }
  let room = left.bytes - jsonBytes('…')
  let end = 0
  while (end < text.length) {
    const code = text.codePointAt(end)!
    room -= codePointBytes(code)
    if (room < 0) break
    end += code > 0xffff ? 2 : 1
  }
  left.bytes = -1
  return `${text.slice(0, end)}…`
}

/** Returns the bytes of a text as JSON in UTF-8, including quotes. */
function jsonBytes(text: string): number {
  let bytes = 2
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at)!
    bytes += codePointBytes(code)
    if (code > 0xffff) at++
  }
  return bytes
}

const shortEscapes = new Set([...'\b\t\n\f\r"\\'].map((one) => one.charCodeAt(0)))

/** `JSON.stringify` escapes lone surrogates too (ECMA-262, QuoteJSONString). */
function codePointBytes(code: number): number {
  if (shortEscapes.has(code)) return 2
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return mostBytesPerUnit
  if (code < 0x7f) return 1
  // C1 and direction controls are also escaped as `\uXXXX` (kernel/visible-text.ts).
  if (code < 0xa0 || (code >= 0x2000 && code < 0x2070)) return mostBytesPerUnit
  if (code < 0x800) return 2
  return code > 0xffff ? 4 : 3
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

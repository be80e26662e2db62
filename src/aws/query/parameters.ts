import { isUtf8 } from 'node:buffer'
import { commonFault } from '../../kernel/aws-fault.ts'

/** Limits for the parameters of a call, besides the limit on its body. */
export interface ParameterLimits {
  readonly parameters: number
  /** Segments of a dotted name: `Tags.member.1.Key` has four. */
  readonly depth: number
}
export const defaultParameterLimits: ParameterLimits = { parameters: 2000, depth: 12 }

/** The flat parameters of a call. Callers choose the keys, so this is a Map and not an object. */
export type Parameters = Map<string, string>

/** Form bytes as text; throws MalformedQueryString when they are not UTF-8. */
export function formText(body: Buffer): string {
  if (!isUtf8(body)) throw notUtf8()
  return body.toString('utf8')
}

/**
 * Adds the pairs of one `application/x-www-form-urlencoded` text to `into`. A name given twice is
 * refused: of two values, which one was checked is anyone's guess. Throws MalformedQueryString.
 */
export function readParameters(text: string, into: Parameters, limits: ParameterLimits): void {
  let start = 0
  while (start < text.length) {
    let end = text.indexOf('&', start)
    if (end === -1) end = text.length
    if (end > start) {
      const equals = text.indexOf('=', start)
      const named = equals === -1 || equals > end ? end : equals
      const name = decoded(text.slice(start, named))
      const value = named === end ? '' : decoded(text.slice(named + 1, end))
      addParameter([name, value], into, limits)
    }
    start = end + 1
  }
}

/**
 * Adds a decoded pair. Refuses a duplicate name, because parsers differ about which value counts.
 */
export function addParameter(
  [name, value]: readonly [string, string],
  known: Parameters,
  limits: ParameterLimits,
): void {
  if (known.has(name))
    throw commonFault(
      'MalformedQueryString',
      `The parameter ${name.slice(0, 128)} was given more than once.`,
    )
  if (known.size >= limits.parameters)
    throw commonFault(
      'MalformedQueryString',
      `A request may have at most ${limits.parameters} parameters.`,
    )
  known.set(name, value)
}

export const notUtf8 = () =>
  commonFault('MalformedQueryString', 'The request body is not valid UTF-8.')
export const brokenEncoding = () =>
  commonFault('MalformedQueryString', 'The request has a percent-encoding that is not valid UTF-8.')

function decoded(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw brokenEncoding()
  }
}

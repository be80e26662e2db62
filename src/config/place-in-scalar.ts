import { Scalar } from 'yaml'

/**
 * Returns where the character at `offset` of a scalar's value is in the file. Counts the characters
 * other than white space, because blocks, folded lines and plain texts change only white space.
 * Returns undefined where the value was written with escapes.
 */
export function placeInScalar(
  file: string,
  { range, type, value }: Scalar,
  offset: number,
): number | undefined {
  if (!range || typeof value !== 'string') return undefined
  const [start, end] = range
  const written = file.slice(start, end)
  if (type === Scalar.QUOTE_DOUBLE && written.includes('\\')) return undefined
  const isBlock = type === Scalar.BLOCK_LITERAL || type === Scalar.BLOCK_FOLDED
  const isQuoted = type === Scalar.QUOTE_SINGLE || type === Scalar.QUOTE_DOUBLE
  const head = isBlock ? written.indexOf('\n') + 1 : Number(isQuoted)
  let before = value.slice(0, offset).replace(/\s/g, '').length
  for (let at = head; at < written.length; at++) {
    if (/\s/.test(written[at]!)) continue
    if (before === 0) return start + at
    before--
    // A quote within single quotes is written twice (YAML 1.2.2, section 7.3.2).
    if (type === Scalar.QUOTE_SINGLE && written.startsWith("''", at)) at++
  }
  return undefined
}

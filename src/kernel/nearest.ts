/**
 * Returns the text of `known` that `text` is most likely a misspelling of: at most a third of its
 * letters differ, ignoring case. Undefined when none is near.
 */
export function nearest(text: string, known: Iterable<string>): string | undefined {
  if (text.length > 100) return undefined
  let best: string | undefined
  let least = Math.max(1, Math.floor(text.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase())
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

/**
 * Counts the insertions, deletions, replacements and swaps of neighbours that turn one text into
 * the other.
 */
export function editDistance(from: string, to: string): number {
  let before: number[] = []
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same)
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (swapped) next[j] = Math.min(next[j]!, before[j - 2]! + 1)
    }
    ;[before, row] = [row, next]
  }
  return row[to.length]!
}

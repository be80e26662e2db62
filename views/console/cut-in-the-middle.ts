/**
 * Widths of letters, in ems. They are those of DejaVu Sans Bold, the widest of the faces that
 * `--sans` may come to, so that what fits in it fits in the others. The first that matches counts.
 */
const widths: readonly (readonly [letters: RegExp, ems: number])[] = [
  [/^[ijlI.,:;'|!()[\]/\s-]/, 0.46],
  [/^[frt_"*{}]/, 0.52],
  [/^[a-ln-vx-z\d$?]/, 0.72],
  [/^[A-LN-VX-Z+=&~<>#]/, 0.86],
  [/^[mwMW@%…]/, 1.11],
  [/^\p{Script=Latin}/u, 1.11],
]
/** Of other scripts, and of pictures. */
const widest = 1.4

const ellipsis = '…'
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** More letters than these fit nowhere. */
const mostLetters = 200

/** Returns at least how wide the text is drawn, in ems. */
export function widthOf(text: string): number {
  return lettersOf(text).reduce((sum, letter) => sum + widthOfLetter(letter), 0)
}

/**
 * Returns the text, or as much of its beginning and its end as is at most so wide: what ARNs and
 * long names differ in stands at their end.
 */
export function cutInTheMiddle(text: string, ems: number): string {
  if (text.length <= mostLetters && widthOf(text) <= ems) return text
  const [before, after] = [text.slice(0, mostLetters), text.slice(-mostLetters)].map(lettersOf)
  const [head, tail]: [string[], string[]] = [[], []]
  let room = ems - widthOfLetter(ellipsis)
  while (before!.length > 0 && after!.length > 0) {
    const isFirst = head.length <= tail.length
    const letter = isFirst ? before!.shift()! : after!.pop()!
    room -= widthOfLetter(letter)
    if (room < 0) break
    if (isFirst) head.push(letter)
    else tail.unshift(letter)
  }
  return `${head.join('')}${ellipsis}${tail.join('')}`
}

function lettersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}

function widthOfLetter(letter: string): number {
  return widths.find(([letters]) => letters.test(letter))?.[1] ?? widest
}

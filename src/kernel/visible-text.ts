/**
 * Characters that a terminal or a viewer interprets instead of showing: C0 except tab and line
 * feed, DEL and C1 (ECMA-48), line and paragraph separators, and bidirectional controls (Unicode
 * Standard Annex 9); and unpaired surrogates, which no encoding can carry.
 */
const obeyed = new RegExp(
  String.raw`[\0-\x08\x0b-\x1f\x7f-\x9f]|\p{Surrogate}` +
    String.raw`|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]`,
  'gu',
)
const beyondAscii = /[^\x20-\x7e]/

/**
 * Escapes those characters as `\uXXXX`, which JSON reads back as the character, so that text chosen
 * by others can't move an operator's cursor or reverse a line of the audit trail. For text that
 * leaves for a terminal, a log or the trail.
 */
export function visibleText(text: string): string {
  // Nearly every line is plain ASCII, which one pass without alternatives finds.
  if (!beyondAscii.test(text)) return text
  return text.replace(
    obeyed,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

import { html, type Safe, type Shown } from './html.ts'

/** The names of the places of a sentence: `{role}`. */
type Places<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Places<Rest>
  : never

/**
 * Puts parts of a page into the places of a sentence: `'You act as {role}.'` with `role`. The rest
 * of the sentence is text, and escaped as such.
 */
export function filled<S extends string>(
  sentence: S,
  parts: Readonly<Record<Places<S>, Shown>>,
): Safe {
  const pieces = sentence.split(/\{(\w+)\}/)
  return html`${pieces.map((piece, i) => (i % 2 === 0 ? piece : parts[piece as Places<S>]))}`
}

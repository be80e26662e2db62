/**
 * A document as people read it: JSON on one line gets line breaks and two spaces a level. Text that
 * has lines already, or is no JSON, stays as it is written.
 */
export function indented(text: string): string {
  if (text.includes('\n')) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

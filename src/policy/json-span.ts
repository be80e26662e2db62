import type { Json } from './json.ts'

/** The offset after the last character of a value of the text. */
export function endOf(text: string, value: Json): number {
  switch (value.type) {
    case 'object':
      return value.end
    case 'string':
      return endOfString(text, value.at)
    case 'array': {
      const last = value.items.at(-1)
      return text.indexOf(']', last ? endOf(text, last) : value.at) + 1
    }
    case 'null':
      return value.at + 'null'.length
    default:
      return value.at + value.text.length
  }
}

/** The offset after the closing quote of the string that opens at `at`. */
export function endOfString(text: string, at: number): number {
  let end = at + 1
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  return end + 1
}

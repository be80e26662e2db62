/** Text that needs no more escaping. Only `html` makes it, so everything else is escaped. */
export class Safe {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

export type Shown = Safe | string | number | false | null | undefined | readonly Shown[]

/**
 * Escapes every value for element content and for quoted attributes. Joins lists, and renders
 * absent values and `false` as nothing. Must not be used inside `<script>` or `<style>`, nor in an
 * unquoted attribute.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Shown[]): Safe {
  let text = parts[0] ?? ''
  for (let i = 0; i < values.length; i++) text += shown(values[i]) + parts[i + 1]
  return new Safe(text)
}

function shown(value: Shown): string {
  if (value === undefined || value === null || value === false) return ''
  if (value instanceof Safe) return value.text
  if (typeof value === 'object') {
    let text = ''
    for (const one of value) text += shown(one)
    return text
  }
  return escapeText(String(value))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

const needsEscape = /[&<>"'`]/
const allToEscape = /[&<>"'`]/g

function escapeText(text: string): string {
  return needsEscape.test(text) ? text.replace(allToEscape, (sign) => entities[sign]!) : text
}

/** Allows line breaks after the colons and slashes of an ARN or a path. */
export function breakable(text: string): Safe {
  const pieces = text.split(/(?<=[:/])/)
  return html`${pieces.map((piece, i) => (i === 0 ? html`${piece}` : html`<wbr>${piece}`))}`
}

/** Allows a line break between words: `DataAnalyst` may break before `Analyst`. */
export function breakableName(name: string): Safe {
  const pieces = name.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[_.@=,+-])/)
  return html`${pieces.map((piece, i) => (i === 0 ? html`${piece}` : html`<wbr>${piece}`))}`
}

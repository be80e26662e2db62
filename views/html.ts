/** Text that may stand in a page as it is. Only `html` makes it, so everything else is escaped. */
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
 * Escapes every value for element content and for quoted attributes. Lists are joined, absent values and `false` are nothing.
 * Never inside `<script>` or `<style>`, nor in an attribute without quotes: the pages have none.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Shown[]): Safe {
  let text = parts[0] ?? ''
  values.forEach((value, i) => {
    text += shown(value) + (parts[i + 1] ?? '')
  })
  return new Safe(text)
}

function shown(value: Shown): string {
  if (value === undefined || value === null || value === false) return ''
  if (value instanceof Safe) return value.text
  if (typeof value === 'object') return value.map(shown).join('')
  return escapeText(String(value))
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' }

function escapeText(text: string): string {
  return text.replace(/[&<>"'`]/g, (sign) => entities[sign]!)
}

/** An ARN or a path that may break after colons and slashes. */
export function breakable(text: string): Safe {
  const pieces = text.split(/(?<=[:/])/)
  return html`${pieces.map((piece, i) => (i === 0 ? html`${piece}` : html`<wbr>${piece}`))}`
}

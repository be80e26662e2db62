type Child = Node | string | undefined | false

/** Makes an element with attributes and children; `true` writes an attribute without a value. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | boolean | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value)
  made.append(...children.filter((child) => child !== undefined && child !== false))
  return made
}

/** A button that sends nothing. */
export function button(
  words: string,
  pressed: () => void,
  attributes: Readonly<Record<string, string | undefined>> = {},
): HTMLButtonElement {
  const made = element('button', { type: 'button', class: 'btn sm', ...attributes }, words)
  made.addEventListener('click', pressed)
  return made
}

let last = 0
/** A control under its label. */
export function field(
  words: string,
  control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement,
  more = '',
): HTMLDivElement {
  control.id = `v${++last}`
  const label = element('label', { for: control.id }, words)
  return element('div', { class: `field ${more}`.trim() }, label, control)
}

/** A line of text; `changed` is called when it is left with another text. */
export function line(value: string, changed: (value: string) => void, list?: string) {
  const made = element('input', { autocomplete: 'off', spellcheck: 'false', list })
  made.value = value
  made.addEventListener('change', () => changed(made.value.trim()))
  return made
}

/** A choice of values, each with its words. */
export function choice(
  options: readonly (readonly [value: string, words: string])[],
  value: string,
  changed: (value: string) => void,
): HTMLSelectElement {
  const made = element('select')
  for (const [one, words] of options) made.append(new Option(words, one, false, one === value))
  made.addEventListener('change', () => changed(made.value))
  return made
}

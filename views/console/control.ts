import { listOf, pairsOf } from '../../src/console/fields.ts'
import type { Control, FieldShown, Option } from '../../src/console/form-shown.ts'
import { breakable, html, type Safe } from '../html.ts'
import { words } from './words.ts'

/** Whether a field has several inputs, so that its label stands for a group. */
export function isGroup({ kind }: Control): boolean {
  return kind === 'radio' || kind === 'pick' || kind === 'pairs'
}

/**
 * Selects the limits that each control supports. A text area has no pattern attribute; the server
 * checks every limit.
 */
export function limitAttributes({ control, limits }: Pick<FieldShown, 'control' | 'limits'>): Safe {
  const { min, max, required, type } = limits
  const pattern = control.kind === 'line' ? browserPattern(limits.patternText) : undefined
  const isText = ['line', 'lines', 'secret'].includes(control.kind)
  const isNumber = control.kind === 'number' && type === 'integer'
  return html`${required && control.kind !== 'check' && html` required`}${
    isText && min !== undefined && min > 0 && html` minlength="${min}"`
  }${isText && max !== undefined && html` maxlength="${max}"`}${
    pattern !== undefined && html` pattern="${pattern}"`
  }${isNumber && min !== undefined && html` min="${min}"`}${
    isNumber && max !== undefined && html` max="${max}"`
  }`
}

/**
 * Returns the model's pattern if browsers can compile it: HTML uses the flag `v`, under which a
 * hyphen at the end of a class must be escaped.
 */
export function browserPattern(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  return [text, text.replaceAll(/-\]/g, '\\-]')].find((pattern) => {
    try {
      return new RegExp(pattern, 'v')
    } catch {
      return undefined
    }
  })
}

/** `attributes`: of the control's one input; a group has inputs of its own. */
export function controlView(
  field: Pick<FieldShown, 'control' | 'value' | 'name' | 'limits'>,
  attributes: Safe,
): Safe {
  const { control, value, name, limits } = field
  switch (control.kind) {
    case 'line':
      return html`<input type="text" value="${value}" autocomplete="off" spellcheck="false"${
        attributes
      }>`
    case 'security-key':
      throw new Error('a ceremony fills this field')
    case 'secret':
      if (control.rows !== undefined)
        return html`<textarea rows="${control.rows}" class="code" spellcheck="false"
 autocomplete="off"${attributes}></textarea>${fileView(name, control.file)}`
      return html`<input type="password" autocomplete="new-password"${attributes}>`
    case 'number':
      return html`<input type="number" value="${value}" step="1"${attributes}>`
    case 'check':
      return html`<label class="check"><input type="checkbox" value="true"${
        value === 'true' && html` checked`
      }${attributes}><span>${control.words}</span></label>`
    case 'lines':
      // HTML drops the first line break of a text area's content.
      return html`<textarea rows="${control.rows}"${
        control.code && html` class="code" spellcheck="false"`
      }${attributes}>
${value}</textarea>${fileView(name, control.file)}`
    case 'choice':
      return html`<select${attributes}>${control.options.map(
        (option) =>
          html`<option value="${option.value}"${option.value === value && html` selected`}>${
            option.words
          }</option>`,
      )}</select>`
    case 'radio':
      return html`${control.options.map((option) =>
        boxView('radio', name, option, option.value === value),
      )}`
    case 'pairs':
      return pairsView(name, value, control.rows)
    case 'pick':
      return pickView(control, { name, value, required: limits.required })
  }
}

/** A file that the script puts into the field; it is not sent itself. */
function fileView(name: string, accept: string | undefined): Safe | undefined {
  if (accept === undefined) return undefined
  return html`<div class="js row"><label class="small" for="i-${name}-file">${words.file}</label>
<input type="file" id="i-${name}-file" accept="${accept}" data-fills="i-${name}"
><span class="error" role="alert" hidden>${words.tooLong}</span></div>`
}

function boxView(type: 'radio' | 'checkbox', name: string, option: Option, isOn: boolean): Safe {
  const { value, words: said, help } = option
  return html`<label class="check"><input type="${type}" name="${name}" value="${value}"${
    isOn && html` checked`
  }><span>${breakable(said)}${
    help !== undefined && html`<span class="sub">${breakable(help)}</span>`
  }</span></label>
`
}

const spareRows = 3

/** Keys and values in rows, with some to spare. */
function pairsView(name: string, value: string, most: number): Safe {
  const pairs = pairsOf(value)
  const rows = Math.min(most, pairs.length + spareRows)
  const { key, value: valueWords, more } = words.pairs
  return html`<div class="pairs"><span aria-hidden="true">${key}</span>
<span aria-hidden="true">${valueWords}</span>${Array.from({ length: rows }, (_, i) => {
    const [k, v] = pairs[i] ?? ['', '']
    return html`
<input type="text" name="${name}.k" value="${k}" autocomplete="off" aria-label="${key} ${i + 1}">
<input type="text" name="${name}.v" value="${v}" autocomplete="off" aria-label="${valueWords} ${
      i + 1
    }">`
  })}</div>
${
  rows < most &&
  html`<p><button class="btn sm" name="_go" value="more" formnovalidate>${more}</button></p>`
}`
}

type PickControl = Extract<Control, { kind: 'pick' }>

interface Picked {
  readonly name: string
  readonly value: string
  readonly required: boolean
}

/** Things to choose from, with a search that the script answers for what the page holds. */
function pickView(pick: PickControl, { name, value, required }: Picked): Safe {
  const { many, options, more, sought } = pick
  const chosen = new Set(many ? listOf(value) : [value])
  const type = many ? 'checkbox' : 'radio'
  const none = many || required ? [] : [{ value: '', words: words.pick.none }]
  return html`<div class="pick" data-pick>
<div class="row"><input type="search" name="_find.${name}" value="${sought}" autocomplete="off"
 spellcheck="false" aria-label="${words.pick.find}"><input type="hidden" name="_found.${name}"
 value="${sought}"><button class="btn" name="_go" value="find" formnovalidate>${
   words.pick.button
 }</button></div>
<div class="options" tabindex="0" role="group" aria-label="${words.pick.find}">
${none.map((one) => boxView(type, name, one, chosen.has('')))}${options.map((one) =>
  boxView(type, name, one, chosen.has(one.value)),
)}${options.length === 0 && html`<p class="muted">${words.pick.nothing}</p>`}</div>
${more && html`<p class="help">${words.pick.more}</p>`}</div>`
}

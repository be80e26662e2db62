import type { Control, FieldShown, FormContent } from '../../src/console/shown.ts'
import { glyph } from '../glyph.ts'
import { breakableName, html, type Safe } from '../html.ts'
import { csrfField } from '../layout.ts'
import { problem } from '../message.ts'
import { ceremonyPart } from '../security-keys/ceremony.ts'
import type { Frame, Inside } from './frame.ts'

/** Renders a form whose attributes are the limits that the server checks against. */
export function formView(form: FormContent, { csrf }: Frame): Inside {
  const { title, says, locked, keep } = form
  const failed = form.problem !== undefined
  return {
    title,
    failed,
    body: html`<div class="head"><div><h1>${breakableName(title)}</h1>
${says !== undefined && locked === undefined && html`<p>${says}</p>`}</div></div>
${form.problem && html`<div class="notice">${problem(form.problem)}</div>`}
${
  locked === undefined
    ? fillable(form, csrf)
    : html`<div class="msg">${glyph('lock')}<div><p>${locked}</p></div></div>
<p class="mt"><a class="btn" href="${keep.href}">Go back</a></p>`
}`,
  }
}

function fillable({ fields, ceremony, button, keep }: FormContent, csrf: string): Safe {
  return html`<form method="post" class="narrow">${csrfField(csrf)}
${fields.map((field) =>
  field.control.kind === 'security-key' ? askedOf(field, ceremony) : fieldView(field),
)}
<div class="actions${fields.length > 0 && ' mt-l'}"><button class="btn pri">${button}</button>
<a class="btn" href="${keep.href}">${keep.text}</a></div></form>`
}

/** What was asked of a key is never shown again: it is good for one form. */
function askedOf({ name, problem: wrong }: FieldShown, ceremony: FormContent['ceremony']): Safe {
  return html`<div class="field">${wrong !== undefined && errorLine(`i-${name}-e`, wrong)}${
    ceremony && ceremonyPart(name, ceremony)
  }</div>`
}

/** A field with its label, its help and what is wrong with it. */
export function fieldView(field: FieldShown): Safe {
  const { name, label, help, was, now, problem: wrong } = field
  const id = `i-${name}`
  const told = [
    ...(wrong === undefined ? [] : [`${id}-e`]),
    ...(now === undefined ? [] : [`${id}-n`]),
    ...(help === undefined ? [] : [`${id}-h`]),
  ]
  const attributes = html` id="${id}" name="${name}"${
    told.length > 0 && html` aria-describedby="${told.join(' ')}"`
  }${wrong !== undefined && html` aria-invalid="true"`}${limitAttributes(field)}`
  return html`<div class="field"><label for="${id}">${label}</label>
<input type="hidden" name="_was.${name}" value="${was}">
${controlView(field.control, field.value, attributes)}
${wrong !== undefined && errorLine(`${id}-e`, wrong)}
${now !== undefined && html`<p class="error" id="${id}-n">It is now: ${now || 'empty'}</p>`}
${help !== undefined && html`<p class="help" id="${id}-h">${help}</p>`}</div>`
}

export function errorLine(id: string, wrong: string): Safe {
  return html`<p class="error" id="${id}">${glyph('warning')} ${wrong}</p>`
}

/**
 * Selects the limits that each control supports. A text area has no pattern attribute; the server
 * checks every limit.
 */
export function limitAttributes({ control, limits }: Pick<FieldShown, 'control' | 'limits'>): Safe {
  const { min, max, required, type } = limits
  const pattern = control.kind === 'line' ? browserPattern(limits.patternText) : undefined
  const isText = control.kind === 'line' || control.kind === 'lines'
  const isNumber = control.kind === 'number' && type === 'integer'
  return html`${required && html` required`}${
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

export function controlView(control: Control, value: string, attributes: Safe): Safe {
  switch (control.kind) {
    case 'line':
      return html`<input type="text" value="${value}" autocomplete="off"${attributes}>`
    case 'security-key':
      throw new Error('a ceremony fills this field')
    case 'number':
      return html`<input type="number" value="${value}" step="1"${attributes}>`
    case 'lines':
      // HTML drops the first line break of a text area's content.
      return html`<textarea rows="${control.rows}"${attributes}>
${value}</textarea>`
    case 'choice':
      return html`<select${attributes}>${control.options.map(
        (option) =>
          html`<option value="${option.value}"${option.value === value && html` selected`}>${
            option.words
          }</option>`,
      )}</select>`
  }
}

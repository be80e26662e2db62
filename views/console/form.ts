import type { FieldShown, FormContent } from '../../src/console/form-shown.ts'
import type { Terms } from '../../src/console/shown.ts'
import { glyph } from '../glyph.ts'
import { breakableName, html, type Safe } from '../html.ts'
import { csrfField } from '../layout.ts'
import { problem } from '../message.ts'
import { ceremonyPart } from '../security-keys/ceremony.ts'
import { cellView } from './cell.ts'
import { controlView, isGroup, limitAttributes } from './control.ts'
import { sectionView } from './detail.ts'
import type { Frame, Inside } from './frame.ts'
import { whyAddress } from './refusals.ts'
import { words } from './words.ts'

/** Renders a form whose attributes are the limits that the server checks against. */
export function formView(form: FormContent, { csrf, now, page }: Frame): Inside {
  const { title, says, locked, keep, steps, sections = [] } = form
  const failed = form.problem !== undefined
  const { status } = form
  const kept = failed && status === undefined
  return {
    title,
    failed: failed && !kept,
    body: html`<div class="head"><div><h1>${breakableName(title)}</h1>
${says !== undefined && locked === undefined && html`<p>${says}</p>`}</div></div>
${form.problem && noticeView(form.problem, page, kept)}
${locked === undefined && steps && stepsView(steps)}
${
  sections.length > 0 &&
  html`<div class="stack-l sections">${sections.map((one, i) =>
    sectionView(one, `f${i}`, now),
  )}</div>`
}
${
  locked === undefined
    ? fillable(form, csrf, now)
    : html`<div class="msg">${glyph('lock')}<div><p>${locked}</p></div></div>
<p class="mt"><a class="btn" href="${keep.href}">${words.form.goBack}</a></p>`
}`,
  }
}

function noticeView(
  told: NonNullable<FormContent['problem']>,
  page: Frame['page'],
  kept: boolean,
): Safe {
  const why = told.reference === undefined ? undefined : whyAddress(told.reference, page)
  return html`<div class="notice">${kept ? keptView(told) : problem({ ...told, why })}</div>`
}

/** What was typed before the session ended stands in the form again. */
function keptView({ title, next }: NonNullable<FormContent['problem']>): Safe {
  return html`<div class="msg" role="status">${glyph('info')}<div>
<p><b>${title}</b></p><p>${next}</p></div></div>`
}

function fillable(form: FormContent, csrf: string, now: Date): Safe {
  const { fields, button, keep, steps, review, carried = [], once, danger } = form
  const apart = fields.length > 0 || review !== undefined
  return html`<form method="post" class="narrow">${csrfField(csrf)}
${once !== undefined && html`<input type="hidden" name="_once" value="${once}">`}
${steps && html`<input type="hidden" name="_step" value="${steps.at}">`}
${carried.map(
  ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">
`,
)}
${fields.some(({ control }) => control.kind === 'pick') && enterButton()}
${review && reviewView(review, now)}
${fields.map((field) =>
  field.control.kind === 'security-key' ? askedOf(field, form.ceremony) : fieldView(field),
)}
<div class="actions${apart && ' mt-l'}"><button class="btn pri${danger && ' danger'}" name="_go"
 value="next">${button}</button>
${
  steps &&
  steps.at > 0 &&
  html`<button class="btn" name="_go" value="step:${steps.at - 1}" formnovalidate>${
    words.back
  }</button>`
}
<a class="btn" href="${keep.href}">${keep.text}</a></div></form>`
}

/** The form's first button is the one that the Enter key presses: a search comes before sending. */
function enterButton(): Safe {
  return html`<button class="vh" name="_go" value="enter" tabindex="-1" aria-hidden="true">
</button>`
}

function stepsView({ titles, at }: NonNullable<FormContent['steps']>): Safe {
  const told = words.stepOf(at + 1, titles.length)
  return html`<nav aria-label="${words.steps}"><p class="vh">${told}</p>
<ol class="steps">${titles.map(
    (title, i) =>
      html`<li${i === at && html` aria-current="step"`}${
        i < at && html` class="past"`
      }>${title}</li>`,
  )}</ol></nav>`
}

function reviewView(review: Terms, now: Date): Safe {
  return html`<h2>${words.review}</h2>
<dl class="dl ruled mt">${review.map(
    ([label, value]) => html`<dt>${label}</dt><dd>${cellView(value, now)}</dd>`,
  )}</dl>`
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
  const described = told.length > 0 && html` aria-describedby="${told.join(' ')}"`
  const invalid = wrong !== undefined && html` aria-invalid="true"`
  const notes = html`${wrong !== undefined && errorLine(`${id}-e`, wrong)}
${now !== undefined && html`<p class="error" id="${id}-n">${words.isNow(now)}</p>`}
${help !== undefined && html`<p class="help" id="${id}-h">${help}</p>`}`
  const before = html`<input type="hidden" name="_was.${name}" value="${was}">`
  if (isGroup(field.control))
    return html`<fieldset class="field"${described}><legend>${label}</legend>
${before}${controlView(field, html``)}${notes}</fieldset>`
  const attributes = html` id="${id}" name="${name}"${described}${invalid}${limitAttributes(field)}`
  return html`<div class="field">${
    field.control.kind !== 'check' && html`<label for="${id}">${label}</label>`
  }
${before}
${controlView(field, attributes)}
${notes}</div>`
}

export function errorLine(id: string, wrong: string): Safe {
  return html`<p class="error" id="${id}">${glyph('warning')} ${wrong}</p>`
}

import type { AskContent, AskFieldShown } from '../../src/console/ask-shown.ts'
import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { csrfField } from '../layout.ts'
import { problem } from '../message.ts'
import { controlView, limitAttributes } from './control.ts'
import { actionsView, sectionView } from './detail.ts'
import { errorLine } from './form.ts'
import type { Frame, Inside } from './frame.ts'
import { words } from './words.ts'

/** Renders a question beside its answer. */
export function askView(ask: AskContent, { csrf, now }: Frame): Inside {
  const { title, says, answers, empty, again, onward } = ask
  const failed = ask.problem !== undefined
  return {
    title,
    failed,
    again,
    body: html`<div class="head"><div><h1>${title}</h1><p>${says}</p></div>
${actionsView(ask.links ?? [])}</div>
${ask.problem && html`<div class="notice">${problem(ask.problem)}</div>`}
<div class="cols rev">
${questionView(ask, csrf)}
<div class="stack-l">${
      answers.length === 0
        ? !failed && html`<div class="empty">${glyph('search')}<p>${empty}</p></div>`
        : answers.map(
            (one, i) =>
              html`${sectionView(one, `a${i}`, now)}${
                i === 0 && onward && onwardView(onward, csrf)
              }`,
          )
    }</div></div>`,
  }
}

function onwardView({ text, href, fields }: NonNullable<AskContent['onward']>, csrf: string): Safe {
  return html`<form method="post" action="${href}">${csrfField(csrf)}
${hiddenFields(fields)}<button class="btn pri">${text}</button></form>`
}

function hiddenFields(fields: Readonly<Record<string, string>>): Safe {
  return html`${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">
`,
  )}`
}

function questionView(ask: AskContent, csrf: string): Safe {
  const { method, fields, more, hidden = {}, button, others = [] } = ask
  return html`<form id="ask" method="${method}" class="sec" aria-label="${words.ask.question}">
${method === 'post' && csrfField(csrf)}
${hiddenFields(hidden)}
${fields.map(fieldView)}
${more.map(groupView)}
<div class="actions mt"><button class="btn pri">${button}</button>
${others.map(
  ({ text, name, value }) =>
    html`<button class="btn" name="${name}" value="${value}">${text}</button>`,
)}</div></form>`
}

function groupView({ title, fields }: AskContent['more'][number]): Safe {
  const used = fields.some(({ value, problem }) => value !== '' || problem !== undefined)
  return html`<details class="mt"${used && html` open`}><summary>${title}</summary>
${fields.map(fieldView)}</details>`
}

function fieldView(field: AskFieldShown): Safe {
  const { name, label, help, problem: wrong, suggestions = [] } = field
  const id = `q-${name}`
  const told = [
    ...(wrong === undefined ? [] : [`${id}-e`]),
    ...(help === undefined ? [] : [`${id}-h`]),
  ]
  const attributes = html` id="${id}" name="${name}"${
    field.control.kind === 'lines' && html` class="code"`
  }${told.length > 0 && html` aria-describedby="${told.join(' ')}"`}${
    wrong !== undefined && html` aria-invalid="true"`
  }${suggestions.length > 0 && html` list="${id}-l"`}${limitAttributes(field)}`
  return html`<div class="field"><label for="${id}">${label}</label>
${controlView(field, attributes)}
${
  suggestions.length > 0 &&
  html`<datalist id="${id}-l">${suggestions.map((one) => html`<option>${one}</option>`)}</datalist>`
}
${wrong !== undefined && errorLine(`${id}-e`, wrong)}
${help !== undefined && html`<p class="help" id="${id}-h">${help}</p>`}</div>`
}

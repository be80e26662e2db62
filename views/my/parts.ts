import type { QrPath } from '../../src/console/my/qr-path.ts'
import { html, type Safe } from '../html.ts'
import { csrfField } from '../layout.ts'
import { qrPicture } from '../qr-picture.ts'
import { words } from './words.ts'

/** A part of a page: its heading, what it is for, and what can be done. */
export function part(
  { id, title, says, action }: Part,
  body: Safe | readonly (Safe | undefined)[],
): Safe {
  return html`<section class="sec" aria-labelledby="${id}">
<div class="sec-head"><h2 id="${id}">${title}</h2>
${action && html`<span class="push">${action}</span>`}</div>
${says !== undefined && html`<p class="small muted says">${says}</p>`}
${body}</section>`
}

interface Part {
  readonly id: string
  readonly title: string
  readonly says?: string | undefined
  readonly action?: Safe | undefined
}

/** A form that is one button, with what it acts on. */
export function button(asked: {
  readonly csrf: string
  readonly action: string
  readonly text: string
  readonly look?: 'sm' | 'danger' | undefined
  readonly fields?: Readonly<Record<string, string>>
}): Safe {
  const { csrf, action, text, look, fields = {} } = asked
  return html`<form action="${action}" method="post">${csrfField(csrf)}
${Object.entries(fields).map(
  ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
)}<button class="btn${look && ` ${look}`}">${text}</button></form>`
}

/** The key of a device. Black on white, by day and by night: readers expect it. */
export function qrView({ seed, qr }: ShownSeed): Safe {
  const inFours = seed.match(/.{1,4}/g)?.join(' ') ?? seed
  return html`<div class="row">
${qrPicture({ ...qr, label: words.qrLabel })}
<dl class="dl small"><dt>${words.seed}</dt><dd><code>${inFours}</code></dd></dl></div>`
}

export interface ShownSeed {
  /** In base32. */
  readonly seed: string
  readonly qr: QrPath
}

/** The two fields of codes in a row. */
export function twoCodes(bad: boolean): Safe {
  return html`${codeField('code', words.firstCode, bad)}
${codeField('next-code', words.nextCode, bad)}`
}

function codeField(name: string, label: string, bad: boolean): Safe {
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" inputmode="numeric" autocomplete="off" maxlength="16"
 required${bad && html` aria-invalid="true"`}></div>`
}

/** The name at the end of a device's ARN, or the number of a hardware device. */
export function deviceName(serialNumber: string): string {
  return serialNumber.slice(serialNumber.lastIndexOf('/') + 1)
}

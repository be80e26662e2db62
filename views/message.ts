import { type GlyphName, glyph } from './glyph.ts'
import { html, type Safe } from './html.ts'
import { type Branding, gateway } from './layout.ts'
import { words } from './words.ts'

/**
 * What happened, what to do next, and the reference; never the cause, which could help an attacker.
 */
export interface Problem {
  readonly title: string
  readonly next: string
  readonly reference?: string | undefined
  /** The page that explains the reference. */
  readonly why?: string | undefined
  /** The person's input caused it: the fields are marked. */
  readonly fields?: boolean | undefined
}

export function problem({ title, next, reference, why }: Problem): Safe {
  return html`<div class="msg bad" role="alert" tabindex="-1">${glyph('warning')}
<div><p><b>${title}</b></p><p>${next}</p></div></div>
${reference !== undefined && refbox(reference, words.message.referenceIfYouAsk, why)}`
}

/** `why`: the address of the page that explains it, where there is one. */
export function refbox(reference: string, label: string, why?: string): Safe {
  return html`<p class="refbox mt">
<span class="muted">${label}</span><span class="ref">${reference}</span>${
    why !== undefined && html` <a href="${why}">${words.message.why}</a>`
  }</p>`
}

export interface Message {
  readonly brand: Branding
  readonly title: string
  readonly glyph?: GlyphName | undefined
  readonly text: string
  readonly reference?: string | undefined
  readonly actions: readonly { readonly href: string; readonly text: string }[]
  readonly details?: Safe | undefined
}

/**
 * Renders a page without fields: an end, a refusal or a next step. The first action is the primary
 * one.
 */
export function messagePage({
  brand,
  title,
  glyph: name = 'warning',
  text,
  reference,
  actions,
  details,
}: Message): Safe {
  return gateway({
    title,
    brand,
    glyph: name,
    wide: true,
    address: actions[0]?.href,
    content: html`<p>${text}</p>
${reference !== undefined && refbox(reference, words.message.giveThemThisReference)}
${actions.length > 0 && html`<div class="actions mt">${actions.map(actionLink)}</div>`}
${details}`,
  })
}

function actionLink({ href, text }: Message['actions'][number], i: number): Safe {
  return html`<a class="btn${i === 0 && ' pri'}" href="${href}">${text}</a>`
}

import { html, type Safe } from './html.ts'
import { glyph, type GlyphName } from './glyph.ts'
import { type Branding, gateway } from './layout.ts'

/** What happened, what to do next, and the reference: never the cause that helps an attacker. */
export interface Problem {
  readonly title: string
  readonly next: string
  readonly reference?: string
  /** The person's input did it: the fields are marked. */
  readonly fields?: boolean
}

export function problem({ title, next, reference }: Problem): Safe {
  return html`<div class="msg bad" role="alert" tabindex="-1">${glyph('warning')}<div><p><b>${title}</b></p><p>${next}</p></div></div>
${reference !== undefined && refbox(reference, 'Reference, if you ask for help')}`
}

export function refbox(reference: string, label: string): Safe {
  return html`<p class="refbox mt"><span class="muted">${label}</span><span class="ref">${reference}</span></p>`
}

export interface Message {
  readonly brand: Branding
  readonly title: string
  readonly glyph?: GlyphName
  readonly text: string
  readonly reference?: string
  readonly actions: readonly { readonly href: string; readonly text: string }[]
  readonly details?: Safe
}

/** A page with nothing to fill in: an end, a refusal, a way on. The first action is the primary one. */
export function messagePage({ brand, title, glyph: name = 'warning', text, reference, actions, details }: Message): Safe {
  return gateway({
    title, brand, glyph: name, wide: true,
    content: html`<p>${text}</p>
${reference !== undefined && refbox(reference, 'Give them this reference')}
${actions.length > 0 && html`<div class="actions mt">${actions.map(({ href, text: words }, i) => html`<a class="btn${i === 0 && ' pri'}" href="${href}">${words}</a>`)}</div>`}
${details}`,
  })
}

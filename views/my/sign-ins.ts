import type { LastSignIn } from '../../src/sign-in/last-sign-ins.ts'
import { breakable, html, type Safe } from '../html.ts'
import { type Branding, clockTime, csrfField, gateway } from '../layout.ts'
import { words } from './words.ts'

export interface SignInsPage {
  readonly brand: Branding
  readonly csrf: string
  readonly now: Date
  /** Who is signed in. */
  readonly name: string
  readonly signIns: readonly LastSignIn[]
}

/** `/portal/sign-ins`: the person's own, each with a button for one that was not theirs. */
export function signInsPage({ brand, csrf, now, name, signIns }: SignInsPage): Safe {
  return gateway({
    title: words.signIns,
    brand,
    glyph: 'clock',
    line: name,
    wide: true,
    content: html`<p class="small muted">${words.signInsSays}</p>
${signIns.length === 0 && html`<p class="muted">${words.noSignIns}</p>`}
${signIns.length > 0 && list(csrf, now, signIns)}
<p class="small muted mt">${words.notMe}? ${words.notMeSays}</p>
<p class="mt"><a class="btn" href="/portal">${words.backToPortal}</a></p>`,
  })
}

function list(csrf: string, now: Date, signIns: readonly LastSignIn[]): Safe {
  return html`<form action="/portal/sign-ins/not-me" method="post">${csrfField(csrf)}
<ul class="stack-l mt">${signIns.map(
    ({ at, address, userAgent }) => html`<li><b>${clockTime(new Date(at), now)}</b> ·
<code>${address}</code><br><span class="small muted">${breakable(userAgent)}</span><br>
<button class="btn sm" name="at" value="${at}" aria-label="${words.notMeAt(at)}">${
      words.notMe
    }</button></li>`,
  )}</ul></form>`
}

import { html, type Safe } from '../html.ts'
import { type Branding, csrfField, gateway } from '../layout.ts'
import { words } from './words.ts'

/** `GET /signout` asks; only the button signs out. */
export function signOutPage({
  brand,
  csrf,
  everywhere,
}: {
  readonly brand: Branding
  readonly csrf: string
  /** Whether it is known whose other sessions can be ended. */
  readonly everywhere: boolean
}): Safe {
  return gateway({
    title: words.signOut.signOut,
    brand,
    glyph: 'exit',
    line: brand.name,
    content: html`<p>${words.signOut.thisEndsYourSign}</p>
<form action="/signout" method="post" class="actions mt">${csrfField(csrf)}
<button class="btn pri">${words.signOut.signOut}</button><a class="btn"
  href="/portal">${words.signOut.staySignedIn}</a></form>
${everywhere && everywherePart(csrf)}`,
  })
}

function everywherePart(csrf: string): Safe {
  return html`<section class="mt-l"><h2>${words.signOut.everywhere}</h2>
<p class="mt">${words.signOut.thisEndsEverySign}</p>
<form action="/signout/everywhere" method="post" class="mt">${csrfField(csrf)}
<button class="btn danger block">${words.signOut.signOutEverywhere}</button></form></section>`
}

import { html, type Safe } from '../html.ts'
import { type Branding, csrfField, gateway } from '../layout.ts'

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
    title: 'Sign out',
    brand,
    glyph: 'exit',
    line: brand.name,
    content: html`<p>This ends your sign-in and the open console in this browser.
Credentials that you copied stay valid until their time is up.</p>
<form action="/signout" method="post" class="actions mt">${csrfField(csrf)}
<button class="btn pri">Sign out</button><a class="btn" href="/portal">Stay signed in</a></form>
${everywhere && everywherePart(csrf)}`,
  })
}

function everywherePart(csrf: string): Safe {
  return html`<section class="mt-l"><h2>Everywhere</h2>
<p class="mt">This ends every sign-in and console of yours, in all browsers, and every temporary
credential that you took. Programs that use one are refused from their next call on.</p>
<form action="/signout/everywhere" method="post" class="mt">${csrfField(csrf)}
<button class="btn danger block">Sign out everywhere</button></form></section>`
}

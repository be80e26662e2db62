import { html, type Safe } from '../html.ts'
import { type Branding, csrfField, gateway } from '../layout.ts'

/** `GET /signout` asks; only the button signs out. */
export function signOutPage({ brand, csrf }: { readonly brand: Branding; readonly csrf: string }): Safe {
  return gateway({
    title: 'Sign out', brand, glyph: 'exit', line: brand.name,
    content: html`<p>This ends your sign-in and the open console in this browser. Credentials that you copied stay valid until their time is up.</p>
<form action="/signout" method="post" class="actions mt">${csrfField(csrf)}<button class="btn pri">Sign out</button><a class="btn" href="/portal">Stay signed in</a></form>`,
  })
}

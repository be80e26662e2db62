import { html, type Safe } from '../html.ts'
import { type Branding, gateway } from '../layout.ts'
import { words } from './words.ts'

export interface AppSignOutPage {
  readonly brand: Branding
  readonly action: string
  /** The form's own secret. */
  readonly xsrf: string
}

/** Asks whether to sign out, when an app sent the person here. */
export function appSignOutPage({ brand, action, xsrf }: AppSignOutPage): Safe {
  return gateway({
    title: words.signOut.signOut,
    brand,
    glyph: 'exit',
    line: brand.name,
    content: html`<p>${words.signOut.thisEndsYourSign}</p>
<form action="${action}" method="post" class="actions mt">
<input type="hidden" name="xsrf" value="${xsrf}">
<button class="btn pri" name="logout" value="yes">${words.signOut.signOut}</button>
<button class="btn">${words.signOut.staySignedIn}</button></form>`,
  })
}

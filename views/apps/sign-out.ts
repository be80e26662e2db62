import { html, type Safe } from '../html.ts'
import { type Branding, gateway } from '../layout.ts'

export interface AppSignOutPage {
  readonly brand: Branding
  readonly action: string
  /** The form's own secret. */
  readonly xsrf: string
}

/** Asks whether to sign out, when an app sent the person here. */
export function appSignOutPage({ brand, action, xsrf }: AppSignOutPage): Safe {
  return gateway({
    title: 'Sign out',
    brand,
    glyph: 'exit',
    line: brand.name,
    content: html`<p>This ends your sign-in here, and what it gave to apps.</p>
<form action="${action}" method="post" class="actions mt">
<input type="hidden" name="xsrf" value="${xsrf}">
<button class="btn pri" name="logout" value="yes">Sign out</button>
<button class="btn">Stay signed in</button></form>`,
  })
}

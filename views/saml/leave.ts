import { html, type Safe } from '../html.ts'
import { type Branding, gateway } from '../layout.ts'

/**
 * After signing out here, on to the identity provider. A page and not a redirect: the policy of the form that was sent lets it
 * lead nowhere else.
 */
export function leavePage({ brand, url, way }: { readonly brand: Branding; readonly url: string; readonly way: string }): Safe {
  return gateway({
    title: 'You are signed out here', brand, glyph: 'exit', line: brand.name,
    content: html`<meta http-equiv="refresh" content="0;url=${url}">
<p>Next, ${way} signs you out too.</p>
<div class="actions mt"><a class="btn pri" href="${url}">Go on</a></div>`,
  })
}

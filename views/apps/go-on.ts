import { html, type Safe } from '../html.ts'
import { type Branding, gateway } from '../layout.ts'
import { words } from './words.ts'

/**
 * Goes on to an address. A page instead of a redirect, because browsers apply the `form-action` of
 * a page to every redirect after its form, and this road may end at an app.
 */
export function goOnPage({ brand, url }: { readonly brand: Branding; readonly url: string }): Safe {
  return gateway({
    title: words.goOn.justAMoment,
    brand,
    line: brand.name,
    content: html`<meta http-equiv="refresh" content="0;url=${url}">
<div class="actions mt"><a class="btn pri" href="${url}">${words.goOn.goOn}</a></div>`,
  })
}

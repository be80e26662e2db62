import { filled } from '../filled.ts'
import { html, type Safe } from '../html.ts'
import { type Branding, gateway } from '../layout.ts'
import { words } from './words.ts'

/**
 * Leads to the identity provider after signing out here. A page instead of a redirect, because the
 * CSP of the page whose form was sent allows no other target.
 */
export function leavePage({
  brand,
  url,
  connector,
}: {
  readonly brand: Branding
  readonly url: string
  readonly connector: string
}): Safe {
  return gateway({
    title: words.leave.youAreSignedOut,
    brand,
    glyph: 'exit',
    line: brand.name,
    content: html`<meta http-equiv="refresh" content="0;url=${url}">
<p>${filled(words.leave.nextSignsYouOut, { connector })}</p>
<div class="actions mt"><a class="btn pri" href="${url}">${words.leave.goOn}</a></div>`,
  })
}

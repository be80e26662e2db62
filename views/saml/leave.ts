import { html, type Safe } from '../html.ts'
import { type Branding, gateway } from '../layout.ts'

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
    title: 'You are signed out here',
    brand,
    glyph: 'exit',
    line: brand.name,
    content: html`<meta http-equiv="refresh" content="0;url=${url}">
<p>Next, ${connector} signs you out too.</p>
<div class="actions mt"><a class="btn pri" href="${url}">Go on</a></div>`,
  })
}

import { html, type Safe } from '../html.ts'
import { type Branding, gateway } from '../layout.ts'
import { words } from './words.ts'

/**
 * Tells apps of a sign-out by frames that nobody sees. They may clear what they keep in the
 * browser, and neither lead the page elsewhere nor open windows.
 */
export function logoutFrames(addresses: readonly string[]): Safe {
  return html`${addresses.map(
    (address) => html`<iframe hidden title="${words.frames.signingOut}" src="${address}"
 sandbox="allow-scripts allow-same-origin" referrerpolicy="no-referrer"></iframe>
`,
  )}`
}

const showsSeconds = 2

/**
 * Tells apps of a sign-out, then goes back to the one that asked for it. The script goes on after
 * the same time for everybody; without it browsers count from when the frames are there, and the
 * link is there at once.
 */
export function leaveByFramesPage({
  brand,
  url,
  frames,
}: {
  readonly brand: Branding
  readonly url: string
  readonly frames: readonly string[]
}): Safe {
  return gateway({
    title: words.frames.youAreSignedOut,
    brand,
    glyph: 'exit',
    line: brand.name,
    content: html`<meta http-equiv="refresh" content="${showsSeconds};url=${url}">
<p>${words.frames.nextYouGoBack}</p>
<div class="actions mt">
<a class="btn pri" data-go-on="${showsSeconds}" href="${url}">${words.frames.goOn}</a></div>
${logoutFrames(frames)}`,
  })
}

import { assetAddress } from '../src/http/assets.ts'
import { html, type Safe, type Shown } from './html.ts'
import { type GlyphName, glyph, wordmark } from './glyph.ts'

/** What the operator set: the company's name and where its people get help. */
export interface Branding {
  readonly name: string
  readonly helpUrl?: string | undefined
  readonly privacyUrl?: string | undefined
}

export interface Page {
  readonly title: string
  readonly brand: Branding
  readonly body: Safe
  readonly bodyClass?: 'gate' | 'console'
  /** Seconds until the page has to be fetched again: the end of a session. */
  readonly endsInSeconds?: number
  /** Names the console session of this page to other tabs, and when it opened. */
  readonly console?: { readonly marker: string; readonly openedAt: Date }
}

/** Every page's frame. The policy forbids inline scripts and styles; there are none. */
export function layout({ title, brand, body, bodyClass, endsInSeconds, console: session }: Page): Safe {
  // A second later, so that the server agrees that it has ended.
  const refresh = endsInSeconds === undefined ? undefined : Math.max(1, Math.ceil(endsInSeconds) + 1)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${brand.name}</title>
<meta name="color-scheme" content="light dark">
${refresh !== undefined && html`<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>
`}<link rel="icon" href="${assetAddress('favicon.svg')}">
<link rel="stylesheet" href="${assetAddress('gatehouse.css')}">
<script src="${assetAddress('gatehouse.js')}" defer></script>
</head>
<body${bodyClass && html` class="${bodyClass}"`}${refresh !== undefined && html` data-reload="${refresh}"`}${session && html` data-console="${session.marker}" data-opened="${session.openedAt.getTime()}"`}>
${body}
</body>
</html>
`
}

export interface Gateway {
  readonly title: string
  readonly heading?: string
  readonly glyph?: GlyphName
  readonly line?: Shown
  readonly wide?: boolean
  readonly content: Safe
  readonly brand: Branding
}

/** One task in one arch: sign-in, messages, ends. */
export function gateway({ title, heading = title, glyph: name = 'mark', line, wide, content, brand }: Gateway): Safe {
  return layout({
    title, brand, bodyClass: 'gate',
    body: html`<main class="gateway${wide && ' wide'}" id="main">
<div class="arch">
<header>
  ${glyph(name)}
  <h1>${unbroken(heading)}</h1>
  ${line && html`<p>${line}</p>`}
</header>
${content}
</div>
</main>
<footer class="gate-foot">
  ${wordmark()}
  ${brand.helpUrl !== undefined && html`<a href="${brand.helpUrl}">Get help signing in</a>`}
  ${brand.privacyUrl !== undefined && html`<a href="${brand.privacyUrl}">Privacy</a>`}
</footer>`,
  })
}

/** A balanced heading must not break inside "sign-in". */
function unbroken(heading: string): Safe {
  return html`${heading.split('sign-in').map((part, i) => html`${i > 0 && html`<span class="nowrap">sign-in</span>`}${part}`)}`
}

/** `csrf` goes into every form that changes something. */
export function csrfField(token: string): Safe {
  return html`<input type="hidden" name="_csrf" value="${token}">`
}

/** An account id in groups of four, as people read it. */
export function accountId(id: string): string {
  return id.replace(/^(\d{4})(\d{4})(\d{4})$/, '$1 $2 $3')
}

/** `15:38 UTC`, with the date when it is not today's. The instant stays machine-readable. */
export function clockTime(at: Date, now: Date): Safe {
  const iso = at.toISOString()
  const time = `${iso.slice(11, 16)} UTC`
  const text = iso.slice(0, 10) === now.toISOString().slice(0, 10)
    ? time
    : `${new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(at)}, ${time}`
  return html`<time datetime="${iso}">${text}</time>`
}

/** `1 hour`, `4 hours`, `1 hour 30 minutes`, `15 minutes`. */
export function duration(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60))
  const part = (count: number, unit: string) => (count === 0 ? '' : `${count} ${unit}${count === 1 ? '' : 's'}`)
  return [part(Math.floor(minutes / 60), 'hour'), part(minutes % 60, 'minute')].filter(Boolean).join(' ')
}

import { assetAddress } from './asset-address.ts'
import { type GlyphName, glyph, wordmark } from './glyph.ts'
import { html, type Safe, type Shown } from './html.ts'
import { words as texts } from './words.ts'

/** What the operator set: the company's name and where its people get help. */
export interface Branding {
  readonly name: string
  readonly helpUrl?: string | undefined
  /** Whom people ask for a role: an e-mail address, a URL or a few words. */
  readonly support?: string | undefined
  readonly privacyUrl?: string | undefined
}

export interface Page {
  readonly title: string
  readonly brand: Branding
  readonly body: Safe
  readonly bodyClass?: 'gate' | 'console' | undefined
  /** What the browser's history keeps in place of a form that was sent; absent: its own address. */
  readonly address?: string | undefined
  /** Seconds until the page has to be fetched again, because the session ends. */
  readonly endsInSeconds?: number | undefined
  /** What is not done yet is looked for there. */
  readonly again?: { readonly seconds: number; readonly href: string } | undefined
  /** Shows its `data-ended` part then, instead of being fetched again. */
  readonly stays?: boolean | undefined
  /** The page that leads anywhere, which Ctrl and K open. */
  readonly go?: '/console/go' | '/portal/go' | undefined
  /** Identifies the page's console session to other tabs, with the time when it opened. */
  readonly console?: { readonly marker: string; readonly openedAt: Date }
}

/** Renders the frame of every page, without inline scripts or styles, which the CSP forbids. */
export function layout({
  title,
  brand,
  body,
  bodyClass,
  address,
  endsInSeconds,
  stays = false,
  again,
  go,
  console: session,
}: Page): Safe {
  // One second later, so that the session has ended for the server too.
  const refresh =
    endsInSeconds === undefined ? undefined : Math.max(1, Math.ceil(endsInSeconds) + 1)
  const attributes = html`${bodyClass && html` class="${bodyClass}"`}${
    address !== undefined && html` data-at="${address}"`
  }${
    go !== undefined && html` data-go="${go}"`
  }${refresh !== undefined && html` data-${stays ? 'stay' : 'reload'}="${refresh}"`}${
    again && html` data-again="${again.seconds}" data-again-at="${again.href}"`
  }${
    session && html` data-console="${session.marker}" data-opened="${session.openedAt.getTime()}"`
  }`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${brand.name}</title>
<meta name="color-scheme" content="light dark">
${
  refresh !== undefined &&
  !stays &&
  html`<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>
`
}${
  again &&
  html`<noscript><meta http-equiv="refresh" content="${again.seconds};url=${again.href}"></noscript>
`
}<link rel="icon" href="${assetAddress('favicon.svg')}">
<link rel="stylesheet" href="${assetAddress('gatehouse.css')}">
<script src="${assetAddress('gatehouse.js')}" defer></script>
</head>
<body${attributes}>
${body}
</body>
</html>
`
}

export interface Gateway {
  readonly title: string
  readonly heading?: string | undefined
  readonly glyph?: GlyphName | undefined
  readonly line?: Shown | undefined
  readonly wide?: boolean | undefined
  readonly address?: string | undefined
  readonly content: Safe
  readonly brand: Branding
}

/** Renders a page with a single task in one arch: sign-in, a message, the end of a session. */
export function gateway({
  title,
  heading = title,
  glyph: name = 'mark',
  line,
  wide,
  address,
  content,
  brand,
}: Gateway): Safe {
  return layout({
    title,
    brand,
    bodyClass: 'gate',
    address,
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
  ${
    brand.helpUrl !== undefined &&
    html`<a href="${brand.helpUrl}">${texts.layout.getHelpSigningIn}</a>`
  }
  ${
    brand.privacyUrl !== undefined &&
    html`<a href="${brand.privacyUrl}">${texts.layout.privacy}</a>`
  }
</footer>`,
  })
}

/** Keeps "sign-in" on one line, because a balanced heading could break inside it. */
function unbroken(heading: string): Safe {
  const together = html`<span class="nowrap">${texts.layout.signIn}</span>`
  return html`${heading.split('sign-in').map((part, i) => html`${i > 0 && together}${part}`)}`
}

/** Renders the CSRF token, which every form that changes something must contain. */
export function csrfField(token: string): Safe {
  return html`<input type="hidden" name="_csrf" value="${token}">`
}

/** Groups the digits of an account id by four for reading. */
export function accountId(id: string): string {
  return id.replace(/^(\d{4})(\d{4})(\d{4})$/, '$1 $2 $3')
}

const dayWriter = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})

/**
 * `15:38 UTC`, `15:38:07 UTC` where `exact`, with the date when it is not today. Keeps the instant
 * machine-readable.
 */
export function clockTime(at: Date, now: Date, exact = false): Safe {
  const iso = at.toISOString()
  const time = `${iso.slice(11, exact ? 19 : 16)} UTC`
  const text =
    iso.slice(0, 10) === now.toISOString().slice(0, 10) ? time : `${dayWriter.format(at)}, ${time}`
  return html`<time datetime="${iso}"${exact && html` data-exact`}>${text}</time>`
}

/** `1 hour`, `4 hours`, `1 hour 30 minutes`, `15 minutes`. */
export function duration(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60))
  const part = (count: number, unit: string) =>
    count === 0 ? '' : `${count} ${unit}${count === 1 ? '' : 's'}`
  return [part(Math.floor(minutes / 60), 'hour'), part(minutes % 60, 'minute')]
    .filter(Boolean)
    .join(' ')
}

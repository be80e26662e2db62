import type { Params } from '../../src/console/address.ts'
import type { Page } from '../../src/console/page.ts'
import { crumbsOf, entryOf, type NavLink, navigation } from '../../src/console/pages.ts'
import type { Again } from '../../src/console/shown.ts'
import type { OpenConsole } from '../../src/sign-in/console.ts'
import { filled } from '../filled.ts'
import { glyph } from '../glyph.ts'
import { words as goWords } from '../go/words.ts'
import { breakable, breakableName, html, type Safe } from '../html.ts'
import { accountId, type Branding, csrfField, layout } from '../layout.ts'
import { words as texts } from './words.ts'

/** What surrounds every page of the console. */
export interface Frame {
  readonly brand: Branding
  readonly csrf: string
  readonly now: Date
  readonly session: OpenConsole
  readonly page: Page
  readonly params: Params
  /** The session that this one ended, shown once. */
  readonly replaced?: string | undefined
  /** The result of a form, shown once. */
  readonly said?: string | undefined
  /** Of the style element that the editor's library writes; the page's policy names it. */
  readonly styleNonce?: string | undefined
  /** Whether the person is signed in at the portal and can change the role. */
  readonly portal: boolean
}

export interface Inside {
  readonly title: string
  /** Puts the failure first in the window's title. */
  readonly failed?: boolean | undefined
  /** Stays when the session ends, because somebody may be typing. */
  readonly stays?: boolean | undefined
  /** The page shows something that is not done yet. */
  readonly again?: Again | undefined
  readonly body: Safe
}

export function consoleFrame(frame: Frame, { title, failed, stays, again, body }: Inside): Safe {
  const { brand, session, now, csrf } = frame
  const leftSeconds = (session.expiresAt.getTime() - now.getTime()) / 1000
  const account = accountId(session.claims.account)
  return layout({
    title: failed ? `Error: ${title}` : title,
    brand,
    bodyClass: 'console',
    go: '/console/go',
    endsInSeconds: leftSeconds,
    stays,
    again,
    console: session,
    body: html`<a class="skip" href="#main">${texts.frame.skipToContent}</a>
<header class="bar">
  <button class="btn quiet sm" popovertarget="nav"
    aria-label="${texts.frame.menu}">${glyph('menu')}</button>
  <a class="brand" href="/console">${glyph('mark')}
  <span class="vh">${filled(texts.frame.console, { brand: brand.name })}</span> ${
    session.accountName === undefined ? account : breakableName(session.accountName)
  }</a> <span class="session">${glyph('clock', 'i i-sm')}${timeLeft(session, now, true)}</span>
</header>
${side(frame)}
<main class="main" id="main" tabindex="-1">
<div class="top">
  ${crumbs(frame, account)}
  <span class="session push">${timeLeft(session, now, false)}</span>
  <form action="/console/signout" method="post">${csrfField(csrf)}
  <button class="linklike">${texts.frame.signOut}</button></form>
</div>
${frame.replaced !== undefined && replacedNotice(frame.replaced)}
${frame.said !== undefined && saidNotice(frame.said)}
${body}
</main>`,
  })
}

function side({ brand, session, portal, page }: Frame): Safe {
  const { claims } = session
  const current = entryOf(page)
  return html`<nav id="nav" class="side" popover aria-label="${texts.frame.console2}">
  <a class="brand" href="/console">${glyph('mark')}<span>${brand.name}</span></a>
  <div class="acct">${accountWords(session)}</div>
  ${navigation.map(
    ({ section, links }) => html`${section !== undefined && html`<h2>${section}</h2>`}
  <ul class="nav">${links.map((link) => navLink(link, current))}</ul>`,
  )}
  <div class="me"><b>${claims.name}</b>
  <span class="sub">${actingAs(session)}${
    portal && html` · <a href="/portal">${texts.frame.switchRole}</a>`
  } · <a href="/console/go" aria-keyshortcuts="Control+K">${goWords.title}</a></span></div>
</nav>`
}

/** The alias first, because people know an account by it. */
function accountWords({ accountName, claims }: OpenConsole): Safe {
  const number = accountId(claims.account)
  return accountName === undefined
    ? html`<b class="num">${number}</b><span class="sub">${claims.partition}</span>`
    : html`<b>${breakableName(accountName)}</b><span class="sub num">${number} · ${
        claims.partition
      }</span>`
}

function navLink({ href, label, glyph: name, page }: NavLink, current: Page): Safe {
  const here = page === current && html` aria-current="page"`
  return html`<li><a href="${href}"${here}>${glyph(name)}${label}</a></li>`
}

function crumbs({ page, params }: Frame, account: string): Safe {
  const trail = crumbsOf(page, params).map(({ text, href }) =>
    href === undefined
      ? html`<li><span aria-current="page">${short(text)}</span></li>`
      : html`<li><a href="${href}">${short(text)}</a></li>`,
  )
  return html`<nav class="crumbs" aria-label="${texts.frame.breadcrumb}"><ol>
  <li><a href="/console" class="num">${account}</a></li>${trail}</ol></nav>`
}

/** The longest name; an address may hold a longer text, which is cut. */
const mostNameCharacters = 128

function short(text: string): string {
  return text.length <= mostNameCharacters ? text : `${text.slice(0, mostNameCharacters)}…`
}

function replacedNotice(replaced: string): Safe {
  return html`<div class="msg warn" role="status">${glyph('info')}<div>
<p><b>${texts.frame.yourOtherConsoleSession}</b></p>
<p>${filled(texts.frame.youActedAsA, {
    replaced: html`<span class="mono">${breakable(replaced)}</span>`,
  })}</p></div></div>`
}

function saidNotice(said: string): Safe {
  return html`<div class="msg ok" role="status">${glyph('check')}<div><p>${said}</p></div></div>`
}

function timeLeft({ expiresAt }: OpenConsole, now: Date, short: boolean): Safe {
  const left = Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1000))
  const iso = expiresAt.toISOString()
  const time = html`<time datetime="${iso}" data-left="${left}"${
    short && html` data-short`
  }>${filled(texts.frame.untilUtc, { iso: iso.slice(11, 16) })}</time>`
  return short ? time : html`<span>${filled(texts.frame.session, { time })}</span>`
}

/** Returns the name of the role or of the federated user. */
export function actingAs({ claims }: { readonly claims: OpenConsole['claims'] }): string {
  return claims.role?.name ?? claims.name
}

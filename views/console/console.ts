import { breakable, html, type Safe } from '../html.ts'
import type { OpenConsole } from '../../src/sign-in/console.ts'
import type { AccessLine, PolicyLine } from '../../src/sign-in/permissions-summary.ts'
import { glyph, wordmark } from '../glyph.ts'
import { accountId, type Branding, clockTime, csrfField, duration, layout } from '../layout.ts'

export interface ConsolePage {
  readonly brand: Branding
  readonly csrf: string
  readonly now: Date
  readonly session: OpenConsole
  readonly access: readonly AccessLine[]
  readonly policies: readonly PolicyLine[]
  /** The deep link that was asked for, below `/console`. */
  readonly path: string
  /** The session that this one ended. */
  readonly replaced?: string
  /** A person signed in at the portal can change the role. */
  readonly portal: boolean
}

/** `/console`: who one is, and what one may do. */
export function consolePage(page: ConsolePage): Safe {
  const { brand, session, now } = page
  const leftSeconds = (session.expiresAt.getTime() - now.getTime()) / 1000
  const name = actingAs(session)
  return layout({
    title: 'Console', brand, bodyClass: 'console', endsInSeconds: leftSeconds, console: session,
    body: html`<a class="skip" href="#main">Skip to content</a>
<header class="bar">
  <button class="btn quiet sm" popovertarget="nav" aria-label="Menu">${glyph('menu')}</button>
  <a class="brand" href="/console">${glyph('mark')}<span class="vh">Gatehouse console</span> ${accountId(session.claims.account)}</a>
  <span class="session">${glyph('clock', 'i i-sm')}${timeLeft(session, now, true)}</span>
</header>
${side(page, name)}
<main class="main" id="main" tabindex="-1">
<div class="top">
  <nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="/console">${accountId(session.claims.account)}</a></li><li><span aria-current="page">${page.path === '/console' ? 'Home' : page.path.slice('/console/'.length)}</span></li></ol></nav>
  <span class="session push">${timeLeft(session, now, false)}</span>
  <form action="/console/signout" method="post">${csrfField(page.csrf)}<button class="linklike">Sign out</button></form>
</div>
${page.replaced !== undefined && html`<div class="msg warn" role="status">${glyph('info')}<div><p><b>Your other console session ended</b></p><p>You acted as <span class="mono">${breakable(page.replaced)}</span>. A browser holds one console session at a time.</p></div></div>`}
${page.path !== '/console' && html`<div class="msg">${glyph('info')}<div><p>There is no page of its own at <span class="mono">${breakable(page.path)}</span> yet. This is who you are instead.</p></div></div>`}
<div class="head">
  <div><h1>${name}</h1><p>You act as <b>${name}</b> in account <b class="num">${accountId(session.claims.account)}</b>, and with those permissions only.</p></div>
  ${page.portal && html`<div class="actions"><a class="btn" href="/portal">Switch role</a></div>`}
</div>
<div class="cols">
${permissions(page)}
${identity(page)}
</div>
</main>`,
  })
}

function side({ session, portal }: ConsolePage, name: string): Safe {
  return html`<nav id="nav" class="side" popover aria-label="Console">
  <a class="brand" href="/console">${glyph('mark')}${wordmark()}</a>
  <div class="acct"><b class="num">${accountId(session.claims.account)}</b><span class="sub">${session.claims.partition}</span></div>
  <ul class="nav"><li><a href="/console" aria-current="page">${glyph('home')}Home</a></li></ul>
  <div class="me"><b>${session.claims.name}</b><span class="sub">${name}${portal && html` · <a href="/portal">Switch role</a>`}</span></div>
</nav>`
}

function permissions({ access, policies }: ConsolePage): Safe {
  return html`<section class="sec" aria-labelledby="may">
  <h2 id="may">What you may do here</h2>
  <table class="tbl"><caption>Asked of the policy engine just now, for every resource of the account</caption>
  <thead><tr><th scope="col">Action</th><th scope="col">Decision</th></tr></thead><tbody>
  ${access.map(({ action, words, effect }) => html`<tr><th scope="row">${words}<span class="sub"><code>${action}</code></span></th><td>${badge(effect)}</td></tr>`)}
  </tbody></table>
  <h3 class="mt">Where it comes from</h3>
  ${policies.length === 0
    ? html`<p class="muted mt">No policy allows this session anything.</p>`
    : html`<dl class="dl ruled small">${policies.map(({ layer, names }) => html`<dt>${layer}</dt><dd>${names.length === 0 ? 'Allows nothing' : names.map((name, i) => html`${i > 0 && html`<br>`}<code>${breakable(name)}</code>`)}</dd>`)}</dl>`}
</section>`
}

const badges = {
  allow: { tone: 'allow', glyph: 'gate-open', words: 'Allow' },
  'explicit-deny': { tone: 'deny', glyph: 'gate-closed', words: 'Deny' },
  some: { tone: 'implicit', glyph: 'gate-open', words: 'Some' },
  'implicit-deny': { tone: 'implicit', glyph: 'gate-none', words: 'Not allowed' },
} as const

function badge(effect: AccessLine['effect']): Safe {
  const { tone, glyph: name, words } = badges[effect]
  return html`<span class="b ${tone}">${glyph(name, 'i i-sm')}${words}</span>`
}

function identity({ session, now }: ConsolePage): Safe {
  const { claims, arn, openedAt, expiresAt, caller } = session
  return html`<aside class="sec" aria-labelledby="who">
  <h2 id="who">Who you are to Gatehouse</h2>
  <dl class="dl ruled small">
    <dt>Principal</dt><dd><code>${breakable(arn)}</code></dd>
    <dt>Account</dt><dd class="num">${accountId(claims.account)}</dd>
    <dt>Session name</dt><dd>${claims.name}</dd>
    <dt>User ID</dt><dd><code>${breakable(caller.userId)}</code></dd>
    ${claims.federation && html`<dt>Came by</dt><dd>${claims.federation.connector}, as ${claims.federation.username}</dd>`}
    ${claims.federation?.rule !== undefined && html`<dt>Mapping</dt><dd>${claims.federation.rule}</dd>`}
    ${claims.sourceIdentity !== undefined && html`<dt>Source identity</dt><dd><code>${claims.sourceIdentity}</code></dd>`}
    <dt>Tags</dt><dd>${claims.tags.length === 0 ? html`<span class="muted">None</span>` : html`<span class="chips">${claims.tags.map(({ Key, Value }) => html`<span class="chip">${Key}=${Value}</span>`)}</span>`}</dd>
    <dt>Opened</dt><dd>${clockTime(openedAt, now)}</dd>
    <dt>Ends</dt><dd>${clockTime(expiresAt, now)}, after ${duration((expiresAt.getTime() - openedAt.getTime()) / 1000)}</dd>
  </dl>
</aside>`
}

function timeLeft({ expiresAt }: OpenConsole, now: Date, short: boolean): Safe {
  const leftSeconds = Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1000))
  const time = html`<time datetime="${expiresAt.toISOString()}" data-left="${leftSeconds}"${short && html` data-short`}>until ${expiresAt.toISOString().slice(11, 16)} UTC</time>`
  return short ? time : html`<span>Session: ${time}</span>`
}

/** The role, or the federated user. */
export function actingAs({ claims }: { readonly claims: OpenConsole['claims'] }): string {
  return claims.role?.name ?? claims.name
}

import { html, type Safe } from '../html.ts'
import type { Choice } from '../../src/sign-in/sign-in.ts'
import { glyph } from '../glyph.ts'
import { accountId, type Branding, clockTime, csrfField, duration, layout } from '../layout.ts'
import { problem, type Problem } from '../message.ts'

export interface PortalPage {
  readonly brand: Branding
  readonly csrf: string
  readonly now: Date
  readonly person: { readonly name: string; readonly username: string; readonly way: string; readonly since: Date; readonly until: Date }
  readonly choices: readonly Choice[]
  /** How many there are without the filter. */
  readonly total: { readonly roles: number; readonly accounts: number }
  readonly query: string
  /** The grant whose credentials are shown, and its panel. */
  readonly open?: { readonly id: string; readonly panel: Safe }
  readonly problem?: Problem
  /** Where the console button leads: the page that a session ended on. */
  readonly resume?: string
}

/** `/portal`: grants by account, each with "console" and "credentials". */
export function portalPage(page: PortalPage): Safe {
  const { brand, person, choices, total, resume, problem: found } = page
  const accounts = Map.groupBy(choices, ({ account }) => account)
  const endsInSeconds = Math.max(0, (person.until.getTime() - page.now.getTime()) / 1000)
  return layout({
    title: found ? 'Error: your roles' : 'Your roles', brand, endsInSeconds,
    body: html`<a class="skip" href="#main">Skip to content</a>
${bar(page)}
<main class="page" id="main" tabindex="-1">
<div class="head">
  <div><h1>Your roles</h1><p>${plural(total.roles, 'role')} in ${plural(total.accounts, 'account')}. Your sign-in lasts until ${clockTime(person.until, page.now)}.</p></div>
  <form action="/portal" role="search"><div class="search">${glyph('search')}<input type="search" name="q" value="${page.query}" placeholder="Find a role or account" aria-label="Find a role or account" autocomplete="off" data-filter=".grant"></div></form>
</div>
${found && html`<div class="notice">${problem(found)}</div>`}
${resume !== undefined && html`<div class="msg ink notice">${glyph('info')}<div><p>The console opens where you were: <span class="mono">${resume}</span></p></div></div>`}
${[...accounts].map(([account, grants]) => accountSection(page, account, grants))}
<p class="empty"${choices.length > 0 && html` hidden`} data-filter-empty>No role or account matches. <a href="/portal">Show all</a></p>
</main>`,
  })
}

function bar({ brand, person, csrf, now }: PortalPage): Safe {
  return html`<header class="bar"><a class="brand" href="/portal">${glyph('mark')}${brand.name}</a><span class="push"></span><details class="whoami"><summary class="btn quiet sm">${person.name} ${glyph('down', 'i i-sm')}</summary><div class="panel"><p class="small">${person.username}<br><span class="muted">${person.way}, at ${clockTime(person.since, now)}</span></p><form action="/signout" method="post">${csrfField(csrf)}<button class="btn sm block">Sign out</button></form></div></details></header>`
}

function accountSection(page: PortalPage, account: string, grants: readonly Choice[]): Safe {
  const name = grants[0]?.accountName
  return html`<section class="account" aria-labelledby="a${account}" data-filter-group>
  <header><h2 id="a${account}">${name ?? html`Account <span class="num">${accountId(account)}</span>`}</h2>${name !== undefined && html`<span class="muted small num">${accountId(account)}</span>`}</header>
  ${grants.map((grant) => grantRow(page, grant))}
</section>`
}

function grantRow({ csrf, open, query }: PortalPage, choice: Choice): Safe {
  const { id, grant, roleName, maxDurationSeconds, accountName, account } = choice
  const isOpen = open?.id === id
  const hidden = html`${csrfField(csrf)}<input type="hidden" name="grant" value="${id}">${query && html`<input type="hidden" name="q" value="${query}">`}`
  return html`<div class="grant${isOpen && ' open'}" data-find="${[roleName, accountName ?? '', account, grant.sessionName].join(' ').toLowerCase()}"${isOpen && html` id="open"`}>
  <div><h3>${glyph('role')}${roleName}</h3><p>as ${grant.sessionName} · up to ${duration(maxDurationSeconds)}</p></div>
  <div class="actions">
    <form class="row" action="/portal/credentials#open" method="post">${hidden}
      <label class="vh" for="d-${id}">How long, for ${roleName}</label>
      <select class="lasts" id="d-${id}" name="duration">${durations(maxDurationSeconds).map((seconds) => html`<option value="${seconds}"${seconds === defaultDuration(maxDurationSeconds) && html` selected`}>${duration(seconds)}</option>`)}</select>
      <button class="btn">${glyph('terminal', 'i i-sm')}${isOpen ? html`Renew<span class="vh"> the credentials` : html`Credentials<span class="vh">`} for ${roleName}</span></button></form>
    <form action="/portal/console" method="post">${hidden}<button class="btn">${glyph('window', 'i i-sm')}Console<span class="vh"> as ${roleName}</span></button></form>
  </div>
  ${isOpen && open?.panel}
</div>`
}

const steps = [900, 1800, 3600, 7200, 14_400, 28_800, 43_200]

/** What the person may choose, up to the grant's own limit. */
export function durations(maxDurationSeconds: number): readonly number[] {
  const below = steps.filter((seconds) => seconds < maxDurationSeconds)
  return [...below, maxDurationSeconds]
}

function defaultDuration(maxDurationSeconds: number): number {
  return Math.min(3600, maxDurationSeconds)
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

import type { Identity } from '../../src/kernel/identity.ts'
import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { type Branding, clockTime, csrfField, gateway } from '../layout.ts'
import { refbox } from '../message.ts'
import { words } from '../my/words.ts'
import { supportLink } from '../support.ts'

/** What each mapping rule made of the person. */
type Outcomes = readonly {
  readonly rule: string
  readonly result: string
  readonly reason: string
}[]

export interface NoAccessPage {
  readonly brand: Branding
  readonly now: Date
  readonly identity: Identity
  /** The connector as people know it. */
  readonly connector: string
  readonly outcomes: Outcomes
  readonly reference?: string | undefined
  /** Absent: nobody is signed in here. */
  readonly csrf?: string | undefined
  /** Whether the person may have security keys, which some roles ask for. */
  readonly keys?: boolean | undefined
}

const mostGroups = 60
const mostRules = 30
const mostCharacters = 200

/**
 * A person was authenticated and has no role: says who they are, with which groups they came, what
 * each rule made of it, and whom to ask.
 */
export function noAccessPage(page: NoAccessPage): Safe {
  const { brand, identity, outcomes, reference, csrf, keys } = page
  const { displayName, username } = identity
  return gateway({
    title: 'You are signed in, but have no role yet',
    brand,
    glyph: 'mark-closed',
    line: html`<bdi>${displayName}</bdi>${
      displayName !== username && html`<br><bdi>${username}</bdi>`
    }`,
    wide: true,
    address: '/signin',
    content: html`<p>We know who you are, but no rule gives you a role, so there is nothing to
open.</p>
${
  keys === true &&
  html`<p class="mt">${words.noAccess}
<a href="/portal/security">${words.security}</a></p>`
}
<h2 class="mt">Ask for access</h2>
<p>${whomToAsk(brand)}</p>
${reference !== undefined && refbox(reference, 'Give them this reference')}
<div class="actions mt"><a class="btn pri" href="/signin">Sign in again</a>${
      csrf !== undefined &&
      html`<form action="/signout" method="post">${csrfField(csrf)}
<button class="btn">Sign out</button></form>`
    }</div>
${arrived(page)}
${outcomes.length > 0 && rulesTried(outcomes)}
<p class="small muted mt">Added to a group since? Sign in again; it counts at once.</p>`,
  })
}

function whomToAsk(brand: Branding): Safe {
  const support = supportLink(brand)
  return support
    ? html`Ask ${support}, and say what you need to do.`
    : html`Ask your team lead for a directory group that carries a role.`
}

function arrived({ identity, connector, now }: NoAccessPage): Safe {
  const { groups, strength, authenticatedAt } = identity
  const chips = groups
    .slice(0, mostGroups)
    .map((group) => html`<span class="chip"><bdi>${shortened(group)}</bdi></span>`)
  const more = groups.length - mostGroups
  return html`<details class="mt" open><summary><b>What arrived with you</b></summary>
<dl class="dl small"><dt>Signed in by</dt><dd><bdi>${connector}</bdi>${
    strength !== 'password' && ', with a second factor'
  }</dd><dt>Groups</dt><dd>${
    groups.length === 0
      ? html`<span class="muted">None</span>`
      : html`<span class="chips">${chips}</span>${more > 0 && html` and ${more} others`}`
  }</dd><dt>When</dt><dd>${clockTime(authenticatedAt, now)}</dd></dl></details>`
}

const results: ReadonlyMap<string, string> = new Map([
  ['granted', 'the role does not trust you'],
  ['not-matched', 'did not match'],
  ['denied', 'says no'],
  ['failed', 'could not be tried'],
])

function rulesTried(outcomes: Outcomes): Safe {
  const more = outcomes.length - mostRules
  return html`<details class="mt"><summary><b>The rules tried</b> <span class="muted small">${
    outcomes.length
  }</span></summary>
<ol class="finds small">${outcomes.slice(0, mostRules).map(
    ({ rule, result, reason }) => html`
<li><b><bdi>${shortened(rule)}</bdi></b> <span class="b implicit">${glyph('gate-none', 'i i-sm')}${
      results.get(result) ?? result
    }</span><p class="muted">${shortened(reason)}</p></li>`,
  )}${more > 0 && html`<li>and ${more} others</li>`}</ol></details>`
}

function shortened(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)}…`
}

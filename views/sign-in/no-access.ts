import type { Identity } from '../../src/kernel/identity.ts'
import { filled } from '../filled.ts'
import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { type Branding, clockTime, csrfField, gateway } from '../layout.ts'
import { refbox } from '../message.ts'
import { words } from '../my/words.ts'
import { supportLink } from '../support.ts'
import { words as texts } from './words.ts'

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
    title: texts.noAccess.youAreSignedIn,
    brand,
    glyph: 'mark-closed',
    line: html`<bdi>${displayName}</bdi>${
      displayName !== username && html`<br><bdi>${username}</bdi>`
    }`,
    wide: true,
    address: '/signin',
    content: html`<p>${texts.noAccess.weKnowWhoYou}</p>
${
  keys === true &&
  html`<p class="mt">${words.noAccess}
<a href="/portal/security">${words.security}</a></p>`
}
<h2 class="mt">${texts.noAccess.askForAccess}</h2>
<p>${whomToAsk(brand)}</p>
${reference !== undefined && refbox(reference, texts.noAccess.giveThemThisReference)}
<div class="actions mt"><a class="btn pri" href="/signin">${texts.noAccess.signInAgain}</a>${
      csrf !== undefined &&
      html`<form action="/signout" method="post">${csrfField(csrf)}
<button class="btn">${texts.noAccess.signOut}</button></form>`
    }</div>
${arrived(page)}
${outcomes.length > 0 && rulesTried(outcomes)}
<p class="small muted mt">${texts.noAccess.addedToAGroup}</p>`,
  })
}

function whomToAsk(brand: Branding): Safe {
  const support = supportLink(brand)
  return support
    ? html`${filled(texts.noAccess.askAndSayWhat, { support })}`
    : html`${texts.noAccess.askYourTeamLead}`
}

function arrived({ identity, connector, now }: NoAccessPage): Safe {
  const { groups, strength, authenticatedAt } = identity
  const chips = groups
    .slice(0, mostGroups)
    .map((group) => html`<span class="chip"><bdi>${shortened(group)}</bdi></span>`)
  const more = groups.length - mostGroups
  return html`<details class="mt"
 open><summary><b>${texts.noAccess.whatArrivedWithYou}</b></summary>
<dl class="dl small"><dt>${texts.noAccess.signedInBy}</dt><dd><bdi>${connector}</bdi>${
    strength !== 'password' && texts.noAccess.withASecondFactor
  }</dd><dt>${texts.noAccess.groups}</dt><dd>${
    groups.length === 0
      ? html`<span class="muted">${texts.noAccess.none}</span>`
      : html`<span class="chips">${chips}</span>${more > 0 && html` and ${more} others`}`
  }</dd><dt>${texts.noAccess.when}</dt><dd>${clockTime(authenticatedAt, now)}</dd></dl></details>`
}

const results: ReadonlyMap<string, string> = new Map([
  ['granted', texts.noAccess.theRoleDoesNot],
  ['not-matched', texts.noAccess.didNotMatch],
  ['denied', 'says no'],
  ['failed', texts.noAccess.couldNotBeTried],
])

function rulesTried(outcomes: Outcomes): Safe {
  const more = outcomes.length - mostRules
  return html`<details class="mt"><summary><b>${texts.noAccess.theRulesTried}</b> <span
 class="muted small">${outcomes.length}</span></summary>
<ol class="finds small">${outcomes.slice(0, mostRules).map(
    ({ rule, result, reason }) => html`
<li><b><bdi>${shortened(rule)}</bdi></b> <span class="b implicit">${glyph('gate-none', 'i i-sm')}${
      results.get(result) ?? result
    }</span><p class="muted">${shortened(reason)}</p></li>`,
  )}${more > 0 && html`<li>${filled(texts.noAccess.andOthers, { more })}</li>`}</ol></details>`
}

function shortened(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)}…`
}

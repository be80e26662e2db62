import type { Choice } from '../../src/sign-in/choices.ts'
import { searchText } from '../../src/sign-in/find-roles.ts'
import { filled } from '../filled.ts'
import { glyph } from '../glyph.ts'
import { breakable, breakableName, html, type Safe } from '../html.ts'
import { clockTime, csrfField, duration } from '../layout.ts'
import { words } from './words.ts'

/** A role of the person, with what the portal keeps of it. */
export interface Row {
  readonly choice: Choice
  readonly starred: boolean
  /** When it was taken last, if it is among the recent ones. */
  readonly usedAt?: Date | undefined
  /** How long credentials lasted that were taken last, if the person chose it. */
  readonly seconds?: number | undefined
  /** Whether the search found it. */
  readonly found: boolean
}

/** What a row takes from its page. */
export interface RowPage {
  readonly now: Date
  readonly username: string
  /** What every form of the page holds. */
  readonly kept: Safe
  /** The options of a duration, which many rows share, by limit and preset. */
  readonly options: Map<string, Safe>
}

const glyphs = {
  window: glyph('window', 'i i-sm'),
  star: glyph('star', 'i i-sm'),
  starOn: glyph('star-on', 'i i-sm'),
  starred: html`${glyph('star-on', 'i i-sm star')}<span class="vh">${words.grant.starred}</span>`,
  more: glyph('more'),
  link: glyph('link', 'i i-sm'),
  copy: glyph('copy', 'i i-sm'),
}

/** Where a row stands: below its account, or again above the accounts, where it names it. */
export interface Place {
  /** Starts the row's ids, so that a role can stand on the page twice. */
  readonly prefix: 'a' | 's' | 'r'
  readonly namesAccount: boolean
  readonly panel?: Safe | undefined
}

/** The form that the buttons of all rows send. */
export const rowsForm = 'take'

/** One role: console, credentials, and a menu with everything else. */
export function grantRow(page: RowPage, row: Row, place: Place): Safe {
  const { choice, starred, seconds } = row
  const { id, roleName, account, accountName } = choice
  const { prefix, panel } = place
  const named = html`<span class="vh"> ${filled(words.grant.asIn, { roleName })} ${
    accountName ?? account
  }</span>`
  return html`<div class="grant${panel && ' open'}" id="${prefix}-${id}" data-row="${searchText(
    choice,
  )}"${!row.found && html` hidden`}>
<div><h3><bdi>${breakableName(roleName)}</bdi>${starred && html` ${glyphs.starred}`}</h3>
<p>${about(page, row, place)}</p></div>
<div class="actions">${
    choice.upstream?.type !== 'sts' &&
    html`<button class="btn sm" form="${rowsForm}" name="grant"
 value="${id}">${filled(words.grant.console, { glyphs: glyphs.window, named })}</button>
`
  }<button class="btn quiet sm" form="${rowsForm}" formaction="/portal/credentials${
    seconds !== undefined && `?duration=${Math.min(seconds, choice.maxDurationSeconds)}`
  }" name="grant"
 value="${id}">${panel ? 'Renew' : 'Credentials'}${named}</button>
${menu(page, row, prefix)}</div>
${panel}</div>
`
}

/** What the role is for, as whom one acts, how long, and when it was taken last. */
function about({ username, now }: RowPage, row: Row, { namesAccount }: Place): Safe {
  const { choice, usedAt } = row
  const { account, accountName, description, grant, maxDurationSeconds } = choice
  const asWhom =
    (description === undefined || grant.sessionName !== username) && html`as ${grant.sessionName}`
  const parts = [
    namesAccount && html`<bdi>${breakableName(accountName ?? account)}</bdi>`,
    description !== undefined && html`<bdi>${description}</bdi>`,
    asWhom,
    choice.upstream?.type === 'aws' && 'at AWS',
    html`up to ${duration(maxDurationSeconds)}`,
    namesAccount && usedAt !== undefined && html`last at ${clockTime(usedAt, now)}`,
  ].filter((part) => part !== false)
  return html`${parts.map((part, i) => html`${i > 0 && ' · '}${part}`)}`
}

function menu(page: RowPage, { choice, starred, seconds }: Row, prefix: Place['prefix']): Safe {
  const { id, roleName, grant, maxDurationSeconds } = choice
  const copy = (what: string, from: string) => html`<button type="button" class="item js"
 data-copy="${from}">${glyphs.copy}<span>${filled(words.grant.copy, { what })}</span></button>`
  const [link, arn] = [`l${prefix}-${id}`, `n${prefix}-${id}`]
  return html`<details class="menu" name="menu"><summary class="btn quiet sm"
 aria-label="${words.grant.moreFor(roleName)}">${glyphs.more}</summary><div class="panel">
<a class="nojs" id="${link}" href="${linkTo(choice)}">${filled(words.grant.linkToThisRole, {
    glyphs: glyphs.link,
  })}</a> ${copy('link', link)}${copy('ARN', arn)}
<p class="sub"><code id="${arn}">${breakable(grant.roleArn)}</code></p>
<button class="item" form="${rowsForm}" formaction="/portal/star?at=${prefix}" name="${
    starred ? 'unstar' : 'star'
  }" value="${id}">${starred ? glyphs.starOn : glyphs.star}${
    starred ? words.grant.takeTheStarAway : 'Star'
  }</button><hr>
<form class="inline" action="/portal/credentials" method="post">${page.kept}
<input type="hidden" name="grant" value="${id}">
<label for="d${prefix}-${id}">${words.grant.credentialsFor}</label>
<select id="d${prefix}-${id}" name="duration">
${durationOptions(page, maxDurationSeconds, seconds)}</select>
<button class="btn sm">${words.grant.get}</button></form>
<p class="sub">${filled(words.grant.youActAsBy, {
    grant: html`<bdi>${grant.sessionName}</bdi>`,
    grant2: html`<bdi>${grant.rule}</bdi>`,
  })}</p>
</div></details>`
}

/** The address of one role in the portal, which survives a sign-in. */
function linkTo({ roleName, account }: Choice): string {
  return `/portal?${new URLSearchParams({ account, role: roleName })}`
}

/** The token, and the search, which survives an action; the page's script keeps it up to date. */
export function keptFields(csrf: string, query: string): Safe {
  return html`${csrfField(csrf)}<input type="hidden" name="q" value="${query}" data-keeps-q>`
}

const steps = [900, 1800, 3600, 7200, 14_400, 28_800, 43_200]

/** Returns the durations on offer, up to the grant's own limit. */
function durations(maxDurationSeconds: number): readonly number[] {
  return [...steps.filter((seconds) => seconds < maxDurationSeconds), maxDurationSeconds]
}

function durationOptions({ options }: RowPage, maxDurationSeconds: number, chosen = 3600): Safe {
  const preset = Math.min(chosen, maxDurationSeconds)
  const key = `${maxDurationSeconds} ${preset}`
  const found = options.get(key) ?? listOptions(maxDurationSeconds, preset)
  options.set(key, found)
  return found
}

function listOptions(maxDurationSeconds: number, preset: number): Safe {
  return html`${durations(maxDurationSeconds).map(
    (seconds) =>
      html`<option value="${seconds}"${seconds === preset && html` selected`}>${duration(
        seconds,
      )}</option>`,
  )}`
}

import { type PasswordEnd, passwordEndText } from '../../src/kernel/password-end.ts'
import { filled } from '../filled.ts'
import { glyph } from '../glyph.ts'
import { breakableName, html, type Safe } from '../html.ts'
import { accountId, type Branding, clockTime, csrfField, layout } from '../layout.ts'
import { type Problem, problem } from '../message.ts'
import { words } from '../my/words.ts'
import { grantRow, keptFields, type Place, type Row, type RowPage, rowsForm } from './grant.ts'
import { words as texts } from './words.ts'

export interface PortalPage {
  readonly brand: Branding
  readonly csrf: string
  readonly now: Date
  readonly person: {
    readonly name: string
    readonly username: string
    readonly connector: string
    readonly since: Date
    readonly until: Date
    /** What is known of the person's security keys; absent: they may have none. */
    readonly keys?: 'touched' | 'untouched' | 'none' | undefined
  }
  /** All roles, also those that the search did not find. */
  readonly rows: readonly Row[]
  readonly query: string
  /** The role that a link names, as it names it. */
  readonly linked?: Linked | undefined
  /** The role that was acted on just now: it is in sight, with its panel if it has one. */
  readonly open?: { readonly id: string; readonly panel?: Safe | undefined } | undefined
  readonly problem?: Problem | undefined
  /** The end of the person's password, and the page on which it is changed. */
  readonly password?: Password | undefined
  /** The page on which a session ended, which the console button opens again. */
  readonly resume?: string | undefined
}

interface Password {
  readonly end: PasswordEnd
  readonly changeAt?: string | undefined
}

interface Linked {
  readonly role: string
  readonly account?: string | undefined
  readonly isThere: boolean
}

/** A page with what its rows share. */
type Drawn = PortalPage & { readonly row: RowPage }

/** With more roles than this, accounts fold, and starred and recent roles stand above them. */
const fewRoles = 12
/** How many roles the recent ones show. */
const mostRecent = 5

/** `/portal`: roles by account, each with console, credentials and a menu. */
export function portalPage(page: PortalPage): Safe {
  const { brand, person, rows, query, linked, open, resume, problem: found } = page
  const endsInSeconds = Math.max(0, (person.until.getTime() - page.now.getTime()) / 1000)
  const accounts = Map.groupBy(rows, ({ choice }) => choice.account)
  const isWhole = query === '' && rows.every((row) => row.found)
  const hasAgain = isWhole && rows.length > fewRoles
  const kept = keptFields(page.csrf, query)
  const row = { now: page.now, username: person.username, kept, options: new Map() }
  const drawn: Drawn = { ...page, row }
  const below = hasAgain ? { ...drawn, open: withoutPanel(open) } : drawn
  return layout({
    title: found ? 'Error: your roles' : texts.portal.yourRoles,
    brand,
    go: '/portal/go',
    endsInSeconds,
    stays: open?.panel !== undefined,
    body: html`<a class="skip" href="#main">${texts.portal.skipToContent}</a> ${bar(page)}
<main class="page" id="main" tabindex="-1">
<div class="head"><div><h1>${texts.portal.yourRoles}</h1>
<p>${filled(texts.portal.inYourSignIn, {
      rows: plural(rows.length, 'role'),
      accounts: plural(accounts.size, 'account'),
      person: clockTime(person.until, page.now),
    })}</p>
${person.keys === 'untouched' && touchLine}</div></div>
${find(page)}
${endedNotice(person.until, page.now)}
${found && html`<div class="notice">${problem(found)}</div>`}
${page.password && passwordNotice(page, page.password)}
${resume !== undefined && opensAt(resume)}
${linked && linkNotice(linked)}
<form id="${rowsForm}" action="/portal/console" method="post">${kept}</form>
${hasAgain && again(drawn)}
${[...accounts.values()].map((some, i) => accountSection(below, some, i === 0))}
<p class="empty"${rows.some((row) => row.found) && html` hidden`}
  data-none>${filled(texts.portal.noRoleOrAccount, {
    link: html`<a
 href="/portal">${texts.portal.showAll}</a>`,
  })}</p>
</main>`,
  })
}

const touchLine = html`<p>${words.morePortal}
<a href="/portal/security/touch?next=%2Fportal">${words.touchTitle}</a></p>`

/** The search, which stays in sight. Without a script it asks the server. */
function find({ query, rows }: PortalPage): Safe {
  const left = rows.filter((row) => row.found).length
  const all = plural(rows.length, 'role')
  return html`<form class="find" action="/portal" role="search"><div class="search">${glyph(
    'search',
  )}<input type="search" name="q" value="${query}" placeholder="${texts.portal.findARoleOr}"
 aria-label="${texts.portal.findARoleOr}" aria-keyshortcuts="/" autocomplete="off" maxlength="100"
 data-find><kbd class="js" aria-hidden="true">/</kbd></div><button class="btn
   nojs">${texts.portal.find}</button>
<output data-all="${all}">${
    left === rows.length ? all : texts.portal.of(left, all)
  }</output></form>`
}

/** Shown by the script when the sign-in ends, so that credentials on the page are not lost. */
function endedNotice(until: Date, now: Date): Safe {
  return html`<div class="msg warn notice" role="status" data-ended hidden>${glyph('clock')}<div>
<p><b>${filled(texts.portal.yourSignInEnded, { until: clockTime(until, now) })}</b></p>
<p>${filled(texts.portal.credentialsOnThisPage, {
    link: html`<a href="/portal">${texts.portal.signInAgain}</a>`,
  })}</p></div></div>`
}

function passwordNotice({ brand, now }: PortalPage, { end, changeAt }: Password): Safe {
  const how =
    changeAt === undefined
      ? html`${filled(texts.portal.changeItWithYour, {
          brand:
            brand.helpUrl !== undefined &&
            html` <a href="${brand.helpUrl}">${texts.portal.getHelp}</a>`,
        })}`
      : html`${filled(texts.portal.thenSignInWith, {
          link: html`<a
 href="${changeAt}">${texts.portal.changeYourPassword}</a>`,
        })}`
  const look = 'signInsLeft' in end ? 'warn' : 'ink'
  return html`<div class="msg ${look} notice" role="status">${glyph(
    'clock',
  )}<div><p><b>${passwordEndText(end, now)}</b></p><p>${how}</p></div></div>`
}

function opensAt(resume: string): Safe {
  return html`<div class="msg ink notice">${glyph('info')}<div>
<p>${filled(texts.portal.theConsoleOpensWhere, {
    resume: html`<span class="mono">${resume}</span>`,
  })}</p></div></div>`
}

function linkNotice({ role, account, isThere }: Linked): Safe {
  const where =
    account !== undefined &&
    html` ${filled(texts.portal.inIt, { account: html`<bdi>${account}</bdi>` })}`
  const told = isThere
    ? html`${filled(texts.portal.theLinkLeadsTo, { role: html`<b><bdi>${role}</bdi></b>`, where })}`
    : html`${filled(texts.portal.youDoNotHave, { role: html`<b><bdi>${role}</bdi></b>`, where })}`
  return html`<div class="msg ${isThere ? 'ink' : 'warn'} notice">${glyph('info')}<div>
<p>${told} <a href="/portal">${texts.portal.showAllYourRoles}</a></p></div></div>`
}

function bar({ brand, person, csrf, now }: PortalPage): Safe {
  const since = html`${filled(texts.portal.at, {
    person: person.connector,
    person2: clockTime(person.since, now),
  })}`
  return html`<header class="bar">
<a class="brand" href="/portal">${glyph('mark')}${brand.name}</a><span class="push"></span>
<details class="whoami">
<summary class="btn quiet sm"><bdi>${person.name}</bdi> ${glyph('down', 'i i-sm')}</summary>
<div class="panel">
  <p class="small"><bdi>${person.username}</bdi><br><span class="muted">${since}</span></p>
  <form action="/signout" method="post">${csrfField(csrf)}
  <button class="btn sm block">${texts.portal.signOut}</button></form>
  ${
    person.keys !== undefined &&
    html`<p class="small"><a href="/portal/security">${words.security}</a></p>`
  }
  <p class="small"><a href="/portal/access">${words.access}</a> · <a
    href="/signout">${texts.portal.signOutEverywhere}</a></p>
</div></details></header>`
}

/** Starred and recent roles, above the accounts in which they stand too. */
function again(page: Drawn): Safe {
  const starred = page.rows.filter((row) => row.starred)
  const recent = page.rows
    .filter((row) => row.usedAt !== undefined && !row.starred)
    .sort((one, other) => other.usedAt!.getTime() - one.usedAt!.getTime())
    .slice(0, mostRecent)
  return html`${againSection(page, { title: texts.portal.starred, prefix: 's' }, starred)}
${againSection(page, { title: texts.portal.recent, prefix: 'r' }, recent)}`
}

function againSection(
  page: Drawn,
  { title, prefix }: { readonly title: string; readonly prefix: Place['prefix'] },
  rows: readonly Row[],
): Safe | undefined {
  if (rows.length === 0) return undefined
  return html`<section class="account" data-group data-again aria-labelledby="${prefix}">
<header><h2 id="${prefix}">${title}</h2></header>
${rows.map((row) => grantRow(page.row, row, placeOf(page, row, prefix)))}</section>`
}

/** A panel stands once, where the role comes first. */
function withoutPanel(open: PortalPage['open']): PortalPage['open'] {
  return open?.panel === undefined ? open : undefined
}

function placeOf({ open }: PortalPage, { choice }: Row, prefix: Place['prefix']): Place {
  const panel = choice.id === open?.id ? open.panel : undefined
  return { prefix, namesAccount: prefix !== 'a', panel }
}

/** An account folds; it is open when there is something to see in it now. */
function accountSection(page: Drawn, rows: readonly Row[], isFirst: boolean): Safe {
  const { account, accountName } = rows[0]!.choice
  const left = rows.filter((row) => row.found).length
  const hasOpen = rows.some(({ choice }) => choice.id === page.open?.id)
  const remembered = page.rows.some((row) => row.starred || row.usedAt !== undefined)
  const isOpen =
    page.rows.length <= fewRoles ||
    hasOpen ||
    (page.rows.every((row) => row.found) ? isFirst && !remembered : left > 0)
  const number = html`<span class="num">${accountId(account)}</span>`
  const all = plural(rows.length, 'role')
  return html`<details class="account" data-group${isOpen && html` open`}${
    left === 0 && html` hidden`
  }><summary><h2>${
    accountName === undefined
      ? html`${filled(texts.portal.account, { number })}`
      : html`<bdi>${breakableName(accountName)}</bdi>`
  }</h2>
${accountName !== undefined && html`<span class="muted small">${number}</span>`}
<span class="push" data-all="${all}">${
    left === rows.length ? all : texts.portal.of(left, all)
  }</span>
</summary>
${rows.map((row) => grantRow(page.row, row, placeOf(page, row, 'a')))}</details>
`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

import { withQuery } from '../../src/console/address.ts'
import type { Denial } from '../../src/console/call.ts'
import type { Denied, Missing, Refused } from '../../src/console/visit.ts'
import { filled } from '../filled.ts'
import { glyph } from '../glyph.ts'
import { breakable, html, type Safe } from '../html.ts'
import { refbox } from '../message.ts'
import type { Frame, Inside } from './frame.ts'
import { words } from './words.ts'

const reference = words.refusals.referenceOfTheAudit

/** The page that explains a call that was refused; none for its own refusal. */
export function whyAddress(of: string, { path }: Frame['page']): string | undefined {
  return path === '/console/why' ? undefined : withQuery('/console/why', { event: of })
}

/** Names the permission that the session lacks for a page, with the service's message. */
export function deniedView({ denied }: Denied, { page, portal }: Frame): Inside {
  const title = words.refusals.yourRoleDoesNotAllow
  return {
    title,
    body: html`<div class="head"><div><h1>${title}</h1>
<p>${filled(words.refusals.itNeedsThePermission, {
      denied: html`<code>${denied.action}</code>`,
    })}</p></div></div>
<div class="narrow">
<p class="small muted">${breakable(denied.message)}</p>
${refbox(denied.reference, reference, whyAddress(denied.reference, page))}
<div class="actions mt"><a class="btn" href="/console">${words.refusals.whatYouMayDo}</a>
${portal && html`<a class="btn" href="/portal">${words.refusals.switchRole}</a>`}
${page.under && page.under.path !== page.path && listLink(page.under)}</div></div>`,
  }
}

function listLink({ path, crumb }: NonNullable<Frame['page']['under']>): Safe | undefined {
  return typeof crumb === 'string' ? html`<a class="btn" href="${path}">${crumb}</a>` : undefined
}

/** Replaces a part that the session may not see. The rest of the page is shown. */
export function withheldView({ action, message, reference: id }: Denial): Safe {
  return html`<div class="msg">${glyph('gate-none')}<div>
<p>${filled(words.refusals.yourRoleDoesNot, { action: html`<code>${action}</code>` })}</p>
<details class="small"><summary>${words.refusals.whatTheServiceSaid}</summary>
<p class="muted">${breakable(message)}</p>
<p class="muted">${reference}: <code>${breakable(id)}</code></p></details></div></div>`
}

export function missingView(_: Missing, { page }: Frame): Inside {
  const title = words.refusals.thereIsNothingHere
  const list = page.under ? listLink(rootOf(page)) : undefined
  return {
    title,
    body: html`<div class="head"><div><h1>${title}</h1>
<p>${words.refusals.theNameInThe}</p></div></div>
<div class="actions">${list}<a class="btn" href="/console">${words.refusals.consoleHome}</a></div>`,
  }
}

function rootOf(page: Frame['page']): Frame['page'] {
  return page.under ? rootOf(page.under) : page
}

/** Says that the service can't answer the request. */
export function refusedView({ message, reference: id }: Refused, { page }: Frame): Inside {
  const title = words.refusals.theServiceDidNot
  return {
    title,
    failed: true,
    body: html`<div class="head"><div><h1>${title}</h1><p>${breakable(message)}</p></div></div>
<div class="narrow">${refbox(id, reference, whyAddress(id, page))}
<div class="actions mt">${listLink(rootOf(page))} <a class="btn"
  href="/console">${words.refusals.consoleHome}</a></div></div>`,
  }
}

import type { Denial } from '../../src/console/call.ts'
import type { Denied, Missing, Refused } from '../../src/console/visit.ts'
import { glyph } from '../glyph.ts'
import { breakable, html, type Safe } from '../html.ts'
import { refbox } from '../message.ts'
import type { Frame, Inside } from './frame.ts'

const reference = 'Reference of the audit event'

/** Names the permission that the session lacks for a page, with the service's message. */
export function deniedView({ denied }: Denied, { page, portal }: Frame): Inside {
  const title = 'Your role does not allow this page'
  return {
    title,
    body: html`<div class="head"><div><h1>${title}</h1>
<p>It needs the permission <code>${denied.action}</code>.
Ask who looks after this account to allow it, or take a role that has it.</p></div></div>
<div class="narrow">
<p class="small muted">${breakable(denied.message)}</p>
${refbox(denied.reference, reference)}
<div class="actions mt"><a class="btn" href="/console">What you may do here</a>
${portal && html`<a class="btn" href="/portal">Switch role</a>`}
${page.under && page.under.path !== page.path && listLink(page.under)}</div></div>`,
  }
}

function listLink({ path, crumb }: NonNullable<Frame['page']['under']>): Safe | undefined {
  return typeof crumb === 'string' ? html`<a class="btn" href="${path}">${crumb}</a>` : undefined
}

/** Replaces a part that the session may not see. The rest of the page is shown. */
export function withheldView({ action, message, reference: id }: Denial): Safe {
  return html`<div class="msg">${glyph('gate-none')}<div>
<p>Your role does not allow <code>${action}</code>, so this part is not shown.</p>
<details class="small"><summary>What the service said</summary>
<p class="muted">${breakable(message)}</p>
<p class="muted">${reference}: <code>${breakable(id)}</code></p></details></div></div>`
}

export function missingView(_: Missing, { page }: Frame): Inside {
  const title = 'There is nothing here'
  const list = page.under ? listLink(rootOf(page)) : undefined
  return {
    title,
    body: html`<div class="head"><div><h1>${title}</h1>
<p>The name in the address is mistyped, or what it named was deleted.</p></div></div>
<div class="actions">${list}<a class="btn" href="/console">Console home</a></div>`,
  }
}

function rootOf(page: Frame['page']): Frame['page'] {
  return page.under ? rootOf(page.under) : page
}

/** Says that the service can't answer the request. */
export function refusedView({ message, reference: id }: Refused, { page }: Frame): Inside {
  const title = 'The service did not answer this'
  return {
    title,
    failed: true,
    body: html`<div class="head"><div><h1>${title}</h1><p>${breakable(message)}</p></div></div>
<div class="narrow">${refbox(id, reference)}
<div class="actions mt">${listLink(rootOf(page))}
<a class="btn" href="/console">Console home</a></div></div>`,
  }
}

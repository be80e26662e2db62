import { none, time } from '../../src/console/cells.ts'
import type { OwnKeysShown } from '../../src/sign-in/own-keys.ts'
import { cellView } from '../console/cell.ts'
import { html, type Safe } from '../html.ts'
import { clockTime, csrfField } from '../layout.ts'
import { type MyFrame, myFrame } from './frame.ts'
import { part } from './parts.ts'
import { words } from './words.ts'

export interface PersonSecurityPage extends OwnKeysShown {
  /** Whether the settings let the person have keys. */
  readonly allowed: boolean
  /** When a key was touched in this sign-in; absent: none was. */
  readonly touchedAt?: Date | undefined
}

/** `/portal/security` of a person of a connector: their security keys. */
export function personSecurityPage(frame: MyFrame, page: PersonSecurityPage): Safe {
  return myFrame(frame, {
    title: words.security,
    says: words.personSecuritySays,
    address: '/portal/security',
    body: html`${page.allowed && page.keys.length > 0 && touchPart(frame, page)}
${keysPart(frame, page)}
${part(
  { id: 'sign-ins', title: words.signIns, says: words.signInsShort },
  html`<p class="mt"><a class="btn" href="/portal/sign-ins">${words.lastSignIns}</a></p>`,
)}`,
  })
}

function touchPart({ now }: MyFrame, { touchedAt, usable }: PersonSecurityPage): Safe {
  const state = touchedAt
    ? html`${words.touchedSince} ${clockTime(touchedAt, now)}`
    : words.notTouched
  return part(
    { id: 'touch', title: words.touchTitle, says: words.touchSays },
    html`<p class="mt">${state}</p>
${
  usable &&
  html`<p class="actions mt"><a class="btn${touchedAt ? '' : ' pri'}"
 href="/portal/security/touch">${touchedAt ? words.touchAgain : words.touchNow}</a></p>`
}`,
  )
}

function keysPart(frame: MyFrame, page: PersonSecurityPage): Safe {
  const { keys, allowed, usable, needs } = page
  const mayAdd = allowed && usable && needs === undefined
  return part(
    {
      id: 'keys',
      title: words.personKeys,
      says: words.personKeysSays,
      action: mayAdd
        ? html`<a class="btn sm" href="/portal/security/add-key">${words.addKey}</a>`
        : undefined,
    },
    html`${keys.length > 0 && table(frame, page)}
${keys.length === 0 && html`<p class="muted">${words.noKeysYet}</p>`}
${reason(page)}`,
  )
}

/** Why no key may be added or removed now, and what to do about it. */
function reason({ allowed, usable, needs }: PersonSecurityPage): Safe | undefined {
  if (!allowed) return html`<p class="small muted mt">${words.keysNotAllowed}</p>`
  if (!usable) return html`<p class="small muted mt">${words.keysNotUsable}</p>`
  if (needs === 'touch') return html`<p class="small muted mt">${words.touchFirst}</p>`
  if (needs === undefined) return undefined
  const again = `/signin?${new URLSearchParams({ next: '/portal/security' })}`
  return html`<p class="small mt">${words.signInFirst}
<a href="${again}">${words.signInAgain}</a></p>`
}

function table({ csrf, now }: MyFrame, { keys, needs, allowed }: PersonSecurityPage): Safe {
  const mayRemove = allowed && needs === undefined
  return html`<form action="/portal/security/remove-key" method="post" class="mt">${csrfField(csrf)}
<table class="tbl"><caption class="vh">${words.personKeys}</caption>
<thead><tr>${words.personKeyHeads.map((head) => html`<th scope="col">${head}</th>`)}
${mayRemove && html`<th scope="col"><span class="vh">${words.removeKey}</span></th>`}</tr></thead>
<tbody>${keys.map(({ id, name, createdAt, securityKey: { lastUsedAt } }) => {
    const used = lastUsedAt === undefined ? none(words.never) : time(new Date(lastUsedAt))
    return html`<tr><th scope="row"><bdi>${name}</bdi></th>
<td>${cellView(used, now)}</td><td>${cellView(time(new Date(createdAt)), now)}</td>
${
  mayRemove &&
  html`<td><button class="btn sm" name="id" value="${id}"
 aria-label="${words.removeKeyNamed(name)}">${words.removeKey}</button></td>`
}</tr>`
  })}</tbody></table></form>`
}

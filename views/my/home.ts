import type { AssumableRole } from '../../src/sign-in/user/assumable-roles.ts'
import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { csrfField } from '../layout.ts'
import { type MyFrame, myFrame } from './frame.ts'
import { part } from './parts.ts'
import { words } from './words.ts'

export interface HomePage {
  readonly roles: readonly (AssumableRole & { readonly starred: boolean })[]
  /** What was typed for another role. */
  readonly typed?: string | undefined
}

/** `/portal` of a user of an account. */
export function homePage(frame: MyFrame, page: HomePage): Safe {
  const { who } = frame
  return myFrame(frame, {
    title: words.title,
    says: who.line,
    address: '/portal',
    body: html`${part(
      {
        id: 'console',
        title: words.console,
        says: who.account === 'user' ? words.consoleSays : words.rootConsoleSays,
      },
      html`<p class="mt">
<a class="btn pri" href="/portal/own-console">${words.openConsole}</a></p>`,
    )}
${
  who.account === 'user' &&
  part({ id: 'roles', title: words.roles, says: words.rolesSays }, rolesPart(frame, page))
}
${part(
  { id: 'security', title: words.security, says: words.securitySays },
  html`<p class="actions mt"><a class="btn" href="/portal/security">${words.security}</a>
<a class="btn" href="/portal/access">${words.access}</a></p>`,
)}`,
  })
}

function rolesPart({ csrf }: MyFrame, { roles, typed }: HomePage): Safe {
  return html`${roles.length === 0 && html`<p class="muted">${words.noRoles}</p>`}
${roles.length > 0 && table(csrf, roles)}
<details class="mt"${typed !== undefined && html` open`}><summary>${words.otherRole}</summary>
<form action="/portal/role" method="post" class="narrow mt">${csrfField(csrf)}
<div class="field"><label for="role">${words.role}</label>
<input id="role" name="role" value="${typed}" required maxlength="2048" autocomplete="off"
 autocapitalize="none" spellcheck="false" aria-describedby="rh"${
   typed !== undefined && html` aria-invalid="true"`
 }><p class="help" id="rh">${words.otherRoleSays}</p></div>
<div class="actions mt"><button class="btn">${words.take}</button></div></form></details>`
}

function table(csrf: string, roles: HomePage['roles']): Safe {
  return html`<form action="/portal/role" method="post">${csrfField(csrf)}
<table class="tbl"><caption class="vh">${words.roles}</caption>
<thead><tr>${words.roleHeads.map((head) => html`<th scope="col">${head}</th>`)}
<th scope="col"><span class="vh">${words.take}</span></th>
<th scope="col"><span class="vh">${words.star}</span></th></tr></thead>
<tbody>${roles.map(
    ({ arn, name, description, starred }) => html`<tr><th scope="row"><bdi>${name}</bdi></th>
<td>${description}</td><td><button class="btn sm" name="role" value="${arn}"
 aria-label="${words.takeNamed(name)}">${words.take}</button></td>
<td>${starButton(arn, name, starred)}</td></tr>`,
  )}</tbody></table></form>`
}

function starButton(arn: string, name: string, starred: boolean): Safe {
  const label = starred ? words.unstarNamed(name) : words.starNamed(name)
  return html`<button class="btn sm quiet" formaction="/portal/role/star" name="${
    starred ? 'unstar' : 'star'
  }" value="${arn}" aria-label="${label}">${glyph(starred ? 'star-on' : 'star', 'i i-sm')}</button>`
}

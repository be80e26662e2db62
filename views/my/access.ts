import type { LastSignIn } from '../../src/sign-in/last-sign-ins.ts'
import type { OwnSession } from '../../src/sign-in/own-sessions.ts'
import { breakable, breakableName, html, type Safe } from '../html.ts'
import { accountId, clockTime, csrfField } from '../layout.ts'
import { type MyFrame, myFrame } from './frame.ts'
import { part } from './parts.ts'
import { words } from './words.ts'

export interface AccessRole {
  readonly name: string
  /** Alias or 12 digits. */
  readonly account: string
}

export interface AccessPage {
  readonly roles: readonly AccessRole[]
  readonly sessions: readonly OwnSession[]
  /** What this browser knows its sign-in and its console by. */
  readonly here: readonly (string | undefined)[]
  /** Names of security keys and devices; absent: on the page of their own. */
  readonly keys?: readonly string[] | undefined
  readonly signIns: readonly LastSignIn[]
}

const mostRoles = 12
const mostSignIns = 3

/** `/portal/access`: all that a person has and that lives of them, with a button to end each. */
export function accessPage(frame: MyFrame, page: AccessPage): Safe {
  return myFrame(frame, {
    title: words.access,
    says: words.accessSays,
    address: '/portal/access',
    body: html`${rolesPart(page)}
${sessionsPart(frame, page)}
${keysPart(page)}
${signInsPart(frame, page)}`,
  })
}

function rolesPart({ roles }: AccessPage): Safe {
  const more = roles.length - mostRoles
  return part(
    {
      id: 'roles',
      title: words.roles,
      action: html`<a class="btn sm" href="/portal">${words.yourRoles}</a>`,
    },
    roles.length === 0
      ? html`<p class="muted">${words.noRolesAtAll}</p>`
      : html`<p class="chips">${roles.slice(0, mostRoles).map(
          ({ name, account }) => html`<span class="chip"><bdi>${breakableName(name)}</bdi>
<span class="muted">${account}</span></span>`,
        )}</p>${more > 0 && html`<p class="small muted mt">${words.moreRoles(more)}</p>`}`,
  )
}

function sessionsPart({ csrf, now }: MyFrame, { sessions, here }: AccessPage): Safe {
  return part(
    { id: 'sessions', title: words.sessions, says: words.sessionsSays },
    html`${sessions.length === 0 && html`<p class="muted">${words.noSessions}</p>`}
${
  sessions.length > 0 &&
  html`<form action="/portal/access/end" method="post">${csrfField(csrf)}
<ul class="stack-l mt">${sessions.map((one) => {
    const isHere = one.mark !== undefined && here.includes(one.mark)
    return sessionView(one, isHere, now)
  })}</ul>
</form>`
}
<p class="small mt"><a href="/signout">${words.everywhere}</a></p>`,
  )
}

/** A user's own console is their sign-in. */
function ofNone(kind: OwnSession['kind']): string {
  return words.kinds[kind === 'console' ? 'sign-in' : kind]
}

function sessionView(session: OwnSession, isHere: boolean, now: Date): Safe {
  const { id, kind, of, account, at, until, address, userAgent } = session
  const what = of === undefined ? ofNone(kind) : words.kindOf(words.kinds[kind], of)
  const label = `${what}, ${at}`
  return html`<li><b><bdi>${breakableName(what)}</bdi></b>${
    account !== undefined && html` <span class="muted">${accountId(account)}</span>`
  }<br>
<span class="small">${words.since} ${clockTime(new Date(at), now)}, ${words.until}
${clockTime(new Date(until), now)} · <code>${address}</code></span><br>
<span class="small muted">${breakable(userAgent)}</span><br>
${
  isHere
    ? html`<span class="b ink">${words.here}</span>`
    : html`<button class="btn sm" name="id" value="${id}" aria-label="${words.endNamed(label)}">${
        words.end
      }</button>`
}</li>`
}

function keysPart({ keys }: AccessPage): Safe {
  return part(
    {
      id: 'keys',
      title: words.keysAndDevices,
      action: html`<a class="btn sm" href="/portal/security">${words.security}</a>`,
    },
    html`${keys && keys.length === 0 && html`<p class="muted">${words.noKeysYet}</p>`}
${
  keys &&
  keys.length > 0 &&
  html`<p class="chips">${keys.map(
    (name) => html`<span class="chip"><bdi>${name}</bdi></span>`,
  )}</p>`
}${!keys && html`<p class="small muted">${words.securitySays}</p>`}`,
  )
}

function signInsPart({ now }: MyFrame, { signIns }: AccessPage): Safe {
  return part(
    {
      id: 'sign-ins',
      title: words.signIns,
      says: words.signInsNote,
      action: html`<a class="btn sm" href="/portal/sign-ins">${words.allSignIns}</a>`,
    },
    signIns.length === 0
      ? html`<p class="muted">${words.noSignIns}</p>`
      : html`<ul class="stack-l mt">${signIns.slice(0, mostSignIns).map(
          ({ at, address, userAgent }) => html`<li><b>${clockTime(new Date(at), now)}</b> ·
<code>${address}</code><br><span class="small muted">${breakable(userAgent)}</span></li>`,
        )}</ul>`,
  )
}

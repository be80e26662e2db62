import type { OpenConsole } from '../../src/sign-in/console.ts'
import { glyph } from '../glyph.ts'
import { breakableName, html, type Safe } from '../html.ts'
import { accountId, type Branding, clockTime, csrfField, layout } from '../layout.ts'
import { type Problem, problem } from '../message.ts'
import { words } from './words.ts'

/** What surrounds every page of a user's own. */
export interface MyFrame {
  readonly brand: Branding
  readonly csrf: string
  readonly now: Date
  readonly session: OpenConsole
  /** What was done just now, said once. */
  readonly said?: string | undefined
  readonly problem?: Problem | undefined
}

export interface Inside {
  readonly title: string
  readonly says?: string | undefined
  /** Where the page came from; absent: the first one. */
  readonly back?: boolean | undefined
  /** The page has what is shown once: it stays when the session ends. */
  readonly stays?: boolean | undefined
  readonly address: string
  readonly body: Safe
}

export function myFrame(frame: MyFrame, inside: Inside): Safe {
  const { brand, session, now, said, problem: found } = frame
  const { title, says, back, stays, address, body } = inside
  return layout({
    title: found ? `Error: ${title}` : title,
    brand,
    go: '/portal/go',
    endsInSeconds: Math.max(0, (session.expiresAt.getTime() - now.getTime()) / 1000),
    stays: stays ?? false,
    address,
    body: html`<a class="skip" href="#main">Skip to content</a>
${bar(frame)}
<main class="page" id="main" tabindex="-1">
${back && html`<p class="small"><a href="/portal/security">${words.back}</a></p>`}
<div class="head"><div><h1>${breakableName(title)}</h1>
${says !== undefined && html`<p>${says}</p>`}</div></div>
${said !== undefined && saidNotice(said)}
${found && html`<div class="notice">${problem(found)}</div>`}
<div class="stack-l">${body}</div>
</main>`,
  })
}

function bar({ brand, session, csrf, now }: MyFrame): Safe {
  const { claims, accountName, expiresAt } = session
  const where = accountName ?? accountId(claims.account)
  return html`<header class="bar">
<a class="brand" href="/portal">${glyph('mark')}${brand.name}</a><span class="push"></span>
<details class="whoami">
<summary class="btn quiet sm"><bdi>${claims.name}</bdi> ${glyph('down', 'i i-sm')}</summary>
<div class="panel">
  <p class="small">${words.line(claims.name, where)}<br>
  <span class="muted">${words.lasts} ${clockTime(expiresAt, now)}</span></p>
  <form action="/signout" method="post">${csrfField(csrf)}
  <button class="btn sm block">${words.signOut}</button></form>
  <p class="small"><a href="/portal/sign-ins">${words.lastSignIns}</a> ·
  <a href="/signout">${words.everywhere}</a></p>
</div></details></header>`
}

function saidNotice(said: string): Safe {
  return html`<div class="msg ok notice" role="status">${glyph('check')}<div>
<p>${said}</p></div></div>`
}

import { glyph } from '../glyph.ts'
import { breakableName, html, type Safe } from '../html.ts'
import { type Branding, clockTime, csrfField, layout } from '../layout.ts'
import { type Problem, problem } from '../message.ts'
import { words } from './words.ts'

/** Whose page it is: a user of an account, its root, or a person of a connector. */
export interface Who {
  readonly name: string
  /** Where they are at home: an account, or a connector. */
  readonly line: string
  readonly endsAt: Date
  /** Absent: a person of a connector. */
  readonly account?: 'user' | 'root' | undefined
}

/** What surrounds every page of a user's own. */
export interface MyFrame {
  readonly brand: Branding
  readonly csrf: string
  readonly now: Date
  readonly who: Who
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
  const { brand, who, now, said, problem: found } = frame
  const { title, says, back, stays, address, body } = inside
  return layout({
    title: found ? `Error: ${title}` : title,
    brand,
    go: '/portal/go',
    endsInSeconds: Math.max(0, (who.endsAt.getTime() - now.getTime()) / 1000),
    stays: stays ?? false,
    address,
    body: html`<a class="skip" href="#main">${words.frame.skipToContent}</a> ${bar(frame)}
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

function bar({ brand, who, csrf, now }: MyFrame): Safe {
  return html`<header class="bar">
<a class="brand" href="/portal">${glyph('mark')}${brand.name}</a><span class="push"></span>
<details class="whoami">
<summary class="btn quiet sm"><bdi>${who.name}</bdi> ${glyph('down', 'i i-sm')}</summary>
<div class="panel">
  <p class="small">${who.line}<br>
  <span class="muted">${words.lasts} ${clockTime(who.endsAt, now)}</span></p>
  <form action="/signout" method="post">${csrfField(csrf)}
  <button class="btn sm block">${words.signOut}</button></form>
  <p class="small"><a href="/portal/access">${words.access}</a> ·
  <a href="/signout">${words.everywhere}</a></p>
</div></details></header>`
}

function saidNotice(said: string): Safe {
  return html`<div class="msg ok notice" role="status">${glyph('check')}<div>
<p>${said}</p></div></div>`
}

import type { AskingTerminal } from '../../src/sign-in/terminal-touches.ts'
import { html, type Safe } from '../html.ts'
import { csrfField } from '../layout.ts'
import { ceremonyPart } from '../security-keys/ceremony.ts'
import { type MyFrame, myFrame } from './frame.ts'
import { words } from './words.ts'

const at = '/portal/security/terminal'

export interface TerminalTouchPage extends AskingTerminal {
  readonly ticket: string
}

/** Names the terminal that asks, and asks the person for a key. */
export function terminalTouchPage(frame: MyFrame, page: TerminalTouchPage): Safe {
  const { ticket, machine, address, code, options } = page
  return myFrame(frame, {
    title: words.terminalTitle,
    says: words.terminalSays,
    address: `${at}?${new URLSearchParams({ ticket })}`,
    body: html`<form method="post" action="${at}" class="narrow">
${csrfField(frame.csrf)}<input type="hidden" name="ticket" value="${ticket}">
${fact(words.terminalCode, html`<span class="ref" data-code>${code}</span>`)}
${fact(words.terminalMachine, html`<code><bdi>${machine}</bdi></code>`)}
${fact(words.terminalAddress, html`<code>${address}</code>`)}
<p class="mt">${words.terminalOnlyIf}</p>
${ceremonyPart('response', { kind: 'get', options })}
<div class="actions mt"><button class="btn pri">${words.terminalTouchNow}</button></div></form>`,
  })
}

/** Leads to the terminal that waits on this computer. */
export function terminalTouchedPage(frame: MyFrame, href: string): Safe {
  return myFrame(frame, {
    title: words.terminalTouched,
    says: words.terminalTouchedSays,
    stays: true,
    address: '/portal/security',
    body: html`<div class="actions"><a class="btn pri" data-go-on="0" href="${href}">${
      words.terminalBack
    }</a></div>`,
  })
}

function fact(label: string, value: Safe): Safe {
  return html`<p class="refbox mt"><span class="muted">${label}</span> ${value}</p>`
}

import type { AskedTouch, CodeOfTouch } from '../../src/sign-in/user/touch-for-code.ts'
import { html, type Safe } from '../html.ts'
import { accountId, type Branding, clockTime, csrfField, gateway } from '../layout.ts'
import { type Problem, problem } from '../message.ts'
import { ceremonyPart } from './ceremony.ts'
import { words } from './words.ts'

export interface TouchPage {
  readonly brand: Branding
  readonly csrf: string
  readonly ticket: string
  readonly asked: AskedTouch
  readonly problem?: Problem | undefined
}

/** Asks a user for a key, for a program that waits. */
export function touchPage({ brand, csrf, ticket, asked, problem: found }: TouchPage): Safe {
  const { options } = asked
  return gateway({
    title: found ? `Error: ${words.touchTitle}` : words.touchTitle,
    heading: words.touchTitle,
    brand,
    glyph: 'key',
    address: `/mfa?${new URLSearchParams({ ticket })}`,
    line: words.touchOf(asked.userName, accountId(asked.account)),
    content: html`${found && problem(found)}
${
  options === undefined
    ? html`<p>${words.noKey}</p>`
    : html`<p class="small">${words.touchWhy}</p>
<form action="/mfa" method="post" class="mt">
  ${csrfField(csrf)}
  <input type="hidden" name="ticket" value="${ticket}">
  ${ceremonyPart('response', { kind: 'get', options })}
  <button class="btn pri block mt" autofocus>${words.touchButton}</button>
</form>`
}`,
  })
}

export interface CodePage {
  readonly brand: Branding
  readonly made: CodeOfTouch
  readonly now: Date
}

/** Shows the code, and takes it to the program where one waits on this machine. */
export function touchCodePage({ brand, made, now }: CodePage): Safe {
  const { code, serialNumber, until } = made
  return gateway({
    title: words.codeTitle,
    brand,
    glyph: 'check',
    wide: true,
    address: '/mfa/done',
    line: html`${words.codeUntil} ${clockTime(until, now)}`,
    content: html`<p class="refbox"><span class="muted">${words.code}</span>
<span class="ref" data-code>${code}</span></p>
<p class="refbox mt"><span class="muted">${words.serial}</span>
<span class="mono" data-serial>${serialNumber}</span></p>
<p class="small muted mt">${words.codeFor}</p>
${
  made.returnTo !== undefined &&
  html`<div class="actions mt"><a class="btn pri" data-go-on="0" href="${addressWith(
    made.returnTo,
    made,
  )}">${words.codeBack}</a></div>`
}`,
  })
}

function addressWith(returnTo: string, { code, serialNumber }: CodeOfTouch): string {
  const url = new URL(returnTo)
  url.searchParams.set('code', code)
  url.searchParams.set('serial', serialNumber)
  return url.href
}

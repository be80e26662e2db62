import { html, type Safe } from '../html.ts'
import type { EndedConsole } from '../../src/sign-in/console.ts'
import { glyph } from '../glyph.ts'
import { accountId, type Branding, clockTime, csrfField, duration, gateway } from '../layout.ts'
import { actingAs } from './console.ts'

export interface EndedPage {
  readonly brand: Branding
  readonly now: Date
  readonly session: EndedConsole
  /** Where signing in again leads back to. */
  readonly path: string
  /** The person is still signed in at the portal and may take the same role again. */
  readonly again?: { readonly csrf: string; readonly choice: string; readonly roleName: string }
}

/** Says that a console session ended, and shows the way back: to the issuer, or to our own sign-in. */
export function endedPage({ brand, now, session, path, again }: EndedPage): Safe {
  const { reason, issuer, claims, openedAt, expiresAt } = session
  const title = reason === 'timed-out' ? 'Your session timed out' : 'Your session was ended'
  const signIn = `/signin?${new URLSearchParams({ next: path })}`
  return gateway({
    title, brand, glyph: 'clock',
    line: reason === 'timed-out' && html`at ${clockTime(expiresAt, now)}, after ${duration((expiresAt.getTime() - openedAt.getTime()) / 1000)}`,
    content: html`<p>${reason === 'timed-out'
      ? 'Sessions end on time so that a forgotten screen is no open gate. Nothing you saved is lost.'
      : 'The role or user behind it was changed or removed. Sign in again, or ask its owner.'}</p>
${claims && html`<dl class="dl ruled small mt"><dt>${claims.role ? 'Role' : 'User'}</dt><dd>${actingAs({ claims })}</dd><dt>Account</dt><dd class="num">${accountId(claims.account)}</dd></dl>`}
<div class="mt stack-s">
${issuer !== undefined
  ? html`<a class="btn pri block" href="${issuer}" rel="noreferrer">Go back to ${new URL(issuer).host} ${glyph('arrow', 'i i-sm')}</a>
<a class="btn block" href="${signIn}">Sign in here instead</a>`
  : again
    ? html`<form action="/portal/console" method="post">${csrfField(again.csrf)}<input type="hidden" name="grant" value="${again.choice}"><button class="btn pri block">Open it again as ${again.roleName}</button></form>
<a class="btn block" href="${signIn}">Sign in again</a>`
    : html`<a class="btn pri block" href="${signIn}">Sign in again</a>`}
</div>
<p class="small muted mt">You return to <span class="mono">${path}</span> after signing in.</p>`,
  })
}

import type { QrPath } from '../../../src/console/my/qr-path.ts'
import type { BegunDevice } from '../../../src/sign-in/user/enrol.ts'
import { html, type Safe } from '../../html.ts'
import { type Branding, csrfField, gateway } from '../../layout.ts'
import { type Problem, problem } from '../../message.ts'
import { qrView, twoCodes } from '../../my/parts.ts'
import { rootAddress } from './root-address.ts'
import { words } from './words.ts'

interface Asking {
  readonly brand: Branding
  readonly csrf: string
  readonly problem?: Problem | undefined
}

export interface RootPage extends Asking {
  /** As typed. */
  readonly name?: string | undefined
  readonly next: string
}

/** The first step of an account's root: its name in the settings, and its password. */
export function rootPage(page: RootPage): Safe {
  const { brand, csrf, name, next, problem: found } = page
  const bad = found?.fields === true && html` aria-invalid="true"`
  return gateway({
    title: found ? `Error: ${words.root}` : words.root,
    heading: words.root,
    brand,
    glyph: 'key',
    address: rootAddress({ next }),
    line: words.rootLine,
    content: html`${found && problem(found)}
<form action="/signin/user/root" method="post"${found && html` class="mt"`}>
  ${csrfField(csrf)}
  <input type="hidden" name="next" value="${next}">
  <div class="field">
    <label for="n">${words.rootName}</label>
    <input id="n" name="name" inputmode="email" autocomplete="username" autocapitalize="none"
      autocorrect="off" spellcheck="false" required maxlength="512" value="${name}"${bad}${
        !found && html` autofocus`
      }>
  </div>
  <div class="field">
    <label for="p">${words.password}</label>
    <input id="p" name="password" type="password" autocomplete="current-password" required${bad}>
  </div>
  <button class="btn pri block mt">${words.onward}</button>
</form>
<p class="or">${words.notRoot}</p>
<a class="btn block" href="${userAddress(next)}">${words.signInAsUser}</a>`,
  })
}

function userAddress(next: string): string {
  return next === '/console'
    ? '/signin/user/password'
    : `/signin/user/password?${new URLSearchParams({ next })}`
}

export interface EnrolPage extends Asking {
  /** The device whose key is shown; absent: none was begun, or it was shown before. */
  readonly begun?: (BegunDevice & { readonly qr: QrPath }) | undefined
  /** Whether the key of a device was shown before. */
  readonly shownBefore?: boolean | undefined
}

/** The step of a root without a second factor, where one is required. */
export function enrolPage(page: EnrolPage): Safe {
  const { brand, csrf, begun, shownBefore, problem: found } = page
  const isBegun = begun !== undefined || shownBefore === true
  return gateway({
    title: found ? `Error: ${words.enrolTitle}` : words.enrolTitle,
    heading: words.enrolTitle,
    brand,
    glyph: 'key',
    wide: true,
    address: '/signin/user/enrol',
    line: `${words.rootUser} · ${words.enrolLine}`,
    content: html`${found && problem(found)}
<p>${isBegun && !begun ? words.enrolAgain : words.enrolSays}</p>
${begun && qrView(begun)}
${isBegun && codesForm(csrf, found !== undefined)}
<form action="/signin/user/enrol" method="post" class="mt">${csrfField(csrf)}
<button class="btn${!isBegun && html` pri`} block">${
      isBegun ? words.enrolStart : words.enrolButton
    }</button></form>
<p class="small muted mt"><a href="/signin/user/root">${words.fromStart}</a></p>`,
  })
}

function codesForm(csrf: string, bad: boolean): Safe {
  return html`<form action="/signin/user/enrol/codes" method="post" class="mt">${csrfField(csrf)}
${twoCodes(bad)}
<button class="btn pri block mt">${words.onward}</button></form>`
}

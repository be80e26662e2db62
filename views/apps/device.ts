import type { DeviceCodeForm, DeviceProblem, DeviceQuestion } from '../../src/apps/pages.ts'
import { filled } from '../filled.ts'
import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { type Branding, clockTime, gateway } from '../layout.ts'
import { messagePage, type Problem, problem } from '../message.ts'
import { toldList } from './told.ts'
import { words } from './words.ts'

interface Branded {
  readonly brand: Branding
}

/** Asks for the code that a device without a browser shows (RFC 8628, section 3.3). */
export function deviceCodePage(page: DeviceCodeForm & Branded): Safe {
  const { brand, action, xsrf, code, problem: found } = page
  const bad = found !== undefined && found !== 'stale'
  return gateway({
    title: words.device.signInOnA,
    brand,
    glyph: 'terminal',
    line: brand.name,
    content: html`${found && problem({ ...problems[found], fields: bad })}
<form action="${action}" method="post"${found && html` class="mt"`}>
  <input type="hidden" name="xsrf" value="${xsrf}">
  <div class="field">
    <label for="code">${words.device.codeOnTheDevice}</label>
    <input id="code" name="user_code" autocomplete="one-time-code" autocapitalize="characters"
      autocorrect="off" spellcheck="false" required maxlength="16" value="${code}"${
        bad && html` aria-invalid="true"`
      } aria-describedby="ch">
    <p class="help" id="ch">${
      code === undefined ? words.device.eightLettersSuchAs : words.device.compareItYourDevice
    }</p>
  </div>
  <button class="btn pri block mt">${words.device.continue}</button>
</form>`,
  })
}

const problems: Readonly<Record<DeviceProblem, Problem>> = {
  wrong: { title: words.device.noDeviceShowsThis, next: words.device.typeItAsYour },
  expired: {
    title: words.device.thisCodeIsToo,
    next: words.device.startAgainOnYour,
  },
  used: {
    title: words.device.thisCodeWasUsed,
    next: words.device.ifItWasNot,
  },
  stale: {
    title: words.device.thisPageWasOpen,
    next: words.device.nothingWasChangedType,
  },
}

/** Says which device asks, so that nobody signs in for the device of a stranger. */
export function deviceConfirmPage(page: DeviceQuestion & Branded): Safe {
  const { brand, action, xsrf, code, app, device, now } = page
  return gateway({
    title: words.device.signInToOn(app),
    brand,
    glyph: 'terminal',
    line: brand.name,
    content: html`<div class="msg warn">${glyph('warning')}
<div><p><b>${words.device.didYouStartThis}</b></p>
<p>${filled(words.device.whoeverHasTheDevice, { app })}</p></div></div>
<dl class="dl mt">
<dt>${words.device.codeOnTheDevice}</dt><dd><span class="ref">${code}</span></dd>
<dt>${words.device.itsAddress}</dt><dd>${device.address}</dd>
<dt>${words.device.itsProgram}</dt><dd>${device.agent === '' ? 'says nothing' : device.agent}</dd>
<dt>${words.device.started}</dt><dd>${clockTime(device.at, now)}</dd></dl>
<div class="mt">${toldList(page)}</div>
<form action="${action}" method="post" class="actions mt">
<input type="hidden" name="xsrf" value="${xsrf}">
<input type="hidden" name="user_code" value="${code}">
<button class="btn" name="abort" value="yes">${words.device.no}</button>
<button class="btn pri" name="confirm" value="yes">${words.device.yesSignIn}</button></form>`,
  })
}

export function deviceDonePage({ brand, app }: Branded & { readonly app: string }): Safe {
  return messagePage({
    brand,
    title: words.device.yourDeviceIsSigned(app),
    glyph: 'check',
    text: words.device.goOnThereYou,
    actions: [{ href: '/portal', text: words.device.yourRoles }],
  })
}

export function deviceDeclinedPage({ brand }: Branded): Safe {
  return messagePage({
    brand,
    title: words.device.theDeviceWasNot,
    glyph: 'mark-closed',
    text: words.device.itWasToldSo,
    actions: [{ href: '/portal', text: words.device.yourRoles }],
  })
}

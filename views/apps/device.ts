import type { DeviceCodeForm, DeviceProblem, DeviceQuestion } from '../../src/apps/pages.ts'
import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { type Branding, clockTime, gateway } from '../layout.ts'
import { messagePage, type Problem, problem } from '../message.ts'
import { toldList } from './told.ts'

interface Branded {
  readonly brand: Branding
}

/** Asks for the code that a device without a browser shows (RFC 8628, section 3.3). */
export function deviceCodePage(page: DeviceCodeForm & Branded): Safe {
  const { brand, action, xsrf, code, problem: found } = page
  const bad = found !== undefined && found !== 'stale'
  return gateway({
    title: 'Sign in on a device',
    brand,
    glyph: 'terminal',
    line: brand.name,
    content: html`${found && problem({ ...problems[found], fields: bad })}
<form action="${action}" method="post"${found && html` class="mt"`}>
  <input type="hidden" name="xsrf" value="${xsrf}">
  <div class="field">
    <label for="code">Code on the device</label>
    <input id="code" name="user_code" autocomplete="one-time-code" autocapitalize="characters"
      autocorrect="off" spellcheck="false" required maxlength="16" value="${code}"${
        bad && html` aria-invalid="true"`
      } aria-describedby="ch">
    <p class="help" id="ch">${
      code === undefined
        ? 'Eight letters, such as BCDF-GHJK'
        : 'Compare it: your device shows the same code'
    }</p>
  </div>
  <button class="btn pri block mt">Continue</button>
</form>`,
  })
}

const problems: Readonly<Record<DeviceProblem, Problem>> = {
  wrong: { title: 'No device shows this code', next: 'Type it as your device shows it now.' },
  expired: {
    title: 'This code is too old',
    next: 'Start again on your device, and type the code that it shows then.',
  },
  used: {
    title: 'This code was used already',
    next: 'If it was not you, somebody else has your code: start again on your device.',
  },
  stale: {
    title: 'This page was open for too long',
    next: 'Nothing was changed. Type the code that your device shows again.',
  },
}

/** Says which device asks, so that nobody signs in for the device of a stranger. */
export function deviceConfirmPage(page: DeviceQuestion & Branded): Safe {
  const { brand, action, xsrf, code, app, device, now } = page
  return gateway({
    title: `Sign in to ${app} on another device?`,
    brand,
    glyph: 'terminal',
    line: brand.name,
    content: html`<div class="msg warn">${glyph('warning')}
<div><p><b>Did you start this yourself?</b></p>
<p>Whoever has the device will be you in ${app}. If somebody sent you this code or address, whoever
they say they are, answer No.</p></div></div>
<dl class="dl mt">
<dt>Code on the device</dt><dd><span class="ref">${code}</span></dd>
<dt>Its address</dt><dd>${device.address}</dd>
<dt>Its program</dt><dd>${device.agent === '' ? 'says nothing' : device.agent}</dd>
<dt>Started</dt><dd>${clockTime(device.at, now)}</dd></dl>
<div class="mt">${toldList(page)}</div>
<form action="${action}" method="post" class="actions mt">
<input type="hidden" name="xsrf" value="${xsrf}">
<input type="hidden" name="user_code" value="${code}">
<button class="btn" name="abort" value="yes">No</button>
<button class="btn pri" name="confirm" value="yes">Yes, sign in</button></form>`,
  })
}

export function deviceDonePage({ brand, app }: Branded & { readonly app: string }): Safe {
  return messagePage({
    brand,
    title: `Your device is signed in to ${app}`,
    glyph: 'check',
    text: 'Go on there. You can close this page.',
    actions: [{ href: '/portal', text: 'Your roles' }],
  })
}

export function deviceDeclinedPage({ brand }: Branded): Safe {
  return messagePage({
    brand,
    title: 'The device was not signed in',
    glyph: 'mark-closed',
    text: 'It was told so. If somebody sent you the code, tell the people who run this site.',
    actions: [{ href: '/portal', text: 'Your roles' }],
  })
}

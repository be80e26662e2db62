import type { OnItsWay } from '../../../src/sign-in/user/user-sign-in.ts'
import { html, type Safe } from '../../html.ts'
import { type Branding, csrfField, gateway } from '../../layout.ts'
import { type Problem, problem } from '../../message.ts'
import { words } from './words.ts'

export interface CodePage {
  readonly brand: Branding
  readonly csrf: string
  readonly way: OnItsWay
  /** One code, or two in a row that set the device's clock. */
  readonly asks: 'code' | 'resync'
  /** The device that was chosen before. */
  readonly chosen?: string | undefined
  readonly problem?: Problem | undefined
}

/** So many codes are refused before the page says what may be wrong with the device. */
const refusedBeforeHelp = 2

/** The second step of a user who has MFA devices. */
export function codePage(page: CodePage): Safe {
  const { brand, way, asks, problem: found } = page
  const isResync = asks === 'resync'
  const heading = isResync ? words.resyncTitle : words.confirm
  return gateway({
    title: found ? `Error: ${heading}` : heading,
    heading,
    brand,
    glyph: 'lock',
    address: isResync ? '/signin/user/resync' : '/signin/user/code',
    line: words.accepted(way.step.user?.name ?? words.rootUser),
    content: html`${found && problem(found)}
${isResync && html`<p>${words.resyncLine}</p>`}
${form(page)}
${help(page)}
${
  way.factors.securityKeys.length > 0 &&
  html`<p class="small mt"><a href="/signin/user/key">${words.useKey}</a></p>`
}
<p class="small muted mt">${words.lost} <a href="/signin/user/password">${words.fromStart}</a></p>`,
  })
}

function form({ csrf, way, asks, chosen, problem: found }: CodePage): Safe {
  const { devices } = way.factors
  const bad = found?.fields === true
  const isResync = asks === 'resync'
  const only = devices.length === 1 ? devices[0] : undefined
  const label = only ? words.codeOf(only.name) : words.code
  const action = isResync ? '/signin/user/resync' : '/signin/user/code'
  return html`<form action="${action}" method="post" class="code-in${found && ' mt'}">
  ${csrfField(csrf)}
  <input type="hidden" name="next" value="${way.step.next}">
  ${devices.length > 1 && choice(devices, chosen)}
  ${codeField({ name: 'code', label: isResync ? words.firstCode : label, bad, first: true })}
  ${isResync && codeField({ name: 'next-code', label: words.nextCode, bad, first: false })}
  <button class="btn pri block mt">${words.onward}</button>
</form>`
}

function choice(devices: OnItsWay['factors']['devices'], chosen: string | undefined): Safe {
  const options = devices.map(({ serialNumber, name }) => {
    const isChosen = serialNumber === chosen && html` selected`
    return html`<option value="${serialNumber}"${isChosen}>${name}</option>`
  })
  return html`<div class="field">
    <label for="d">${words.device}</label>
    <select id="d" name="device">${options}</select>
  </div>`
}

interface CodeField {
  readonly name: string
  readonly label: string
  readonly bad: boolean
  readonly first: boolean
}

function codeField({ name, label, bad, first }: CodeField): Safe {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" inputmode="numeric" autocomplete="${
      first ? 'one-time-code' : 'off'
    }" maxlength="16" required${bad && html` aria-invalid="true"`}${
      first && html` aria-describedby="ch"`
    }${first && !bad && html` autofocus`}>
    ${first && html`<p class="help" id="ch">${words.codeHelp}</p>`}
  </div>`
}

function help({ way, asks }: CodePage): Safe | undefined {
  if (asks === 'resync')
    return html`<p class="small mt"><a href="/signin/user/code">${words.oneCode}</a></p>`
  if (way.step.refused < refusedBeforeHelp) return undefined
  return html`<p class="small mt">${words.refusedHelp} <a
 href="/signin/user/resync">${words.resync}</a></p>`
}

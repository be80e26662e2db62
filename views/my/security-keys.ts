import { html, type Safe } from '../html.ts'
import { csrfField } from '../layout.ts'
import { ceremonyPart } from '../security-keys/ceremony.ts'
import { type MyFrame, myFrame } from './frame.ts'
import { words } from './words.ts'

export interface AddKeyPage {
  /** What the browser asks the key, as JSON. */
  readonly options: string
  /** As typed. */
  readonly name: string
}

/** `/portal/security/add-key`: names a security key, and asks for it. */
export function addKeyPage(frame: MyFrame, page: AddKeyPage): Safe {
  return myFrame(frame, {
    title: words.addKey,
    says: words.addKeySays,
    back: true,
    address: '/portal/security/add-key',
    body: html`<form method="post" action="/portal/security/add-key" class="narrow">
${csrfField(frame.csrf)}
${keyNameField(page.name, frame.problem !== undefined)}
${ceremonyPart('response', { kind: 'create', options: page.options })}
<div class="actions mt"><button class="btn pri">${words.askForKey}</button></div></form>`,
  })
}

/** The field for what a person knows a key by. */
export function keyNameField(name: string, bad: boolean): Safe {
  return html`<div class="field"><label for="name">${words.keyName}</label>
<input id="name" name="name" value="${name}" required maxlength="64" autocomplete="off"
 autocapitalize="none" spellcheck="false" aria-describedby="nh"${
   bad && html` aria-invalid="true"`
 }><p class="help" id="nh">${words.keyNameHelp}</p></div>`
}

export interface TouchKeyPage {
  /** What the browser asks the key, as JSON. */
  readonly options: string
  /** The page to go to, one of ours. */
  readonly next: string
}

/** `/portal/security/touch`: asks a person for a key, and raises their sign-in. */
export function touchKeyPage(frame: MyFrame, { options, next }: TouchKeyPage): Safe {
  return myFrame(frame, {
    title: words.touchTitle,
    says: words.touchSays,
    back: true,
    address: `/portal/security/touch?${new URLSearchParams({ next })}`,
    body: html`<form method="post" action="/portal/security/touch" class="narrow">
${csrfField(frame.csrf)}<input type="hidden" name="next" value="${next}">
${ceremonyPart('response', { kind: 'get', options })}
<div class="actions mt"><button class="btn pri" autofocus>${words.touchNow}</button></div></form>`,
  })
}

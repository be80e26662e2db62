import type { OnItsWay } from '../../../src/sign-in/user/user-sign-in.ts'
import { html, type Safe } from '../../html.ts'
import { type Branding, csrfField, gateway } from '../../layout.ts'
import { type Problem, problem } from '../../message.ts'
import { ceremonyPart } from '../../security-keys/ceremony.ts'
import { words } from './words.ts'

interface Asking {
  readonly brand: Branding
  readonly csrf: string
  /** What the browser asks the key, as JSON; absent: keys can't be used at this address. */
  readonly options: string | undefined
  readonly problem?: Problem | undefined
}

export interface KeyPage extends Asking {
  readonly way: OnItsWay
}

/** The second step of a user who has security keys. */
export function keyPage(page: KeyPage): Safe {
  const { brand, way, problem: found } = page
  const { devices } = way.factors
  return gateway({
    title: found ? `Error: ${words.confirm}` : words.confirm,
    heading: words.confirm,
    brand,
    glyph: 'key',
    address: '/signin/user/key',
    line: words.accepted(way.step.user?.name ?? words.rootUser),
    content: html`${found && problem(found)}
${asking(page, { action: '/signin/user/key', next: way.step.next, button: words.touch })}
${
  devices.length > 0 &&
  html`<p class="small mt"><a href="/signin/user/code?with=code">${words.useCode}</a></p>`
}
<p class="small muted mt">${words.lost} <a href="/signin/user/password">${words.fromStart}</a></p>`,
  })
}

export interface PasskeyPage extends Asking {
  /** A page of the console. */
  readonly next: string
}

/** Signs in whoever has a passkey, without name and password. */
export function passkeyPage(page: PasskeyPage): Safe {
  const { brand, next, problem: found } = page
  return gateway({
    title: found ? `Error: ${words.passkey}` : words.passkey,
    heading: words.passkey,
    brand,
    glyph: 'key',
    address: `/signin/user/passkey?${new URLSearchParams({ next })}`,
    line: words.passkeyLine,
    content: html`${found && problem(found)}
${asking(page, { action: '/signin/user/passkey', next, button: words.touchPasskey })}
<p class="or">${words.noPasskey}</p>
<a class="btn block" href="${`/signin/user/password?${new URLSearchParams({ next })}`}">${
      words.signInAsUser
    }</a>`,
  })
}

interface Form {
  readonly action: string
  readonly next: string
  readonly button: string
}

function asking({ csrf, options, problem: found }: Asking, { action, next, button }: Form): Safe {
  if (options === undefined) return html`<p>${words.noKeysHere}</p>`
  return html`<form action="${action}" method="post"${found && html` class="mt"`}>
  ${csrfField(csrf)}
  <input type="hidden" name="next" value="${next}">
  ${ceremonyPart('response', { kind: 'get', options })}
  <button class="btn pri block mt" autofocus>${button}</button>
</form>`
}

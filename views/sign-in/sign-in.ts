import { type Protocol, protocols } from '../../src/kernel/protocol.ts'
import { filled } from '../filled.ts'
import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { type Branding, clockTime, csrfField, gateway } from '../layout.ts'
import { type Problem, problem } from '../message.ts'
import { protocolLooks } from './protocol-look.ts'
import { rootAddress } from './user/root-address.ts'
import { words } from './user/words.ts'
import { words as texts } from './words.ts'

/** A connector as the page shows it. */
interface Shown {
  readonly id: string
  readonly label: string
  readonly protocol: Protocol
}

export interface SignInPage {
  readonly brand: Branding
  readonly csrf: string
  /** The form's target: `/signin`, or the account's own page. */
  readonly action: string
  /** 12 digits or an alias, if the address named one. */
  readonly account?: string | undefined
  readonly connectors: readonly Shown[]
  /** The connector whose form is shown; absent: the person chooses first. */
  readonly chosen?: Shown | undefined
  readonly next: string
  readonly username?: string | undefined
  readonly problem?: Problem | undefined
  /** Why the sign-in before ended, and when, if that is known. */
  readonly notice?:
    | (Pick<Problem, 'title' | 'next'> & { readonly at?: Date | undefined })
    | undefined
  readonly now: Date
  /** Whether the root of any account may sign in. */
  readonly roots: boolean
}

/** `/signin`: one form, and the other connectors as links. */
export function signInPage(page: SignInPage): Safe {
  const { brand, chosen, connectors, account, problem: found } = page
  const others = connectors.filter(({ id }) => id !== chosen?.id)
  const heading = account === undefined ? texts.signIn.signIn : texts.signIn.signInTo(account)
  return gateway({
    title: found ? `Error: ${heading.toLowerCase()}` : heading,
    heading,
    brand,
    address: addressOf(page, chosen),
    line: chosen && connectors.length > 1 ? `${brand.name} · ${chosen.label}` : brand.name,
    content: html`${found && problem(found)}
${page.notice && !found && noticeOf(page.notice, page.now)}
${chosen && form(page, chosen)}
${chosen && others.length > 0 && html`<p class="or">${texts.signIn.orAnotherWay}</p>`}
${connectors.length === 0 && html`<p>${nowhere}</p>`}
${others.length > 0 && links(page, others)}
<p class="small muted mt">${words.areUser}
<a href="${userAddress(page)}">${words.signInAsUser}</a>${
      page.roots && html` · <a href="${rootAddress(page)}">${words.signInAsRoot}</a>`
    }</p>`,
  })
}

const nowhere = texts.signIn.thereIsNoWay

export function noticeOf({ title, next, at }: NonNullable<SignInPage['notice']>, now: Date): Safe {
  const when = at && html` at ${clockTime(at, now)}`
  return html`<div class="msg warn notice" role="status">${glyph('clock')}
<div><p><b>${title}${when}</b></p><p>${next}</p></div></div>`
}

function form({ action, csrf, next, username, problem: found }: SignInPage, shown: Shown): Safe {
  const bad = found?.fields === true && html` aria-invalid="true"`
  return html`<form action="${action}" method="post"${found && html` class="mt"`}>
  ${csrfField(csrf)}
  <input type="hidden" name="connector" value="${shown.id}">
  <input type="hidden" name="next" value="${next}">
  <div class="field">
    <label for="u">${texts.signIn.userName}</label>
    <input id="u" name="username" autocomplete="username" autocapitalize="none" autocorrect="off"
      spellcheck="false" required maxlength="512" value="${username}"${bad} aria-describedby="uh"${
        !found && html` autofocus`
      }>
    <p class="help" id="uh">${filled(texts.signIn.yourNameIn, { shown: shown.label })}</p>
  </div>
  <div class="field">
    <label for="p">${texts.signIn.password}</label>
    <input id="p" name="password" type="password" autocomplete="current-password" required${bad}>
  </div>
  <button class="btn pri block mt">${texts.signIn.signIn}</button>
</form>`
}

function links(page: SignInPage, others: readonly Shown[]): Safe {
  return html`<nav class="connectors" aria-label="${texts.signIn.waysToSignIn}">
${others.map((one) => link(page, one))}
</nav>`
}

function link(page: SignInPage, shown: Shown): Safe {
  const { glyph: name, hint } = protocolLooks[shown.protocol]
  return html`<a class="btn" href="${addressOf(page, shown)}">
  ${glyph(name)}
  <span><bdi>${shown.label}</bdi> <small>${hint}</small></span>
  ${glyph('right')}
</a>`
}

/** Where users of accounts sign in. */
function userAddress({ account, next }: SignInPage): string {
  const query = new URLSearchParams({
    ...(account !== undefined && { account }),
    ...(next !== '/portal' && { next }),
  })
  return query.size === 0 ? '/signin/user/password' : `/signin/user/password?${query}`
}

/** Where a connector's sign-in begins: here with its form, or at its provider. */
function addressOf({ action, next }: SignInPage, shown: Shown | undefined): string {
  const leaves = shown !== undefined && protocols[shown.protocol].flow === 'redirect'
  const query = new URLSearchParams({
    ...(shown && !leaves && { connector: shown.id }),
    ...(next !== '/portal' && { next }),
  })
  const path = leaves ? `/${shown.protocol}/${shown.id}/login` : action
  return query.size === 0 ? path : `${path}?${query}`
}

import { html, type Safe } from '../../html.ts'
import { accountId, csrfField, gateway } from '../../layout.ts'
import { problem } from '../../message.ts'
import { noticeOf, type SignInPage } from '../sign-in.ts'
import { rootAddress } from './root-address.ts'
import { words } from './words.ts'

export interface UserFormPage
  extends Pick<SignInPage, 'brand' | 'csrf' | 'next' | 'username' | 'problem' | 'notice' | 'now'> {
  /** As typed, as the address has it, or as the browser remembers it; may be empty. */
  readonly account: string
  /** Whether a passkey alone lets users in. */
  readonly passkeys: boolean
  /** Whether the root of any account may sign in. */
  readonly roots: boolean
}

/** The first step of a user of an account: account, name, password. */
export function userFormPage(page: UserFormPage): Safe {
  const { brand, account, problem: found, notice, now } = page
  const heading = account === '' ? words.signIn : words.signInTo(accountId(account))
  return gateway({
    title: found ? `Error: ${words.signIn}` : heading,
    heading,
    brand,
    address: addressOf(page),
    line: brand.name,
    content: html`${found && problem(found)}
${notice && !found && noticeOf(notice, now)}
${form(page)}
<p class="or">${words.notUser}</p>
${page.passkeys && html`<a class="btn block" href="${passkeyAddress(page)}">${words.passkey}</a>`}
${page.roots && html`<a class="btn block" href="${rootAddress(page)}">${words.signInAsRoot}</a>`}
<a class="btn block" href="${elsewhere(page)}">${words.another}</a>`,
  })
}

function form({ csrf, account, username, next, problem: found }: UserFormPage): Safe {
  const bad = found?.fields === true && html` aria-invalid="true"`
  const first = (is: boolean) => !found && is && html` autofocus`
  const isNamed = account !== ''
  const isKnown = isNamed && username !== undefined
  return html`<form action="/signin/user/password" method="post"${found && html` class="mt"`}>
  ${csrfField(csrf)}
  <input type="hidden" name="next" value="${next}">
  <div class="field">
    <label for="a">${words.account}</label>
    <input id="a" name="account" autocomplete="organization" autocapitalize="none"
      autocorrect="off" spellcheck="false" required maxlength="512" value="${account}"${bad}
      aria-describedby="ah"${first(!isNamed)}>
    <p class="help" id="ah">${words.accountHelp}</p>
  </div>
  <div class="field">
    <label for="u">${words.userName}</label>
    <input id="u" name="username" autocomplete="username" autocapitalize="none" autocorrect="off"
      spellcheck="false" required maxlength="512" value="${username}"${bad}${first(
        isNamed && !isKnown,
      )}>
  </div>
  <div class="field">
    <label for="p">${words.password}</label>
    <input id="p" name="password" type="password" autocomplete="current-password"
      required${bad}${first(isKnown)}>
  </div>
  <button class="btn pri block mt">${words.onward}</button>
</form>`
}

function addressOf({ account, next }: UserFormPage): string {
  const query = new URLSearchParams({
    ...(account !== '' && { account }),
    ...(next !== '/console' && { next }),
  })
  return query.size === 0 ? '/signin/user/password' : `/signin/user/password?${query}`
}

function passkeyAddress({ next }: UserFormPage): string {
  return next === '/console'
    ? '/signin/user/passkey'
    : `/signin/user/passkey?${new URLSearchParams({ next })}`
}

/** The page of connectors; without the account, since a mistyped one has none. */
function elsewhere({ next }: UserFormPage): string {
  return next === '/console' ? '/signin' : `/signin?${new URLSearchParams({ next })}`
}

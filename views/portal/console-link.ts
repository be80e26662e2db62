import type { Choice } from '../../src/sign-in/choices.ts'
import { filled } from '../filled.ts'
import { breakable, breakableName, html, type Safe } from '../html.ts'
import { type Branding, csrfField, gateway } from '../layout.ts'
import { words } from './words.ts'

export interface ConsoleLinkPage {
  readonly brand: Branding
  readonly csrf: string
  readonly choice: Choice
  /** The page that the console opens at; absent: its first. */
  readonly to?: string | undefined
}

/** A link to a role's console: says what it opens, and opens it when the person wants that. */
export function consoleLinkPage({ brand, csrf, choice, to }: ConsoleLinkPage): Safe {
  const at =
    to !== undefined && html`${words.consoleLink.at}</p><p class="mono small">${breakable(to)}`
  return gateway({
    title: choice.upstream ? words.consoleLink.openTheAwsConsole : words.consoleLink.openTheConsole,
    brand,
    glyph: 'window',
    wide: true,
    content: html`<p>${asWhom(choice)}${at}</p>
<form action="/portal/console" method="post">${csrfField(csrf)}
<input type="hidden" name="grant" value="${choice.id}">
${to !== undefined && html`<input type="hidden" name="to" value="${to}">`}
<div class="actions mt"><button class="btn pri">${words.consoleLink.openTheConsole}</button>
<a class="btn" href="/portal">${words.consoleLink.yourRoles}</a></div></form>`,
  })
}

/** A link to a role's credentials: they are made when the person wants them. */
export function credentialsLinkPage({ brand, csrf, choice }: Omit<ConsoleLinkPage, 'to'>): Safe {
  return gateway({
    title: words.consoleLink.getCredentials,
    brand,
    glyph: 'key',
    wide: true,
    content: html`<p>${asWhom(choice)}</p>
<form action="/portal/credentials" method="post">${csrfField(csrf)}
<input type="hidden" name="grant" value="${choice.id}">
<div class="actions mt"><button class="btn pri">${words.consoleLink.getCredentials}</button>
<a class="btn" href="/portal">${words.consoleLink.yourRoles}</a></div></form>`,
  })
}

function asWhom({ roleName, account, accountName }: Choice): Safe {
  return html`${filled(words.consoleLink.asIn, {
    roleName: html`<b><bdi>${breakableName(roleName)}</bdi></b>`,
    accountName: html`<bdi>${breakableName(accountName ?? account)}</bdi>`,
  })}`
}

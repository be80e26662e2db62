import { html, type Safe } from '../html.ts'
import { glyph } from '../glyph.ts'
import { type Branding, csrfField, gateway } from '../layout.ts'
import { problem, type Problem } from '../message.ts'

/** A connector on the page. */
export interface Way {
  readonly id: string
  readonly label: string
  readonly protocol: 'file' | 'ldap' | 'saml' | 'oidc'
}

export interface SignInPage {
  readonly brand: Branding
  readonly csrf: string
  /** Where the form goes: `/signin`, or the account's own page. */
  readonly action: string
  /** 12 digits or an alias, where the address named one. */
  readonly account?: string
  readonly ways: readonly Way[]
  /** The one whose form is shown; absent: the person chooses first. */
  readonly chosen?: Way
  readonly next: string
  readonly username?: string
  readonly problem?: Problem
}

const hints: Readonly<Record<Way['protocol'], string>> = {
  ldap: 'Directory password',
  file: 'Password kept by Gatehouse',
  saml: 'SAML',
  oidc: 'OpenID Connect',
}

/** `/signin`: one form, and the other ways as links. */
export function signInPage(page: SignInPage): Safe {
  const { brand, chosen, ways, account, problem: found } = page
  const others = ways.filter(({ id }) => id !== chosen?.id)
  const heading = account === undefined ? 'Sign in' : `Sign in to ${account}`
  return gateway({
    title: found ? `Error: ${heading.toLowerCase()}` : heading,
    heading, brand, line: chosen && ways.length > 1 ? `${brand.name} · ${chosen.label}` : brand.name,
    content: html`${found && problem(found)}
${chosen && form(page, chosen)}
${chosen && others.length > 0 && html`<p class="or">or another way</p>`}
${!chosen && ways.length === 0 && html`<p>There is no way to sign in here. Ask your help desk for the right address.</p>`}
${others.length > 0 && html`<nav class="connectors" aria-label="Ways to sign in">${others.map((way) => wayLink(page, way))}</nav>`}`,
  })
}

function form({ action, csrf, next, username, problem: found }: SignInPage, way: Way): Safe {
  const bad = found?.fields === true && html` aria-invalid="true"`
  return html`<form action="${action}" method="post"${found && html` class="mt"`}>
  ${csrfField(csrf)}
  <input type="hidden" name="connector" value="${way.id}">
  <input type="hidden" name="next" value="${next}">
  <div class="field">
    <label for="u">User name</label>
    <input id="u" name="username" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" required maxlength="512" value="${username}"${bad} aria-describedby="uh">
    <p class="help" id="uh">Your name in ${way.label}</p>
  </div>
  <div class="field">
    <label for="p">Password</label>
    <input id="p" name="password" type="password" autocomplete="current-password" required${bad}>
  </div>
  <button class="btn pri block mt">Sign in</button>
</form>`
}

function wayLink({ action, next }: SignInPage, { id, label, protocol }: Way): Safe {
  const leaves = protocol === 'saml'
  const query = new URLSearchParams({ ...(!leaves && { connector: id }), ...(next !== '/portal' && { next }) })
  return html`<a class="btn" href="${leaves ? `/saml/${id}/login` : action}${query.size > 0 && `?${query.toString()}`}">${glyph(protocol === 'file' ? 'file' : 'directory')}<span>${label} <small>${hints[protocol]}</small></span>${glyph('right')}</a>`
}

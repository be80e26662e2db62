import type { ConsentQuestion } from '../../src/apps/pages.ts'
import { html, type Safe } from '../html.ts'

type Told = Pick<ConsentQuestion, 'app' | 'claims' | 'takesRoles' | 'roles' | 'resources'>

/** Claims of the protocol, as people call them. */
const names: Readonly<Record<string, string>> = {
  name: 'Name',
  preferred_username: 'User name',
  email: 'E-mail address',
  groups: 'Groups',
}
/** Of more, the rest is folded: the answer has to be in reach. */
const mostShown = 8

/** What an app will be told of a person, or may do in their name, before it does. */
export function toldList({ app, claims, takesRoles, roles, resources }: Told): Safe {
  if (takesRoles)
    return html`<p>The command <code>gatehouse</code> there will be able to take credentials of
<b>all your roles</b>. You are signed in as <b>${String(claims.preferred_username ?? '')}</b>
(${String(claims.name ?? '')}).</p>`
  return html`<p>${app} will be told:</p>
<dl class="dl">${Object.entries(claims).map(
    ([name, value]) => html`<dt>${nameOf(name)}</dt><dd>${valueText(value)}</dd>`,
  )}</dl>
${
  resources.length > 0 &&
  html`<p class="mt">It may use in your name:</p>
<dl class="dl">${resources.map(
    ({ label, scopes }) =>
      html`<dt>${label}</dt><dd>${scopes.length > 0 ? listed(scopes) : 'know who you are'}</dd>`,
  )}</dl>`
}
${roles.length > 0 && rolesPart(roles)}`
}

function nameOf(claim: string): Safe | string {
  return Object.hasOwn(names, claim) ? names[claim]! : html`<code>${claim}</code>`
}

function valueText(value: Told['claims'][string]): Safe | string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' ? value : listed(value)
}

function listed(values: readonly string[]): Safe | string {
  if (values.length <= mostShown) return values.join(', ')
  const shown = values.slice(0, mostShown - 2)
  const rest = values.slice(shown.length)
  return html`${shown.join(', ')}<details><summary>and ${rest.length} more</summary>${rest.join(
    ', ',
  )}</details>`
}

function rolesPart(roles: readonly string[]): Safe {
  return html`<p class="mt">It will also be able to take credentials of these roles, where they are
yours:</p>
${roles.map((role) => html`<p><code>${role}</code></p>`)}`
}

import type { ConsentQuestion } from '../../src/apps/pages.ts'
import { html, type Safe } from '../html.ts'

type Told = Pick<ConsentQuestion, 'app' | 'claims' | 'takesRoles' | 'roles' | 'resources'>

/** What an app will be told of a person, or may do in their name, before it does. */
export function toldList({ app, claims, takesRoles, roles, resources }: Told): Safe {
  if (takesRoles)
    return html`<p>The command <code>gatehouse</code> there will be able to take credentials of
<b>all your roles</b>. You are signed in as <b>${String(claims.preferred_username ?? '')}</b>
(${String(claims.name ?? '')}).</p>`
  return html`<p>${app} will be told:</p>
<dl class="dl">${Object.entries(claims).map(
    ([name, value]) => html`<dt>${name}</dt><dd>${[value].flat().join(', ')}</dd>`,
  )}</dl>
${
  resources.length > 0 &&
  html`<p class="mt">It may use in your name:</p>
<dl class="dl">${resources.map(
    ({ label, scopes }) => html`<dt>${label}</dt><dd>${scopes.join(', ')}</dd>`,
  )}</dl>`
}
${roles.length > 0 && rolesPart(roles)}`
}

function rolesPart(roles: readonly string[]): Safe {
  return html`<p>It will also be able to take credentials of these roles, where they are yours:</p>
<ul>${roles.map((role) => html`<li><code>${role}</code></li>`)}</ul>`
}

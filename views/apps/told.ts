import type { ConsentQuestion } from '../../src/apps/pages.ts'
import { filled } from '../filled.ts'
import { html, type Safe } from '../html.ts'
import { words } from './words.ts'

type Told = Pick<ConsentQuestion, 'app' | 'claims' | 'takesRoles' | 'roles' | 'resources'>

/** Claims of the protocol, as people call them. */
const names: Readonly<Record<string, string>> = {
  name: 'Name',
  preferred_username: words.told.userName,
  email: 'E-mail address',
  groups: 'Groups',
}
/** Of more, the rest is folded: the answer has to be in reach. */
const mostShown = 8

/** What an app will be told of a person, or may do in their name, before it does. */
export function toldList({ app, claims, takesRoles, roles, resources }: Told): Safe {
  if (takesRoles)
    return html`<p>${filled(words.told.theCommandThereWill, {
      code: html`<code>${words.told.gatehouse}</code>`,
      part: html`<b>${words.told.allYourRoles}</b>`,
      claims: html`<b>${String(claims.preferred_username ?? '')}</b>`,
      claims2: String(claims.name ?? ''),
    })}</p>`
  return html`<p>${filled(words.told.willBeTold, { app })}</p>
<dl class="dl">${Object.entries(claims).map(
    ([name, value]) => html`<dt>${nameOf(name)}</dt><dd>${valueText(value)}</dd>`,
  )}</dl>
${
  resources.length > 0 &&
  html`<p class="mt">${words.told.itMayUseIn}</p>
<dl class="dl">${resources.map(
    ({ label, scopes }) =>
      html`<dt>${label}</dt><dd>${
        scopes.length > 0 ? listed(scopes) : words.told.knowWhoYouAre
      }</dd>`,
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
  return html`${shown.join(', ')}<details><summary>${filled(words.told.andMore, {
    rest: rest.length,
  })}</summary>${rest.join(', ')}</details>`
}

function rolesPart(roles: readonly string[]): Safe {
  return html`<p class="mt">${words.told.itWillAlsoBe}</p>
${roles.map((role) => html`<p><code>${role}</code></p>`)}`
}

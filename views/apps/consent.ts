import type { ConsentQuestion } from '../../src/apps/pages.ts'
import { filled } from '../filled.ts'
import { html, type Safe } from '../html.ts'
import { type Branding, csrfField, gateway } from '../layout.ts'
import { toldList } from './told.ts'
import { words } from './words.ts'

export interface ConsentPage {
  readonly brand: Branding
  readonly csrf: string
  readonly action: string
  readonly question: ConsentQuestion
}

/** Asks a person whether an app may know them: before a third party learns anything. */
export function consentPage({ brand, csrf, action, question }: ConsentPage): Safe {
  const { app, host, takesRoles } = question
  return gateway({
    title: words.consent.signInTo(app),
    brand,
    line: host,
    content: html`${toldList(question)}
<p class="muted mt">${filled(words.consent.onlyGoOnIf, {
      takesRoles: takesRoles
        ? html`${filled(words.consent.ranYourselfOnThis, {
            code: html`<code>${words.consent.gatehouseLogin}</code>`,
          })}`
        : html`opened ${app} yourself`,
    })}</p>
<form action="${action}" method="post" class="actions mt">${csrfField(csrf)}
<button class="btn pri" name="decision" value="allowed">${filled(words.consent.goOnTo, {
      app,
    })}</button>
<button class="btn" name="decision" value="declined">${words.consent.no}</button></form>`,
  })
}

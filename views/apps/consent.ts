import type { ConsentQuestion } from '../../src/apps/pages.ts'
import { html, type Safe } from '../html.ts'
import { type Branding, csrfField, gateway } from '../layout.ts'
import { toldList } from './told.ts'

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
    title: `Sign in to ${app}?`,
    brand,
    line: host,
    content: html`${toldList(question)}
<p class="muted mt">Only go on if you ${
      takesRoles
        ? html`ran <code>gatehouse login</code> yourself, on this computer`
        : html`opened ${app} yourself`
    }, just now.</p>
<form action="${action}" method="post" class="actions mt">${csrfField(csrf)}
<button class="btn pri" name="decision" value="allowed">Go on to ${app}</button>
<button class="btn" name="decision" value="declined">No</button></form>`,
  })
}

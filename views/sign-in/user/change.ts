import { passwordRulesOf } from '../../../src/sign-in/user/password-rules.ts'
import type { OnItsWay } from '../../../src/sign-in/user/user-sign-in.ts'
import { html, type Safe } from '../../html.ts'
import { type Branding, csrfField, gateway } from '../../layout.ts'
import { type Problem, problem } from '../../message.ts'
import { passwordRules } from '../password-rules.ts'
import { words } from './words.ts'

export interface ChangePage {
  readonly brand: Branding
  readonly csrf: string
  readonly way: OnItsWay
  readonly problem?: Problem | undefined
}

/** The step of a user who has to choose another password. */
export function changePage({ brand, csrf, way, problem: found }: ChangePage): Safe {
  const bad = found?.fields === true && html` aria-invalid="true"`
  const { name } = way.step.user
  return gateway({
    title: found ? `Error: ${words.changeTitle}` : words.changeTitle,
    heading: words.changeTitle,
    brand,
    glyph: 'lock',
    address: '/signin/user/change',
    line: words.changeLine(name),
    content: html`${found && problem(found)}
<form action="/signin/user/change" method="post"${found && html` class="mt"`}>
  ${csrfField(csrf)}
  <input type="hidden" name="next" value="${way.step.next}">
  <input name="username" autocomplete="username" value="${name}" hidden readonly>
  <div class="field">
    <label for="before">${words.before}</label>
    <input id="before" name="before" type="password" autocomplete="current-password"
      required${bad}${!found && html` autofocus`}>
  </div>
  <div class="field">
    <label for="after">${words.after}</label>
    <input id="after" name="after" type="password" autocomplete="new-password" maxlength="128"
      required${bad} aria-describedby="rules">
    ${passwordRules(passwordRulesOf(way.policy), 'rules')}
  </div>
  <div class="field">
    <label for="again">${words.again}</label>
    <input id="again" name="again" type="password" autocomplete="new-password" maxlength="128"
      required${bad}>
  </div>
  <button class="btn pri block mt">${words.change}</button>
</form>
<p class="small muted mt"><a href="/signin/user/password">${words.fromStart}</a></p>`,
  })
}

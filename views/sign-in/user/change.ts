import { passwordRulesOf } from '../../../src/sign-in/user/password-rules.ts'
import type { OnItsWay } from '../../../src/sign-in/user/user-sign-in.ts'
import { html, type Safe } from '../../html.ts'
import { type Branding, csrfField, gateway } from '../../layout.ts'
import { type Problem, problem } from '../../message.ts'
import { newPasswordFields } from '../password-fields.ts'
import { words } from './words.ts'

export interface ChangePage {
  readonly brand: Branding
  readonly csrf: string
  readonly way: OnItsWay
  readonly problem?: Problem | undefined
}

/** The step of a user who has to choose another password. */
export function changePage({ brand, csrf, way, problem: found }: ChangePage): Safe {
  const name = way.step.user?.name ?? words.rootUser
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
  ${newPasswordFields({
    userName: name,
    rules: passwordRulesOf(way.policy),
    bad: found?.fields === true,
    autofocus: !found,
  })}
  <button class="btn pri block mt">${words.change}</button>
</form>
<p class="small muted mt"><a href="/signin/user/password">${words.fromStart}</a></p>`,
  })
}

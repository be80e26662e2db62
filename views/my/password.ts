import type { PasswordRule } from '../../src/sign-in/user/password-rules.ts'
import { html, type Safe } from '../html.ts'
import { csrfField } from '../layout.ts'
import { newPasswordFields } from '../sign-in/password-fields.ts'
import { type MyFrame, myFrame } from './frame.ts'
import { words } from './words.ts'

/** `/portal/password`: the user chooses another one. `rules`: undefined if they may not be read. */
export function passwordPage(frame: MyFrame, rules: readonly PasswordRule[] | undefined): Safe {
  const { csrf, problem, who } = frame
  return myFrame(frame, {
    title: words.passwordTitle,
    says: words.passwordSays,
    back: true,
    address: '/portal/password',
    body: html`<form action="/portal/password" method="post" class="narrow">${csrfField(csrf)}
${newPasswordFields({ userName: who.name, rules, bad: problem?.fields === true })}
${!rules && html`<p class="help mt">${words.rulesUnknown}</p>`}
<div class="actions mt-l"><button class="btn pri">${words.save}</button>
<a class="btn" href="/portal/security">${words.keep}</a></div></form>`,
  })
}

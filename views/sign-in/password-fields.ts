import type { PasswordRule } from '../../src/sign-in/user/password-rules.ts'
import { html, type Safe } from '../html.ts'
import { words } from './user/words.ts'

export interface NewPasswordFields {
  readonly userName: string
  /** What the new one needs; undefined: not known. */
  readonly rules: readonly PasswordRule[] | undefined
  readonly bad: boolean
  readonly autofocus?: boolean | undefined
}

/** The old password, the new one with its rules, and the new one again. */
export function newPasswordFields({ userName, rules, bad, autofocus }: NewPasswordFields): Safe {
  const wrong = bad && html` aria-invalid="true"`
  return html`<input name="username" autocomplete="username" value="${userName}" hidden readonly>
  <div class="field">
    <label for="before">${words.before}</label>
    <input id="before" name="before" type="password" autocomplete="current-password"
      required${wrong}${autofocus && html` autofocus`}>
  </div>
  <div class="field">
    <label for="after">${words.after}</label>
    <input id="after" name="after" type="password" autocomplete="new-password" maxlength="128"
      required${wrong}${rules && html` aria-describedby="rules"`}>
    ${rules && rulesView(rules)}
  </div>
  <div class="field">
    <label for="again">${words.again}</label>
    <input id="again" name="again" type="password" autocomplete="new-password" maxlength="128"
      required${wrong} data-same="after">
  </div>`
}

/** The script marks what the new password has, while it is typed. */
function rulesView(rules: readonly PasswordRule[]): Safe {
  return html`<div class="help" id="rules"><p>${words.rules}</p>
<ul class="rules" data-rules="after">${rules.map(
    (rule) =>
      html`<li data-rule="${rule.is}"${
        'count' in rule && html` data-count="${rule.count}"`
      }>${sentence(rule)}</li>`,
  )}</ul></div>`
}

function sentence(rule: PasswordRule): string {
  switch (rule.is) {
    case 'length':
      return words.atLeast(rule.count)
    case 'reuse':
      return words.notReused(rule.count)
    default:
      return words[rule.is]
  }
}

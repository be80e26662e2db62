import type { PasswordRule } from '../../src/sign-in/user/password-rules.ts'
import { html, type Safe } from '../html.ts'
import { words } from './user/words.ts'

/** What a new password needs, as a list that its field names as its description. */
export function passwordRules(rules: readonly PasswordRule[], id: string): Safe {
  return html`<div class="help" id="${id}"><p>${words.rules}</p>
<ul class="plain">${rules.map((rule) => html`<li>${sentence(rule)}</li>`)}</ul></div>`
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

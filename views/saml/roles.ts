import { html, type Safe } from '../html.ts'
import { accountId, type Branding, csrfField, gateway } from '../layout.ts'
import { problem, type Problem } from '../message.ts'

export interface RoleToTake {
  readonly id: string
  readonly roleName: string
  readonly account: string
  readonly accountName?: string
}

export interface RolesPage {
  readonly brand: Branding
  readonly csrf: string
  readonly username: string
  readonly roles: readonly RoleToTake[]
  readonly problem?: Problem
}

/** The roles that an assertion names: one button each, straight to the console. */
export function rolesPage({ brand, csrf, username, roles, problem: found }: RolesPage): Safe {
  return gateway({
    title: found ? 'Error: choose a role' : 'Choose a role', heading: 'Choose a role', brand, line: `Signed in as ${username}`, wide: true,
    content: html`${found && problem(found)}
<form action="/saml/roles" method="post">
  ${csrfField(csrf)}
  <div class="connectors">${roles.map(({ id, roleName, account, accountName }) => html`<button class="btn" name="role" value="${id}"><span>${roleName} <small>${accountName ?? accountId(account)}${accountName !== undefined && ` · ${accountId(account)}`}</small></span></button>`)}</div>
</form>`,
  })
}

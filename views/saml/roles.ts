import { breakableName, html, type Safe } from '../html.ts'
import { accountId, type Branding, csrfField, gateway } from '../layout.ts'
import { type Problem, problem } from '../message.ts'
import { words } from './words.ts'

export interface RoleToTake {
  readonly id: string
  readonly roleName: string
  readonly account: string
  readonly accountName?: string | undefined
}

export interface RolesPage {
  readonly brand: Branding
  readonly csrf: string
  readonly username: string
  readonly roles: readonly RoleToTake[]
  readonly problem?: Problem | undefined
}

/** Lists the roles that an assertion names, with one button each that opens the console. */
export function rolesPage({ brand, csrf, username, roles, problem: found }: RolesPage): Safe {
  return gateway({
    title: found ? 'Error: choose a role' : words.roles.chooseARole,
    heading: words.roles.chooseARole,
    brand,
    line: words.roles.signedInAs(username),
    wide: true,
    content: html`${found && problem(found)}
<form action="/saml/roles" method="post">
  ${csrfField(csrf)}
  <div class="connectors">${roles.map(button)}</div>
</form>`,
  })
}

function button({ id, roleName, account, accountName }: RoleToTake): Safe {
  const where = [accountName, accountId(account)].filter((one) => one !== undefined).join(' · ')
  const shown = html`<bdi>${breakableName(roleName)}</bdi> <small><bdi>${where}</bdi></small>`
  return html`<button class="btn" name="role" value="${id}"><span>${shown}</span></button>`
}

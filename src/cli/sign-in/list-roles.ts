import { spanText } from '../../kernel/duration-text.ts'
import type { Output } from '../check.ts'
import { table } from '../terminal-table.ts'
import { withAccess } from './access.ts'
import { roleName } from './find-role.ts'
import { KeptSignIns } from './kept-sign-ins.ts'
import { describeSignIn } from './terminal-calls.ts'

/** `gatehouse roles`: the roles that are open to the person now. */
export async function rolesCommand(
  { endpoint, json }: { readonly endpoint: string; readonly json?: boolean | undefined },
  env: NodeJS.ProcessEnv,
  { out, err }: Output,
): Promise<number> {
  const { roles } = await withAccess(new KeptSignIns(env), endpoint, (token) =>
    describeSignIn(endpoint, token),
  )
  if (json) {
    out(JSON.stringify(roles, null, 2))
    return 0
  }
  if (roles.length === 0) err('you have no role yet: ask your team lead for one')
  const rows = roles.map((role) => [
    roleName(role),
    role.account,
    spanText(role.maxDurationSeconds),
    role.description ?? '',
  ])
  for (const line of roles.length === 0 ? [] : table(['ROLE', 'ACCOUNT', 'LONGEST', ''], rows))
    out(line)
  return 0
}

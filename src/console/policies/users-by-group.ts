import { addressOf } from '../address.ts'
import { type Call, type Part, partOf } from '../call.ts'
import { type Cell, link } from '../cells.ts'
import type { Section } from '../shown.ts'
import { words } from './words.ts'

const told = words.byGroup
/** Each is a call. */
export const mostGroups = 10
const mostNames = 3

/**
 * How many users have a policy by each of these groups, with the first names: a group may have
 * every user of the account. None where no group has it. `more`: other groups have it as well.
 */
export async function usersByGroup(
  call: Call<'iam:GetGroup'>,
  groups: readonly string[],
  more = false,
): Promise<readonly Section[]> {
  if (groups.length === 0) return []
  const rows = groups.map(async (name): Promise<readonly Cell[]> => {
    const found = await partOf(call('iam:GetGroup', { GroupName: name, MaxItems: mostNames }))
    return [link(name, addressOf('/console/groups/:name', { name }), users(found))]
  })
  return [
    {
      ...{ kind: 'rows', title: told.title, empty: '' },
      note: more ? told.first(groups.length) : undefined,
      heads: [{ head: told.group }],
      rows: await Promise.all(rows),
    },
  ]
}

interface Members {
  readonly Users: readonly { readonly UserName: string }[]
  readonly MemberCount: number
}

function users(found: Part<Members>): string {
  if ('denied' in found) return told.withheld
  const { Users, MemberCount } = found.value
  const names = Users.map(({ UserName }) => UserName)
  return told.users(MemberCount, names)
}

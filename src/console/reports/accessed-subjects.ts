import { parseArn } from '../../kernel/arn.ts'
import { addressOf, type Params } from '../address.ts'
import type { Call } from '../call.ts'
import { type Cell, link, text } from '../cells.ts'
import { group } from '../iam/group.ts'
import { policyName } from '../iam/parts.ts'
import { policy } from '../iam/policy.ts'
import { role } from '../iam/role.ts'
import { user } from '../iam/user.ts'
import type { Page } from '../page.ts'

type Reading = 'iam:GetUser' | 'iam:GetGroup' | 'iam:GetRole'

/** What a report is of, and how its page finds its ARN. */
export interface AccessedSubject {
  readonly kind: 'user' | 'group' | 'role' | 'policy'
  /** Its own page. */
  readonly page: Page
  readonly reads: readonly Reading[]
  /** Whether others call with what it allows, so that a report tells who. */
  readonly isShared: boolean
  find(
    call: Call<Reading>,
    params: Params,
  ): Promise<{ readonly arn: string; readonly name: string }>
}

export const accessedSubjects: readonly AccessedSubject[] = [
  {
    ...{ kind: 'user', page: user, reads: ['iam:GetUser'], isShared: false },
    async find(call, { name = '' }) {
      const { User: found } = await call('iam:GetUser', { UserName: name })
      return { arn: found.Arn, name: found.UserName }
    },
  },
  {
    ...{ kind: 'group', page: group, reads: ['iam:GetGroup'], isShared: true },
    async find(call, { name = '' }) {
      const { Group: found } = await call('iam:GetGroup', { GroupName: name, MaxItems: 1 })
      return { arn: found.Arn, name: found.GroupName }
    },
  },
  {
    ...{ kind: 'role', page: role, reads: ['iam:GetRole'], isShared: false },
    async find(call, { name = '' }) {
      const { Role: found } = await call('iam:GetRole', { RoleName: name })
      return { arn: found.Arn, name: found.RoleName }
    },
  },
  {
    ...{ kind: 'policy', page: policy, reads: [], isShared: true },
    find: async (_call, { arn = '' }) => ({ arn, name: policyName(arn) }),
  },
]

/** A user or role by its ARN, with the way to its page. */
export function callerCell(arn: string): Cell {
  const [kind = '', ...rest] = (parseArn(arn)?.resource ?? '').split('/')
  const name = rest.at(-1) ?? arn
  if (kind !== 'user' && kind !== 'role') return text(arn)
  return link(name, addressOf(`/console/${kind}s/:name`, { name }), kind)
}

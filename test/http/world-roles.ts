import type { Action } from '../../src/console/call.ts'
import { commonFault } from '../../src/kernel/aws-fault.ts'
import type { Role } from '../../src/reference/aws/iam-shapes.gen.ts'

const CreateDate = new Date(Date.UTC(2026, 8, 1, 9, 30))

/** A role as the API tells it. */
export function worldRole(RoleName: string, more: Partial<Role> = {}): Role {
  const Path = more.Path ?? '/'
  return {
    RoleName,
    Path,
    RoleId: 'AROAEXAMPLEEXAMPLE22',
    Arn: `arn:aws:iam::268804417753:role${Path}${RoleName}`,
    CreateDate,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: 'arn:aws:iam::268804417753:ldap-provider/staff' },
          Action: 'sts:AssumeRoleWithLDAPIdentity',
        },
      ],
    }),
    Description: 'Query the warehouse and read curated buckets',
    MaxSessionDuration: 14_400,
    ...more,
  }
}

/**
 * What the console's pages are answered where there is no store: these roles, and nothing denied.
 */
export async function worldAnswer(
  roles: readonly Role[],
  action: string,
  input: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const find = () => {
    const found = roles.find(({ RoleName }) => RoleName === input.RoleName)
    if (!found) throw commonFault('AccessDenied', 'there is no such role in this world')
    return found
  }
  const answers: Partial<Record<Action, () => unknown>> = {
    'gatehouse:SearchEntities': () => ({ Roles: roles, Cut: false }),
    'iam:GetRole': () => ({ Role: find(), ManagedBy: 'api' }),
    'iam:ListAttachedRolePolicies': () => ({ AttachedPolicies: [], IsTruncated: false }),
    'iam:ListRolePolicies': () => ({ PolicyNames: [], IsTruncated: false }),
    'iam:UpdateRole': () => ({}),
  }
  const answer = answers[action as Action]
  if (!answer) throw commonFault('AccessDenied', `${action} is not part of this world`)
  return answer()
}

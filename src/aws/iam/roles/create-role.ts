import { iamArn } from '../../../kernel/arn.ts'
import type { Ids } from '../../../kernel/ids.ts'
import { longestSession } from '../../../kernel/role-sessions.ts'
import type { RoleRecord } from '../../../store/records.ts'
import { operation } from '../../operation.ts'
import { checkBoundary } from '../boundaries/check-boundary.ts'
import { checkTags, creating } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { roleShape } from './role-shape.ts'
import { trustDocument } from './trust-document.ts'

export function createRole({ ids }: { readonly ids: Pick<Ids, 'next'> }) {
  return operation(iamModel('CreateRole'), {
    writes: true,

    authorize: ({ RoleName, Path, PermissionsBoundary, Tags }, { account, caller }) =>
      creating(
        {
          resource: iamArn({ partition: caller.partition, account }, 'role', RoleName, Path),
          conditions: { 'iam:PermissionsBoundary': PermissionsBoundary },
        },
        'iam:TagRole',
        Tags,
      ),

    async handle(input, call, _found, writes) {
      const {
        RoleName,
        Path = '/',
        AssumeRolePolicyDocument,
        Description,
        MaxSessionDuration,
        PermissionsBoundary,
        Tags = [],
      } = input
      const { account, caller, now, fault } = call
      if (Path.startsWith('/aws-service-role/'))
        throw fault('InvalidInput', 'The path /aws-service-role/ is for service-linked roles.')
      // CreateRole declares no NoSuchEntity.
      await checkBoundary(PermissionsBoundary, writes, {
        ...call,
        fault: (code, message) => fault(code === 'NoSuchEntity' ? 'InvalidInput' : code, message),
      })
      const record: RoleRecord = {
        account,
        id: ids.next('AROA'),
        name: RoleName,
        path: Path,
        inlinePolicies: {},
        attachedPolicies: [],
        tags: checkTags(Tags, call),
        ...(await trustDocument(AssumeRolePolicyDocument, call, writes)),
        maxSessionDurationSeconds: MaxSessionDuration ?? longestSession.defaultSeconds,
        description: Description,
        permissionsBoundary: PermissionsBoundary,
        createdAt: now.toISOString(),
        managedBy: 'api',
      }
      if ((await writes.count('role', account)) >= call.quotas.roles)
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for RolesPerAccount: ${call.quotas.roles}`,
        )
      if (!(await writes.insert('role', account, RoleName.toLowerCase(), record)))
        throw fault('EntityAlreadyExists', `Role with name ${RoleName} already exists.`)
      const role = await roleShape(record, caller.partition, writes, { full: true })
      // The service returns MaxSessionDuration in GetRole only.
      return { Role: { ...role, MaxSessionDuration: undefined } }
    },
  })
}

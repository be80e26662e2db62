import type { Ids } from '../../../kernel/ids.ts'
import { iamArn } from '../../../kernel/arn.ts'
import type { RoleRecord } from '../../../store/records.ts'
import { operation } from '../../operation.ts'
import { checkBoundary } from '../boundaries/check-boundary.ts'
import { checkTags, creating } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'
import { roleShape } from './role-shape.ts'
import { trustDocument } from './trust-document.ts'

const defaultMaxSessionSeconds = 3600

export function createRole({ ids }: { readonly ids: Pick<Ids, 'next'> }) {
  return operation(iamModel('CreateRole'), {
    writes: true,

    authorize: ({ RoleName, Path, PermissionsBoundary, Tags }, { account, caller }) => creating({
      resource: iamArn(caller.partition, account, 'role', RoleName, Path),
      conditions: { 'iam:PermissionsBoundary': PermissionsBoundary },
    }, 'iam:TagRole', Tags),

    async handle(input, call, _found, writes) {
      const { RoleName, Path = '/', AssumeRolePolicyDocument, Description, MaxSessionDuration, PermissionsBoundary, Tags = [] } = input
      const { account, caller, now, fault } = call
      // CreateRole declares no NoSuchEntity.
      await checkBoundary(PermissionsBoundary, writes, { ...call, fault: (_code, message) => fault('InvalidInput', message) })
      const record: RoleRecord = {
        account, id: ids.next('AROA'), name: RoleName, path: Path, inlinePolicies: {}, attachedPolicies: [], tags: checkTags(Tags, call),
        trustPolicy: await trustDocument(AssumeRolePolicyDocument, call, writes), maxSessionDurationSeconds: MaxSessionDuration ?? defaultMaxSessionSeconds,
        ...(Description !== undefined && { description: Description }), ...(PermissionsBoundary !== undefined && { permissionsBoundary: PermissionsBoundary }),
        createdAt: now.toISOString(), managedBy: 'api',
      }
      if (await writes.count('role', account) >= quotas.roles) throw fault('LimitExceeded', `Cannot exceed quota for RolesPerAccount: ${quotas.roles}`)
      if (!(await writes.insert('role', account, RoleName.toLowerCase(), record))) throw fault('EntityAlreadyExists', `Role with name ${RoleName} already exists.`)
      return { Role: roleShape(record, caller.partition, true) }
    },
  })
}

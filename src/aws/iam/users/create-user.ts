import { iamArn } from '../../../kernel/arn.ts'
import type { Ids } from '../../../kernel/ids.ts'
import type { UserRecord } from '../../../store/records.ts'
import { operation } from '../../operation.ts'
import { checkBoundary } from '../boundaries/check-boundary.ts'
import { checkTags, creating } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { userShape } from './user-shape.ts'

export function createUser({ ids }: { readonly ids: Pick<Ids, 'next'> }) {
  return operation(iamModel('CreateUser'), {
    writes: true,

    authorize: ({ UserName, Path, PermissionsBoundary, Tags }, { account, caller }) =>
      creating(
        {
          resource: iamArn({ partition: caller.partition, account }, 'user', UserName, Path),
          conditions: { 'iam:PermissionsBoundary': PermissionsBoundary },
        },
        'iam:TagUser',
        Tags,
      ),

    async handle({ UserName, Path = '/', PermissionsBoundary, Tags = [] }, call, _found, writes) {
      const { account, caller, now, fault } = call
      await checkBoundary(PermissionsBoundary, writes, call)
      const record: UserRecord = {
        account,
        id: ids.next('AIDA'),
        name: UserName,
        path: Path,
        inlinePolicies: {},
        attachedPolicies: [],
        groups: [],
        tags: checkTags(Tags, call),
        permissionsBoundary: PermissionsBoundary,
        createdAt: now.toISOString(),
        managedBy: 'api',
      }
      if ((await writes.count('user', account)) >= call.quotas.users)
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for UsersPerAccount: ${call.quotas.users}`,
        )
      if (!(await writes.insert('user', account, UserName.toLowerCase(), record)))
        throw fault('EntityAlreadyExists', `User with name ${UserName} already exists.`)
      return { User: userShape(record, caller.partition, true) }
    },
  })
}

import { iamArn } from '../../../kernel/arn.ts'
import type { Ids } from '../../../kernel/ids.ts'
import { insertGroup } from '../../../store/memberships.ts'
import type { GroupRecord } from '../../../store/records.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { groupShape } from './group-shape.ts'

export function createGroup({ ids }: { readonly ids: Pick<Ids, 'next'> }) {
  return operation(iamModel('CreateGroup'), {
    writes: true,
    authorize: ({ GroupName, Path }, { account, caller }) => ({
      resource: iamArn({ partition: caller.partition, account }, 'group', GroupName, Path),
    }),

    async handle({ GroupName, Path = '/' }, call, _found, writes) {
      const { account, caller, now, fault } = call
      const record: GroupRecord = {
        account,
        id: ids.next('AGPA'),
        name: GroupName,
        path: Path,
        inlinePolicies: {},
        attachedPolicies: [],
        createdAt: now.toISOString(),
        managedBy: 'api',
      }
      if ((await writes.count('group', account)) >= call.quotas.groups)
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for GroupsPerAccount: ${call.quotas.groups}`,
        )
      if (!(await insertGroup(writes, record)))
        throw fault('EntityAlreadyExists', `Group with name ${GroupName} already exists.`)
      return { Group: groupShape(record, caller.partition) }
    },
  })
}

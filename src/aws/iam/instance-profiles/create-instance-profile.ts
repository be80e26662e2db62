import type { Ids } from '../../../kernel/ids.ts'
import type { InstanceProfileRecord } from '../../../store/records.ts'
import { operation } from '../../operation.ts'
import { checkTags, creating } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { instanceProfileArn, instanceProfileShape } from './instance-profile.ts'

export function createInstanceProfile({ ids }: { readonly ids: Pick<Ids, 'next'> }) {
  return operation(iamModel('CreateInstanceProfile'), {
    writes: true,

    authorize: ({ InstanceProfileName: name, Path: path = '/', Tags }, { account, caller }) =>
      creating(
        { resource: instanceProfileArn(caller.partition, { account, name, path }) },
        'iam:TagInstanceProfile',
        Tags,
      ),

    async handle({ InstanceProfileName: name, Path: path = '/', Tags = [] }, call, _found, writes) {
      const { account, caller, now, fault } = call
      const record: InstanceProfileRecord = {
        account,
        id: ids.next('AIPA'),
        name,
        path,
        tags: checkTags(Tags, call),
        createdAt: now.toISOString(),
        managedBy: 'api',
      }
      if ((await writes.count('instanceProfile', account)) >= call.quotas.instanceProfiles)
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for InstanceProfilesPerAccount: ${call.quotas.instanceProfiles}`,
        )
      if (!(await writes.insert('instanceProfile', account, name.toLowerCase(), record)))
        throw fault('EntityAlreadyExists', `Instance Profile ${name} already exists.`)
      return {
        InstanceProfile: await instanceProfileShape(record, caller.partition, writes, {
          full: true,
        }),
      }
    },
  })
}

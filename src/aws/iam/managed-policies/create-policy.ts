import { iamArn } from '../../../kernel/arn.ts'
import type { Ids } from '../../../kernel/ids.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import { operation } from '../../operation.ts'
import { checkTags, creating } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { managedDocument } from './managed-document.ts'
import { policyShape } from './policy-shape.ts'

export function createPolicy({ ids }: { readonly ids: Pick<Ids, 'next'> }) {
  return operation(iamModel('CreatePolicy'), {
    writes: true,

    authorize: ({ Path, PolicyName, Tags }, { account, caller }) =>
      creating(
        { resource: iamArn({ partition: caller.partition, account }, 'policy', PolicyName, Path) },
        'iam:TagPolicy',
        Tags,
      ),

    async handle(
      { Description, Path = '/', PolicyDocument, PolicyName, Tags = [] },
      call,
      _found,
      writes,
    ) {
      const { account, caller, now, fault } = call
      const createdAt = now.toISOString()
      const first = { id: 'v1', document: managedDocument(PolicyDocument, call), createdAt }
      const arn = iamArn({ partition: caller.partition, account }, 'policy', PolicyName, Path)
      const record: PolicyRecord = {
        account,
        id: ids.next('ANPA'),
        name: PolicyName,
        path: Path,
        arn,
        description: Description,
        tags: checkTags(Tags, call),
        defaultVersion: first.id,
        lastVersion: 1,
        versions: [first],
        createdAt,
        managedBy: 'api',
      }
      if ((await writes.count('policy', account)) >= call.quotas.policies) {
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for PoliciesPerAccount: ${call.quotas.policies}`,
        )
      }
      if (!(await writes.insert('policy', account, PolicyName.toLowerCase(), record))) {
        throw fault(
          'EntityAlreadyExists',
          `A policy called ${PolicyName} already exists. Duplicate names are not allowed.`,
        )
      }
      const policy = policyShape(record, { attached: 0, bounding: 0 }, true)
      // The service returns the description in GetPolicy only.
      return { Policy: { ...policy, Description: undefined } }
    },
  })
}

import { iamArn } from '../../../kernel/arn.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { pageOf } from '../paging.ts'
import { roleShape } from './role-shape.ts'

export const listRoles = operation(iamModel('ListRoles'), {
  authorize: ({ PathPrefix = '/' }, { account, caller }) => ({
    resource: iamArn({ partition: caller.partition, account }, 'role', '', PathPrefix),
  }),

  async handle(input, call, _found, reads) {
    const page = await pageOf(reads, { kind: 'role' }, input, call)
    return {
      Roles: await Promise.all(
        page.records.map((record) => roleShape(record, call.caller.partition, reads)),
      ),
      IsTruncated: page.marker !== undefined,
      Marker: page.marker,
    }
  },
})

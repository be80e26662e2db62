import { iamArn } from '../../../kernel/arn.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { pageOf } from '../paging.ts'
import { roleShape } from './role-shape.ts'

export const listRoles = operation(iamModel('ListRoles'), {
  authorize: ({ PathPrefix = '/' }, { account, caller }) => ({
    resource: iamArn(caller.partition, account, 'role', '', PathPrefix),
  }),

  async handle(input, { account, caller, fault }, _found, reads) {
    const page = await pageOf(reads, 'role', account, input, (message) => fault('ValidationError', message))
    return {
      Roles: page.records.map((record) => roleShape(record, caller.partition, false)),
      IsTruncated: page.marker !== undefined,
      Marker: page.marker,
    }
  },
})

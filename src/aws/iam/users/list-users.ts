import { iamArn } from '../../../kernel/arn.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { pageOf } from '../paging.ts'
import { userShapeWithUse } from './user-shape.ts'

export const listUsers = operation(iamModel('ListUsers'), {
  authorize: ({ PathPrefix = '/' }, { account, caller }) => ({
    resource: iamArn({ partition: caller.partition, account }, 'user', '', PathPrefix),
  }),

  async handle(input, call, _found, reads) {
    const page = await pageOf(reads, { kind: 'user' }, input, call)
    const { partition } = call.caller
    return {
      Users: await Promise.all(
        page.records.map((record) => userShapeWithUse(reads, record, partition, false)),
      ),
      IsTruncated: page.marker !== undefined,
      Marker: page.marker,
    }
  },
})

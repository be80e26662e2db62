import { iamArn } from '../../../kernel/arn.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { pageOf } from '../paging.ts'
import { groupShape } from './group-shape.ts'

export const listGroups = operation(iamModel('ListGroups'), {
  authorize: ({ PathPrefix = '/' }, { account, caller }) => ({
    resource: iamArn({ partition: caller.partition, account }, 'group', '', PathPrefix),
  }),

  async handle(input, call, _found, reads) {
    const { records, marker } = await pageOf(reads, { kind: 'group' }, input, call)
    return {
      Groups: records.map((record) => groupShape(record, call.caller.partition)),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})

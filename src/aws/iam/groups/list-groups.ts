import { iamArn } from '../../../kernel/arn.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { pageOf } from '../paging.ts'
import { groupShape } from './group-shape.ts'

export const listGroups = operation(iamModel('ListGroups'), {
  authorize: ({ PathPrefix = '/' }, { account, caller }) => ({ resource: iamArn(caller.partition, account, 'group', '', PathPrefix) }),

  async handle(input, { account, caller, fault }, _found, reads) {
    const { records, marker } = await pageOf(reads, 'group', account, input, (message) => fault('ValidationError', message))
    return { Groups: records.map((record) => groupShape(record, caller.partition)), IsTruncated: marker !== undefined, Marker: marker }
  },
})

import { groupOf } from '../../../store/memberships.ts'
import type { GroupRecord } from '../../../store/records.ts'
import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { pageOfList } from '../paging.ts'
import { groupShape } from './group-shape.ts'

export const listGroupsForUser = operation(iamModel('ListGroupsForUser'), {
  locate: ({ UserName }, call, reads) => findNamed(reads, 'user', call, UserName),
  authorize: ({ UserName }, call, found) => namedTarget('user', call, UserName, found),

  async handle(input, call, found, reads) {
    const { account, caller } = call
    const { groups } = existing(found, 'user', input.UserName, call)
    const records = (await Promise.all(groups.map((one) => groupOf(reads, account, one)))).filter(
      (group): group is GroupRecord => group !== undefined,
    )
    const { items, marker } = pageOfList(records, ({ name }) => name.toLowerCase(), input, call)
    return {
      Groups: items.map((group) => groupShape(group, caller.partition)),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})

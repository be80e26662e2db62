import { linkTo } from '../../../store/links.ts'
import { membershipOf } from '../../../store/memberships.ts'
import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { pageOf } from '../paging.ts'
import { userShape } from '../users/user-shape.ts'
import { GetGroup, type GetGroupResponse } from './get-group-model.ts'
import { groupShape } from './group-shape.ts'

export const getGroup = operation(GetGroup, {
  locate: ({ GroupName }, call, reads) => findNamed(reads, 'group', call, GroupName),
  authorize: ({ GroupName }, call, found) => namedTarget('group', call, GroupName, found),

  async handle(input, call, found, reads): Promise<GetGroupResponse> {
    const {
      caller: { partition },
    } = call
    const group = existing(found, 'group', input.GroupName, call)
    const { Marker, MaxItems } = input
    const target = linkTo.group(membershipOf(group))
    const page = { Marker, MaxItems }
    const { records, marker } = await pageOf(reads, { kind: 'user', target }, page, call)
    return {
      Group: groupShape(group, partition),
      Users: records.map((user) => userShape(user, partition, false)),
      IsTruncated: marker !== undefined,
      Marker: marker,
      MemberCount: await reads.countLinked('user', call.account, target),
    }
  },
})

import { linkTo } from '../../../store/links.ts'
import { membershipOf } from '../../../store/memberships.ts'
import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { pageOf } from '../paging.ts'
import { userShape } from '../users/user-shape.ts'
import { groupShape } from './group-shape.ts'

export const getGroup = operation(iamModel('GetGroup'), {
  locate: ({ GroupName }, call, reads) => findNamed(reads, 'group', call, GroupName),
  authorize: ({ GroupName }, call, found) => namedTarget('group', call, GroupName, found),

  async handle(input, call, found, reads) {
    const {
      caller: { partition },
    } = call
    const group = existing(found, 'group', input.GroupName, call)
    const { Marker, MaxItems } = input
    const { records, marker } = await pageOf(
      reads,
      { kind: 'user', target: linkTo.group(membershipOf(group)) },
      { Marker, MaxItems },
      call,
    )
    return {
      Group: groupShape(group, partition),
      Users: records.map((user) => userShape(user, partition, false)),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})

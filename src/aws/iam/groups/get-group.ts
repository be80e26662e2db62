import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { pageOfList } from '../paging.ts'
import { userShape } from '../users/user-shape.ts'
import { groupShape } from './group-shape.ts'
import { membersOf } from './members.ts'

export const getGroup = operation(iamModel('GetGroup'), {
  locate: ({ GroupName }, call, reads) => findNamed(reads, 'group', call, GroupName),
  authorize: ({ GroupName }, call, found) => namedTarget('group', call, GroupName, found),

  async handle(input, call, found, reads) {
    const { caller: { partition }, account, fault } = call
    const group = existing(found, 'group', input.GroupName, call)
    const members = await membersOf(reads, account, group.name)
    const { items, marker } = pageOfList(members, ({ name }) => name.toLowerCase(), input, (message) => fault('ValidationError', message))
    return { Group: groupShape(group, partition), Users: items.map((user) => userShape(user, partition, false)), IsTruncated: marker !== undefined, Marker: marker }
  },
})

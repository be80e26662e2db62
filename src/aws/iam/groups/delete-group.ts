import { linkTo } from '../../../store/links.ts'
import { membershipOf, removeGroup } from '../../../store/memberships.ts'
import { operation } from '../../operation.ts'
import { changeable, findNamed, heldBy, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'

export const deleteGroup = operation(iamModel('DeleteGroup'), {
  writes: true,
  locate: ({ GroupName }, call, reads) => findNamed(reads, 'group', call, GroupName),
  authorize: ({ GroupName }, call, found) => namedTarget('group', call, GroupName, found),

  async handle({ GroupName }, call, found, writes) {
    const record = changeable(found, 'group', GroupName, call)
    const { account, fault } = call
    const held = heldBy(record)
    if (held !== undefined) throw fault('DeleteConflict', held)
    if ((await writes.countLinked('user', account, linkTo.group(membershipOf(record)))) > 0)
      throw fault('DeleteConflict', 'Cannot delete entity, must remove users from group first.')
    await removeGroup(writes, record)
  },
})

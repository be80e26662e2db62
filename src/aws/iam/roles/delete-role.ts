import { operation } from '../../operation.ts'
import { changeable, findNamed, heldBy, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'

/** Its sessions end with it: a role that is made again under the same name has another id. */
export const deleteRole = operation(iamModel('DeleteRole'), {
  writes: true,
  locate: ({ RoleName }, call, reads) => findNamed(reads, 'role', call, RoleName),
  authorize: ({ RoleName }, call, found) => namedTarget('role', call, RoleName, found),

  async handle({ RoleName }, call, found, writes) {
    const record = changeable(found, 'role', RoleName, call)
    const held = heldBy(record)
    if (held !== undefined) throw call.fault('DeleteConflict', held)
    await writes.remove('role', call.account, record.name.toLowerCase())
  },
})

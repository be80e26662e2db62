import { operation } from '../../operation.ts'
import { findNamed, heldBy, modifiable, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { profilesOfRole } from '../instance-profiles/instance-profile.ts'

/** Ends the role's sessions: a new role of the same name has another id. */
export const deleteRole = operation(iamModel('DeleteRole'), {
  writes: true,
  locate: ({ RoleName }, call, reads) => findNamed(reads, 'role', call, RoleName),
  authorize: ({ RoleName }, call, found) => namedTarget('role', call, RoleName, found),

  async handle({ RoleName }, call, found, writes) {
    const record = modifiable(found, 'role', RoleName, call)
    const held = heldBy(record)
    if (held !== undefined) throw call.fault('DeleteConflict', held)
    if ((await profilesOfRole(record, writes)).length > 0)
      throw call.fault(
        'DeleteConflict',
        'Cannot delete entity, must remove roles from instance profile first.',
      )
    await writes.remove('role', call.account, record.name.toLowerCase())
  },
})

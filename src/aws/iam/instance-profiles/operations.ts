import type { Ids } from '../../../kernel/ids.ts'
import type { AnyOperation } from '../../operation.ts'
import { createInstanceProfile } from './create-instance-profile.ts'
import { deleteInstanceProfile } from './delete-instance-profile.ts'
import { getInstanceProfile } from './get-instance-profile.ts'
import { listInstanceProfiles, listInstanceProfilesForRole } from './list-instance-profiles.ts'
import { addRoleToInstanceProfile, removeRoleFromInstanceProfile } from './role-of-profile.ts'

/** The operations on instance profiles and the role in each. Those on tags are in tags/. */
export function instanceProfileOperations(ports: {
  readonly ids: Pick<Ids, 'next'>
}): readonly AnyOperation[] {
  return [
    addRoleToInstanceProfile,
    createInstanceProfile(ports),
    deleteInstanceProfile,
    getInstanceProfile,
    listInstanceProfiles,
    listInstanceProfilesForRole,
    removeRoleFromInstanceProfile,
  ]
}

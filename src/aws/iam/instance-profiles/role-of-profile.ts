import type { InstanceProfileRecord, RoleRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'
import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget, protectedRole } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { instanceProfile } from './instance-profile.ts'

interface Names {
  readonly InstanceProfileName: string
  readonly RoleName: string
}
interface Found {
  readonly profile: InstanceProfileRecord | undefined
  readonly role: RoleRecord | undefined
}

async function locate(input: Names, call: Call<never>, reads: Reads): Promise<Found> {
  return {
    profile: await instanceProfile.find(input, call, reads),
    role: await findNamed(reads, 'role', call, input.RoleName),
  }
}

/**
 * Whoever adds a role gives it to every instance of the profile, so the caller has to be allowed to
 * pass it to EC2 (IAM user guide, "Grant a user permissions to pass a role to an AWS service").
 */
export const addRoleToInstanceProfile = operation(iamModel('AddRoleToInstanceProfile'), {
  writes: true,
  locate,
  authorize(input, call, { profile, role }) {
    const passed = namedTarget('role', call, input.RoleName, role)
    return [
      instanceProfile.target(input, call, profile),
      {
        ...passed,
        action: 'iam:PassRole',
        conditions: { ...passed.conditions, 'iam:PassedToService': 'ec2.amazonaws.com' },
      },
    ]
  },

  async handle(input, call, found, writes) {
    const profile = instanceProfile.existing(input, call, found.profile)
    const { name, serviceLinked } = existing(found.role, 'role', input.RoleName, call)
    if (serviceLinked !== undefined) throw protectedRole(name)
    if (profile.roleName !== undefined)
      throw call.fault(
        'LimitExceeded',
        'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
      )
    await instanceProfile.save(writes, { ...profile, roleName: name.toLowerCase() })
  },
})

export const removeRoleFromInstanceProfile = operation(iamModel('RemoveRoleFromInstanceProfile'), {
  writes: true,
  locate,
  authorize: (input, call, { profile }) => instanceProfile.target(input, call, profile),

  async handle(input, call, found, writes) {
    const { roleName, ...profile } = instanceProfile.existing(input, call, found.profile)
    const { name } = existing(found.role, 'role', input.RoleName, call)
    if (roleName !== name.toLowerCase())
      throw call.fault(
        'NoSuchEntity',
        `Role ${name} in Instance Profile ${profile.name} cannot be found.`,
      )
    await instanceProfile.save(writes, profile)
  },
})

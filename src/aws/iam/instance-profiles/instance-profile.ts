import { iamArn } from '../../../kernel/arn.ts'
import type { InstanceProfile } from '../../../reference/aws/iam-shapes.gen.ts'
import { linkTo } from '../../../store/links.ts'
import type { InstanceProfileRecord, RoleRecord } from '../../../store/records.ts'
import type { Reads, Writes } from '../../../store/store.ts'
import type { Call, Target } from '../../operation.ts'
import { resourceTagConditions } from '../../request-context.ts'
import { roleShape } from '../roles/role-shape.ts'

interface Named {
  readonly InstanceProfileName: string
}
type Found = InstanceProfileRecord | undefined
type Missing = Pick<Call<'NoSuchEntity'>, 'fault'>

/** Access for operations to the instance profile of a name. Names are compared without case. */
export const instanceProfile = {
  kind: 'instanceProfile' as const,

  find: (
    { InstanceProfileName }: Named,
    { account }: Pick<Call<never>, 'account'>,
    reads: Pick<Reads, 'find'>,
  ): Promise<Found> => reads.find('instanceProfile', account, InstanceProfileName.toLowerCase()),

  /** Returns the target to decide on: the profile's ARN, including its path, and its tags. */
  target(
    { InstanceProfileName }: Named,
    { account, caller }: Pick<Call<never>, 'account' | 'caller'>,
    found: Found,
    conditions: Target['conditions'] = {},
  ): Target {
    return {
      resource: instanceProfileArn(
        caller.partition,
        found ?? { account, name: InstanceProfileName, path: '/' },
      ),
      conditions: { ...resourceTagConditions(found?.tags), ...conditions },
    }
  },

  /** Throws NoSuchEntity. */
  existing({ InstanceProfileName }: Named, { fault }: Missing, found: Found) {
    if (!found)
      throw fault('NoSuchEntity', `Instance Profile ${InstanceProfileName} cannot be found.`)
    return found
  },

  /** As `existing`: the settings file has no instance profiles. */
  changeable: (input: Named, call: Missing, found: Found): InstanceProfileRecord =>
    instanceProfile.existing(input, call, found),

  async save(writes: Pick<Writes, 'update'>, record: InstanceProfileRecord): Promise<void> {
    await writes.update('instanceProfile', record.account, record.name.toLowerCase(), record)
  },
}

export function instanceProfileArn(
  partition: string,
  { account, name, path }: Pick<InstanceProfileRecord, 'account' | 'name' | 'path'>,
): string {
  return iamArn({ partition, account }, 'instance-profile', name, path)
}

/** A role is in few profiles: a page holds them all. */
export async function profilesOfRole(
  { account, name }: Pick<RoleRecord, 'account' | 'name'>,
  reads: Pick<Reads, 'linked'>,
): Promise<readonly InstanceProfileRecord[]> {
  const rows = await reads.linked('instanceProfile', account, linkTo.role(name), { limit: 1000 })
  return rows.map(({ record }) => record)
}

/**
 * Returns a profile in the form of the API. `full`: with tags, which lists leave out (IAM API
 * reference, ListInstanceProfiles). Its role is told without description and longest session.
 */
export async function instanceProfileShape(
  record: InstanceProfileRecord,
  partition: string,
  reads: Pick<Reads, 'find' | 'linked'>,
  { full = false } = {},
): Promise<InstanceProfile> {
  const { account, createdAt, id, name, path, roleName, tags } = record
  const role = roleName === undefined ? undefined : await reads.find('role', account, roleName)
  const shape = role && (await roleShape(role, partition, reads))
  return {
    Path: path,
    InstanceProfileName: name,
    InstanceProfileId: id,
    Arn: instanceProfileArn(partition, record),
    CreateDate: new Date(createdAt),
    Roles: shape ? [{ ...shape, Description: undefined, MaxSessionDuration: undefined }] : [],
    Tags: full && tags.length > 0 ? tags : undefined,
  }
}

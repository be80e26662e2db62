import type { RoleRecord } from '../../../store/records.ts'
import type { Writes } from '../../../store/store.ts'
import { type Call, operation } from '../../operation.ts'
import { changeable, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { roleShape } from './role-shape.ts'
import { trustDocument } from './trust-document.ts'

interface Named { readonly RoleName: string }
type Refusing = Pick<Call<'NoSuchEntity'>, 'account' | 'caller' | 'fault'>

/** Finds it, refuses one of the settings file, and writes it anew. */
async function change({ RoleName }: Named, call: Refusing, found: RoleRecord | undefined, writes: Writes, make: (role: RoleRecord) => RoleRecord | Promise<RoleRecord>): Promise<RoleRecord> {
  const changed = await make(changeable(found, 'role', RoleName, call))
  await writes.update('role', call.account, changed.name.toLowerCase(), changed)
  return changed
}

/** Sessions that are open keep the length that they were issued with. */
export const updateRole = operation(iamModel('UpdateRole'), {
  writes: true,
  locate: ({ RoleName }, call, reads) => findNamed(reads, 'role', call, RoleName),
  authorize: ({ RoleName }, call, found) => namedTarget('role', call, RoleName, found),
  async handle(input, call, found, writes) {
    const { Description, MaxSessionDuration } = input
    await change(input, call, found, writes, (role) => ({
      ...role, ...(Description !== undefined && { description: Description }), ...(MaxSessionDuration !== undefined && { maxSessionDurationSeconds: MaxSessionDuration }),
    }))
    return {}
  },
})

export const updateRoleDescription = operation(iamModel('UpdateRoleDescription'), {
  writes: true,
  locate: ({ RoleName }, call, reads) => findNamed(reads, 'role', call, RoleName),
  authorize: ({ RoleName }, call, found) => namedTarget('role', call, RoleName, found),
  async handle(input, call, found, writes) {
    const changed = await change(input, call, found, writes, (role) => ({ ...role, description: input.Description }))
    return { Role: roleShape(changed, call.caller.partition, false) }
  },
})

/** Counts for the next AssumeRole; sessions that are open go on. */
export const updateAssumeRolePolicy = operation(iamModel('UpdateAssumeRolePolicy'), {
  writes: true,
  locate: ({ RoleName }, call, reads) => findNamed(reads, 'role', call, RoleName),
  authorize: ({ RoleName }, call, found) => namedTarget('role', call, RoleName, found),
  async handle(input, call, found, writes) {
    await change(input, call, found, writes, async (role) => ({ ...role, trustPolicy: await trustDocument(input.PolicyDocument, call, writes) }))
  },
})

import { operation } from '../../operation.ts'
import { changeable, findNamed, modifiable, namedTarget, saveNamed } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { roleShape } from './role-shape.ts'
import { trustDocument } from './trust-document.ts'

/** Open sessions keep the duration with which they were issued. */
export const updateRole = operation(iamModel('UpdateRole'), {
  writes: true,
  locate: ({ RoleName }, call, reads) => findNamed(reads, 'role', call, RoleName),
  authorize: ({ RoleName }, call, found) => namedTarget('role', call, RoleName, found),
  async handle(input, call, found, writes) {
    const { RoleName, Description, MaxSessionDuration } = input
    // The description of a service-linked role may be changed, and nothing else.
    const fit = MaxSessionDuration === undefined ? changeable : modifiable
    const role = fit(found, 'role', RoleName, call)
    await saveNamed(writes, 'role', {
      ...role,
      ...(Description !== undefined && { description: Description }),
      maxSessionDurationSeconds: MaxSessionDuration ?? role.maxSessionDurationSeconds,
    })
    return {}
  },
})

export const updateRoleDescription = operation(iamModel('UpdateRoleDescription'), {
  writes: true,
  locate: ({ RoleName }, call, reads) => findNamed(reads, 'role', call, RoleName),
  authorize: ({ RoleName }, call, found) => namedTarget('role', call, RoleName, found),
  async handle(input, call, found, writes) {
    const role = changeable(found, 'role', input.RoleName, call)
    const changed = { ...role, description: input.Description }
    await saveNamed(writes, 'role', changed)
    return { Role: await roleShape(changed, call.caller.partition, writes) }
  },
})

/** Takes effect with the next AssumeRole; open sessions continue. */
export const updateAssumeRolePolicy = operation(iamModel('UpdateAssumeRolePolicy'), {
  writes: true,
  locate: ({ RoleName }, call, reads) => findNamed(reads, 'role', call, RoleName),
  authorize: ({ RoleName }, call, found) => namedTarget('role', call, RoleName, found),
  async handle(input, call, found, writes) {
    const role = modifiable(found, 'role', input.RoleName, call)
    const trust = await trustDocument(input.PolicyDocument, call, writes)
    await saveNamed(writes, 'role', { ...role, ...trust })
  },
})

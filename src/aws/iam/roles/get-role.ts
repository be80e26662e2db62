import { iamArn } from '../../../kernel/arn.ts'
import { operation } from '../../operation.ts'
import { resourceTagConditions } from '../../request-context.ts'
import { iamModel } from '../iam-model.ts'
import { roleShape } from './role-shape.ts'

export const getRole = operation(iamModel('GetRole'), {
  locate: ({ RoleName }, { account }, reads) => reads.find('role', account, RoleName.toLowerCase()),

  authorize: ({ RoleName }, { account, caller }, found) => ({
    resource: iamArn(caller.partition, account, 'role', found?.name ?? RoleName, found?.path),
    conditions: resourceTagConditions(found?.tags),
  }),

  handle({ RoleName }, { caller, fault }, found) {
    if (!found) throw fault('NoSuchEntity', `The role with name ${RoleName} cannot be found.`)
    return { Role: roleShape(found, caller.partition, true) }
  },
})

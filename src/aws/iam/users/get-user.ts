import { iamArn, rootArn } from '../../../kernel/arn.ts'
import { operation } from '../../operation.ts'
import { resourceTagConditions } from '../../request-context.ts'
import { iamModel } from '../iam-model.ts'
import { callerUserName } from './caller-user-name.ts'
import { rootShape } from './root-shape.ts'
import { userShapeWithUse } from './user-shape.ts'

/**
 * Without UserName, describes the caller: a user or the root of an account. A role session has to
 * name a user.
 */
export const getUser = operation(iamModel('GetUser'), {
  locate({ UserName }, { account, caller }, reads) {
    const name = UserName ?? callerUserName(caller)
    return name === undefined ? undefined : reads.find('user', account, name.toLowerCase())
  },

  authorize({ UserName }, { account, caller }, found) {
    const { partition, principal } = caller
    const name = found?.name ?? UserName ?? callerUserName(caller)
    if (name === undefined && principal.kind === 'root')
      return { resource: rootArn(partition, account) }
    return {
      resource:
        name === undefined
          ? principal.arn
          : iamArn({ partition, account }, 'user', name, found?.path),
      conditions: resourceTagConditions(found?.tags),
    }
  },

  async handle({ UserName }, call, found, reads) {
    const { caller, fault } = call
    if (found) return { User: await userShapeWithUse(reads, found, caller.partition, true) }
    if (UserName !== undefined) {
      throw fault('NoSuchEntity', `The user with name ${UserName} cannot be found.`)
    }
    if (caller.principal.kind !== 'root') {
      throw fault('ValidationError', 'Must specify userName when calling with non-User credentials')
    }
    return { User: await rootShape(call, reads) }
  },
})

import { operation } from '../operation.ts'
import { stsModel } from './sts-model.ts'

export const getCallerIdentity = operation(stsModel('GetCallerIdentity'), {
  authorize: () => 'caller-only',
  handle: (_input, { caller }) => ({
    UserId: caller.userId,
    Account: caller.account,
    Arn: caller.principal.arn,
  }),
})

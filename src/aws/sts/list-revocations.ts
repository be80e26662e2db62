import { revocationsOf } from '../../sessions/revocations.ts'
import { operation } from '../operation.ts'
import { ListRevocations } from './revocation-model.ts'
import { revocationShape } from './revocation-shape.ts'

/** Lists the account's revocations and those that apply to every account. */
export const listRevocations = operation(ListRevocations, {
  authorize: () => ({ resource: '*' }),
  handle: async (_input, { account }, _found, reads) => ({
    Revocations: (await revocationsOf(reads, account)).map(revocationShape),
  }),
})

import { revocationsOf } from '../../sessions/revoke.ts'
import { operation } from '../operation.ts'
import { ListRevocations } from './revocation-model.ts'
import { revocationShape } from './revocation-shape.ts'

const defaultMaxItems = 1000

/** Lists the account's revocations and those that apply to every account, in pages. */
export const listRevocations = operation(ListRevocations, {
  authorize: () => ({ resource: '*' }),
  async handle({ Marker, MaxItems = defaultMaxItems }, { account, now, fault }, _found, reads) {
    const after = Marker === undefined ? undefined : Buffer.from(Marker, 'base64url').toString()
    if (after !== undefined && ![account, '*'].includes(after.split(' ', 1)[0]!))
      throw fault('ValidationError', `Invalid Marker: ${Marker!.slice(0, 128)}`)
    const { revocations, next } = await revocationsOf(reads, account, {
      now,
      after,
      limit: MaxItems,
    })
    return {
      Revocations: revocations.map(revocationShape),
      IsTruncated: next !== undefined,
      Marker: next === undefined ? undefined : Buffer.from(next).toString('base64url'),
    }
  },
})

import type { Writes } from '../../../store/store.ts'

/** False when it stands there already. The switch is the API's, also in an account that the settings file names. */
export async function switchOutbound(writes: Writes, account: string, on: boolean): Promise<boolean> {
  const record = await writes.find('account', account, 'account')
  if (!record || (record.outboundFederation === true) === on) return false
  const { outboundFederation: _before, ...rest } = record
  return writes.update('account', account, 'account', on ? { ...rest, outboundFederation: true } : rest)
}

import type { Writes } from '../../../store/store.ts'

/**
 * Returns false when nothing changed. This setting is changed over the API only, also for an
 * account that the settings file names.
 */
export async function switchTokenIssuer(
  writes: Writes,
  account: string,
  on: boolean,
): Promise<boolean> {
  const record = await writes.find('account', account, 'account')
  if (!record || (record.outboundFederation === true) === on) return false
  const { outboundFederation: _before, ...rest } = record
  return writes.update(
    'account',
    account,
    'account',
    on ? { ...rest, outboundFederation: true } : rest,
  )
}

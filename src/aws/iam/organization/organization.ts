import { hash } from 'node:crypto'
import type { AccountRecord, RootFeature } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'

const features: readonly RootFeature[] = ['RootCredentialsManagement', 'RootSessions']

type OrganizationCall = Call<
  'AccountNotManagementOrDelegatedAdministratorException' | 'OrganizationNotFoundException'
>

/**
 * Returns the record of the calling account, which manages the root of others: their settings name
 * it as `rootManagedBy`. Throws where it manages none.
 */
export async function managementAccount(
  { account, fault }: OrganizationCall,
  reads: Reads,
): Promise<AccountRecord> {
  const own = await reads.find('account', account, 'account')
  if (!own) throw new Error(`account ${account} has no record`)
  for (const id of await reads.accounts())
    if ((await reads.find('account', id, 'account'))?.rootManagedBy === account) return own
  if (own.rootManagedBy !== undefined)
    throw fault(
      'AccountNotManagementOrDelegatedAdministratorException',
      `The account ${account} is not the management account of its organization.`,
    )
  throw fault('OrganizationNotFoundException', `The account ${account} is in no organization.`)
}

/** In the form of the API. The id follows from the managing account. */
export function featuresShape({ account, disabledRootFeatures = [] }: AccountRecord) {
  return {
    OrganizationId: `o-${hash('sha256', `organization ${account}`, 'hex').slice(0, 10)}`,
    EnabledFeatures: features.filter((feature) => !disabledRootFeatures.includes(feature)),
  }
}

/** The record with a feature on or off. */
export function switched(
  { disabledRootFeatures = [], ...record }: AccountRecord,
  feature: RootFeature,
  on: boolean,
): AccountRecord {
  const others = disabledRootFeatures.filter((one) => one !== feature)
  const off = on ? others : [...others, feature]
  return { ...record, ...(off.length > 0 && { disabledRootFeatures: off }) }
}

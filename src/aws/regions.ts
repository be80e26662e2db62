import { AwsFault, commonFault } from '../kernel/aws-fault.ts'
import { partitionOfRegion } from '../kernel/partitions.ts'
import { partitionRegions } from '../reference/aws/regions.gen.ts'
import type { Caller } from '../sessions/caller.ts'
import type { Reads } from '../store/store.ts'
import type { Model } from './model.ts'

/** Regions that can't be deactivated (IAM FAQ, "Temporary security credentials"). */
const alwaysActive: ReadonlySet<string> = new Set([
  'us-east-1',
  'us-gov-west-1',
  'us-gov-east-1',
  'cn-north-1',
  'cn-northwest-1',
  'eusc-de-east-1',
])

const knownRegions: ReadonlySet<string> = new Set(Object.values(partitionRegions).flat())

/**
 * Whether a call may be scoped to the region: one of AWS's, or a configured one of `own`. Other
 * spellings would evade the account's list of deactivated regions.
 */
export function isRegion(region: string, own: readonly string[]): boolean {
  return knownRegions.has(region) || own.includes(region)
}

/**
 * Why a signed call to `region` is refused; undefined when it is not. Credentials of one partition
 * are unknown in another, and a deactivated region issues nothing.
 */
export function refusedRegion(
  region: string,
  caller: Caller,
  model: Model<unknown, unknown, never>,
  reads: Pick<Reads, 'find'>,
): AwsFault | undefined | Promise<AwsFault | undefined> {
  if (partitionOfRegion(region) !== caller.partition)
    return commonFault(
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    )
  if (!Object.hasOwn(model.errors, 'RegionDisabledException') || alwaysActive.has(region))
    return undefined
  return deactivated(region, caller.account, reads)
}

async function deactivated(
  region: string,
  account: string,
  reads: Pick<Reads, 'find'>,
): Promise<AwsFault | undefined> {
  const { deactivatedRegions = [] } = (await reads.find('account', account, 'account')) ?? {}
  if (!deactivatedRegions.includes(region)) return undefined
  return new AwsFault(
    'RegionDisabledException',
    `AWS STS is not activated in this region for account:${account}. Your account administrator ` +
      'can activate AWS STS in this region using the IAM console.',
  )
}

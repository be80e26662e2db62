import { type AwsFault, commonFault } from '../kernel/aws-fault.ts'
import { partitionRegions } from '../reference/aws/regions.gen.ts'
import type { Caller } from '../sessions/caller.ts'
import type { Reads } from '../store/store.ts'
import { declaredFault } from './operation.ts'
import type { Model } from './model.ts'

/** The first part of a region's name tells its partition; what has none of these is of the commercial one. */
const partitions: readonly (readonly [prefix: string, partition: string])[] = [['cn-', 'aws-cn'], ['us-gov-', 'aws-us-gov']]
/** Where tokens can always be asked for (IAM FAQ, "Temporary security credentials"). */
const alwaysActive: ReadonlySet<string> = new Set(['us-east-1', 'us-gov-west-1', 'us-gov-east-1', 'cn-north-1', 'cn-northwest-1'])

const knownRegions: ReadonlySet<string> = new Set(Object.values(partitionRegions).flat())

/** Whether a call may be scoped to it: a region that AWS has, or this house's `own`. Another spelling would be none of those that an account has deactivated. */
export function isRegion(region: string, own: string): boolean {
  return knownRegions.has(region) || region === own
}

export function partitionOfRegion(region: string): string {
  return partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws'
}

/**
 * Why a signed call of `region` is refused; undefined when it is not. Credentials of one partition are unknown in another; a region that
 * the account has deactivated mints nothing.
 */
export function refusedRegion(region: string, caller: Caller, model: Model<unknown, unknown, string>, reads: Pick<Reads, 'find'>): AwsFault | undefined | Promise<AwsFault | undefined> {
  if (partitionOfRegion(region) !== caller.partition) return commonFault('InvalidClientTokenId', 'The security token included in the request is invalid.')
  if (!Object.hasOwn(model.errors, 'RegionDisabledException') || alwaysActive.has(region)) return undefined
  return deactivated(region, caller.account, model, reads)
}

async function deactivated(region: string, account: string, model: Model<unknown, unknown, string>, reads: Pick<Reads, 'find'>): Promise<AwsFault | undefined> {
  const { deactivatedRegions = [] } = (await reads.find('account', account, 'account')) ?? {}
  if (!deactivatedRegions.includes(region)) return undefined
  return declaredFault(model, 'RegionDisabledException',
    `AWS STS is not activated in this region for account:${account}. Your account administrator can activate AWS STS in this region using the IAM console.`)
}

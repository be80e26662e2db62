import { parseArn } from '../../../kernel/arn.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call, Target } from '../../operation.ts'
import { resourceTagConditions } from '../../request-context.ts'

type PolicyCall = Call<'InvalidInput' | 'NoSuchEntity'>

interface PolicyArn {
  /** `aws`: a policy that AWS manages, of which this house has none. */
  readonly account: string
  readonly name: string
}

/** Throws InvalidInput. */
export function parsePolicyArn(text: string, { fault, caller }: PolicyCall): PolicyArn {
  const arn = parseArn(text)
  const [, name] = /^policy\/(?:[^/]+\/)*([\w+=,.@-]{1,128})$/.exec(arn?.resource ?? '') ?? []
  const ofIam = arn?.service === 'iam' && arn.region === '' && arn.partition === caller.partition && /^(?:\d{12}|aws)$/.test(arn.account)
  if (!ofIam || name === undefined) throw fault('InvalidInput', `ARN ${text} is not valid.`)
  return { account: arn.account, name }
}

/** The policy of exactly that ARN, path and case: conditions on `iam:PolicyARN` compare texts. Only the caller's account is looked at. */
export async function findPolicy(arn: string, call: PolicyCall, reads: Pick<Reads, 'find'>): Promise<PolicyRecord | undefined> {
  const { account, name } = parsePolicyArn(arn, call)
  if (account !== call.account) return undefined
  const record = await reads.find('policy', account, name.toLowerCase())
  return record?.arn === arn ? record : undefined
}

export function policyTarget(arn: string, call: PolicyCall, found: PolicyRecord | undefined, more: Target['conditions'] = {}): Target {
  const { account } = parsePolicyArn(arn, call)
  const conditions = { ...resourceTagConditions(found?.tags), ...more }
  return { resource: arn, resourceAccount: account === 'aws' ? call.account : account, conditions }
}

/** Throws NoSuchEntity. */
export function existingPolicy(found: PolicyRecord | undefined, arn: string, { fault }: PolicyCall): PolicyRecord {
  if (!found) throw fault('NoSuchEntity', `Policy ${arn} was not found.`)
  return found
}

/** As `existingPolicy`, for changes: what the settings put in place is theirs to change. Throws AccessDenied. */
export function changeablePolicy(found: PolicyRecord | undefined, arn: string, call: PolicyCall): PolicyRecord {
  const record = existingPolicy(found, arn, call)
  if (record.managedBy === 'config') {
    throw call.fault('AccessDenied', `The policy ${record.name} is put in place by the settings file: change it there.`)
  }
  return record
}

/** Throws NoSuchEntity. */
export function existingVersion({ arn, versions }: PolicyRecord, id: string, { fault }: PolicyCall): PolicyRecord['versions'][number] {
  const version = versions.find((one) => one.id === id)
  if (!version) throw fault('NoSuchEntity', `Policy ${arn} version ${id} does not exist or is not attachable.`)
  return version
}

import { parseArn } from '../../../kernel/arn.ts'
import { isReadyMade } from '../../../reference/managed-policies.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { Call } from '../../operation.ts'
import { arnEntity, type KeyOfArn, parseIamArn } from '../arn-entity.ts'
import { readyMadePolicy } from './ready-made-policy.ts'

const resource = /^policy\/(?:[^/]+\/)*([\w+=,.@-]{1,128})$/

const ofAccount = arnEntity({
  kind: 'policy',
  member: 'PolicyArn',
  parse: parsePolicyArn,
  keyOf: ({ name }) => name.toLowerCase(),
  arnOf: ({ arn }) => arn,
  missing: (arn) => `Policy ${arn} was not found.`,
  called: ({ name }) => `The policy ${name}`,
})

/**
 * Access for operations to the managed policy named by an ARN: one of the caller's account, or a
 * ready-made one, which nobody changes.
 */
export const managedPolicy: typeof ofAccount = {
  ...ofAccount,
  async find(input, call, reads) {
    if (!isReadyMade(input.PolicyArn)) return ofAccount.find(input, call, reads)
    ofAccount.parse(input.PolicyArn, call)
    return readyMadePolicy(input.PolicyArn, call)
  },
  changeable(input, call, found) {
    const record = ofAccount.existing(input, call, found)
    if (isReadyMade(record.arn))
      throw call.fault('AccessDenied', 'Policy is outside your own account.')
    return ofAccount.changeable(input, call, found)
  },
}

/**
 * Throws ValidationError with the service's texts, one of which has two spaces. An ARN with the
 * account `aws` names a ready-made policy: what is done with it is decided in the caller's account.
 */
function parsePolicyArn(text: string, call: Call<'InvalidInput' | 'NoSuchEntity'>): KeyOfArn {
  const { account = '', name = '' } = parseIamArn(text, call, resource) ?? {}
  if (!parseArn(text)) throw call.fault('ValidationError', 'Invalid ARN:  Could not be parsed!')
  if (!/^(?:\d{12}|aws)$/.test(account))
    throw call.fault('ValidationError', `ARN ${text} is not valid.`)
  return { account: account === 'aws' ? call.account : account, key: name.toLowerCase() }
}

/** Throws NoSuchEntity. */
export function existingVersion(
  { arn, versions }: PolicyRecord,
  id: string,
  { fault }: Call<'NoSuchEntity'>,
): PolicyRecord['versions'][number] {
  const version = versions.find((one) => one.id === id)
  if (!version)
    throw fault('NoSuchEntity', `Policy ${arn} version ${id} does not exist or is not attachable.`)
  return version
}

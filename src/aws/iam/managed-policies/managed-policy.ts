import { parseArn } from '../../../kernel/arn.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { Call } from '../../operation.ts'
import { arnEntity, type KeyOfArn, parseIamArn } from '../arn-entity.ts'

const resource = /^policy\/(?:[^/]+\/)*([\w+=,.@-]{1,128})$/

/** Access for operations to the managed policy named by an ARN. */
export const managedPolicy = arnEntity({
  kind: 'policy',
  member: 'PolicyArn',
  parse: parsePolicyArn,
  keyOf: ({ name }) => name.toLowerCase(),
  arnOf: ({ arn }) => arn,
  missing: (arn) => `Policy ${arn} was not found.`,
  called: ({ name }) => `The policy ${name}`,
})

/**
 * Throws ValidationError with the service's texts, one of which has two spaces. An ARN with the
 * account `aws` names a policy managed by AWS; Gatehouse has no such policies, so it is looked up
 * in the caller's account.
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

import { parseRange } from '../address.ts'
import { segmentsOfArn } from '../operators.ts'

/** Variables of the resource, which no caller can choose. */
const ofResource = /^\$\{aws:resource(?:account|orgid)\}$/i
const varies = (text: string) => /[*?]|\$\{/.test(text)
const account = /^\d{12}$/

/**
 * Per key, whether a value stands for somebody in particular and not for strangers too. As S3's
 * block of public access judges ("The meaning of public"): no wildcard where the account is
 * written, and no range that holds a large part of all addresses.
 */
const tests: readonly (readonly [key: RegExp, isFixed: (value: string) => boolean])[] = [
  [/^aws:(?:principal|source|vpce)account$|^kms:calleraccount$/, (value) => account.test(value)],
  [/^aws:(?:principal|source|vpce)orgid$/, (value) => !varies(value)],
  [/^aws:(?:principal|source|vpce)orgpaths$/, (value) => !varies(value.split('/')[0] ?? '')],
  [/^aws:(?:principalarn|sourcearn|chatbotsourcearn)$/, isArnOfSomebody],
  [/^aws:sourcevpce?$/, (value) => !varies(value)],
  [/^aws:sourceip$/, isSmallRange],
  [/^aws:userid$/, (value) => !varies(value.split(':')[0] ?? '')],
]

/** Whether a value of a positive operator fits only what somebody in particular has. */
export function isFixedValue(key: string, value: string): boolean {
  if (ofResource.test(value)) return true
  const test = tests.find(([pattern]) => pattern.test(key))?.[1]
  return test ? test(value) : !/^[*?]+$/.test(value)
}

/** Buckets have no account in their ARN: they have to be named. */
function isArnOfSomebody(value: string): boolean {
  const [arn, , service = '', , owner = '', name = ''] = segmentsOfArn(value) ?? []
  if (arn !== 'arn' || varies(service)) return false
  return account.test(owner) || (owner === '' && !varies(name.split('/')[0] ?? ''))
}

function isSmallRange(value: string): boolean {
  const range = parseRange(value)
  return range !== undefined && range.bits >= (range.words.length === 1 ? 8 : 32)
}

import type { Json } from '../json.ts'
import { segmentsOfArn } from '../operators.ts'
import type { PolicyKind } from '../question.ts'
import { type DocumentInput, versionOf } from './document.ts'
import type { RuleFinding } from './finding.ts'
import type { PlacedStatement } from './placed-statement.ts'
import { finding } from './rule.ts'

/**
 * What IAM refuses when a document is saved, beside its grammar. Such a statement matches nothing:
 * a Deny with the slip would silently deny nothing. Documents that are stored already are not held
 * to it, so that an update ends no access.
 */
export function* savingRules(input: SavingInput): Generator<RuleFinding> {
  yield* managedVersion(input)
  if (!ofIam.has(input.kind)) return
  for (const placed of input.placed) {
    yield* resources(placed, input.partition)
    yield* principals(placed, input.partition)
  }
}

export interface SavingInput extends DocumentInput {
  readonly json: Json
  /** The partition of the policy's account; absent: any that AWS has. */
  readonly partition?: string | undefined
}

/** The kinds that IAM stores. */
const ofIam: ReadonlySet<PolicyKind> = new Set(['identity', 'boundary', 'trust'])

function* managedVersion({ json, kind, holder }: SavingInput): Generator<RuleFinding> {
  if (kind !== 'boundary' && holder !== 'managed') return
  const version = versionOf(json)
  if (version === '2012-10-17') return
  const path = version === undefined ? '' : 'Version'
  yield finding('managed-policy-version', path, 'a managed policy has the Version 2012-10-17')
}

function* resources(
  { statement, pathOf }: PlacedStatement,
  partition: string | undefined,
): Generator<RuleFinding> {
  const { not = false, values = [] } = statement.resources ?? {}
  for (const [index, { text }] of values.entries()) {
    const path = pathOf(not ? 'NotResource' : 'Resource', index)
    const slip = slipOf(text, partition)
    const remedy = slip?.code === 'region-in-arn' ? noRegion : undefined
    if (slip) yield { ...finding(slip.code, path, slip.message, remedy), value: text }
  }
}

const noRegion = { kind: 'part', at: 3, text: '' } as const

function* principals(
  { statement, principalPaths }: PlacedStatement,
  partition: string | undefined,
): Generator<RuleFinding> {
  for (const [index, { text }] of (statement.principals?.values ?? []).entries()) {
    const named = segmentsOfArn(text)?.[1]
    if (named === undefined || isPartition(named, partition)) continue
    const message = foreign(named, partition)
    yield {
      ...finding('principal-of-other-partition', principalPaths[index]!, message),
      value: text,
    }
  }
}

const known = /^aws(?:-cn|-us-gov|-iso[a-z-]*|-eusc)?$/

function isPartition(text: string, own: string | undefined): boolean {
  return own === undefined ? known.test(text) : text === own
}

function foreign(partition: string, own: string | undefined): string {
  return own === undefined
    ? `there is no partition \`${partition}\``
    : `the partition \`${partition}\` is not that of the account, \`${own}\``
}

/** Types of S3 whose ARNs have a region. */
const regionalOfS3 =
  /^(?:\*|(?:accesspoint|access-grants|async-request|job|storage-lens|storage-lens-group)\/)/

/** The types of resources in IAM's ARNs. */
export const iamTypes = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
] as const
/** Types that IAM's sentence does not list: newer ones, and those of Gatehouse. */
const moreTypes = [
  'assumed-role/',
  'role-template/',
  'u2f/',
  'delegation-request/',
  'ldap-provider/',
  'file-provider/',
]

interface Slip {
  readonly code: 'partition-of-other-account' | 'region-in-arn' | 'no-type-of-iam'
  readonly message: string
}

function slipOf(text: string, own: string | undefined): Slip | undefined {
  const segments = segmentsOfArn(text)
  if (!segments) return undefined
  const [, partition = '', service = '', region = '', , resource = ''] = segments
  if (partition !== '*' && !isPartition(partition, own))
    return { code: 'partition-of-other-account', message: foreign(partition, own) }
  const hasRegion = service === 's3' ? !regionalOfS3.test(resource) : service === 'iam'
  if (region !== '' && hasRegion)
    return { code: 'region-in-arn', message: `ARNs of ${service} have no region` }
  if (service !== 'iam' || resource === '*' || resource === 'root') return undefined
  if ([...iamTypes, ...moreTypes].some((type) => resource.startsWith(type))) return undefined
  return { code: 'no-type-of-iam', message: `no resource of IAM starts as \`${resource}\`` }
}

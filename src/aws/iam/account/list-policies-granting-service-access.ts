import { grantsService, type Policy } from '../../../policy/index.ts'
import type { PolicyGrantingServiceAccess } from '../../../reference/aws/iam-shapes.gen.ts'
import { parseManaged } from '../../../reference/managed-policies.ts'
import { findManagedVersion } from '../../../sessions/principal-policies.ts'
import { groupOf } from '../../../store/memberships.ts'
import type { RecordKinds } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { operation } from '../../operation.ts'
import type { NamedKind } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { existingSource, locateSource, type Source, sourceTarget } from '../policy-source.ts'

/**
 * The policies of a user, group or role, of a user also those of the groups, that have an Allow for
 * a service. Nothing else of a policy counts, nor does a boundary (IAM API reference).
 */
export const listPoliciesGrantingServiceAccess = operation(
  iamModel('ListPoliciesGrantingServiceAccess'),
  {
    locate: ({ Arn }, call, reads) => locateSource(Arn, call, reads),
    authorize: ({ Arn }, call, found) => sourceTarget(Arn, call, found),

    async handle({ Arn, ServiceNamespaces }, call, found, reads) {
      const held = await policiesOf(existingSource(Arn, call, found), reads)
      return {
        PoliciesGrantingServiceAccess: ServiceNamespaces.map((ServiceNamespace) => ({
          ServiceNamespace,
          Policies: held
            .filter(({ policy }) => grantsService(policy, ServiceNamespace.toLowerCase()))
            .map(({ shape }) => shape),
        })),
        IsTruncated: false,
      }
    },
  },
)

interface Held {
  readonly policy: Policy
  readonly shape: PolicyGrantingServiceAccess
}
type Entity = Source['record']

async function policiesOf({ kind, record }: Source, reads: Reads): Promise<readonly Held[]> {
  const own = await heldBy(kind, record, reads)
  if (kind !== 'user') return own
  const groups = await Promise.all(
    record.groups.map(async (name) => {
      const group = await groupOf(reads, record.account, name)
      return group ? heldBy('group', group, reads) : []
    }),
  )
  const all = [...own, ...groups.flat()]
  // A managed policy that a user has twice is one policy.
  const arns = all.map(({ shape }) => shape.PolicyArn)
  return all.filter(({ shape: { PolicyArn } }, at) => !PolicyArn || arns.indexOf(PolicyArn) === at)
}

const entityTypes = { user: 'USER', group: 'GROUP', role: 'ROLE' } as const

async function heldBy(
  kind: NamedKind,
  record: Entity | RecordKinds['group'],
  reads: Pick<Reads, 'find'>,
): Promise<readonly Held[]> {
  const { account, name, inlinePolicies, attachedPolicies } = record
  const inline = Object.entries(inlinePolicies).flatMap(([PolicyName, text]) =>
    parsed(text, {
      PolicyName,
      PolicyType: 'INLINE',
      EntityType: entityTypes[kind],
      EntityName: name,
    }),
  )
  const attached = await Promise.all(
    attachedPolicies.map(async (PolicyArn) => {
      const version = await findManagedVersion(reads, account, PolicyArn)
      const PolicyName = PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1)
      return version
        ? parsed(version.document, { PolicyName, PolicyType: 'MANAGED', PolicyArn })
        : []
    }),
  )
  return [...inline, ...attached.flat()]
}

/** A document that does not parse grants nothing. */
function parsed(text: string, shape: PolicyGrantingServiceAccess): readonly Held[] {
  const { PolicyName, PolicyArn: arn = PolicyName } = shape
  const read = parseManaged('identity', { arn, id: PolicyName }, text)
  return read.ok ? [{ policy: read.policy, shape }] : []
}

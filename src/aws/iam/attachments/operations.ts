import { parseArn } from '../../../kernel/arn.ts'
import type { Model } from '../../model.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import type { NamedKind } from '../entity.ts'
import { group, type Holder, holderAccess, type Named, role, user } from '../holders.ts'
import { iamModel } from '../iam-model.ts'
import { managedPolicy } from '../managed-policies/managed-policy.ts'
import { notAttachable } from '../managed-policies/ready-made-policy.ts'
import { type PageRequest, pageOfList } from '../paging.ts'
import { quotas } from '../quotas.ts'

type Attachment<M extends string> = Named<M> & { readonly PolicyArn: string }
interface Attached {
  readonly AttachedPolicies?:
    | readonly {
        readonly PolicyName?: string | undefined
        readonly PolicyArn?: string | undefined
      }[]
    | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

/** Attaching a policy that is already attached changes nothing and is not an error. */
function attach<K extends NamedKind, M extends string>(
  holder: Holder<K, M>,
  model: Model<
    Attachment<M>,
    void,
    'InvalidInput' | 'LimitExceeded' | 'NoSuchEntity' | 'PolicyNotAttachable'
  >,
) {
  const { find, target, modifiable, save } = holderAccess(holder)
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => find(input, call, reads),
    authorize: (input, call, found) =>
      target(input, call, found, { 'iam:PolicyARN': input.PolicyArn }),
    async handle(input, call, found, writes) {
      const record = modifiable(input, call, found)
      const policy = await managedPolicy.find(input, call, writes)
      if (!policy)
        throw call.fault(
          'NoSuchEntity',
          `Policy ${input.PolicyArn} does not exist or is not attachable.`,
        )
      const refusal = notAttachable(policy)
      if (refusal !== undefined) throw call.fault('PolicyNotAttachable', refusal)
      if (record.attachedPolicies.includes(policy.arn)) return
      if (record.attachedPolicies.length >= quotas.attachedPolicies) {
        throw call.fault(
          'LimitExceeded',
          `Cannot exceed quota for PoliciesPer${holder.noun}: ${quotas.attachedPolicies}`,
        )
      }
      const attachedPolicies = [...record.attachedPolicies, policy.arn]
      await save(writes, {
        ...record,
        attachedPolicies,
      })
    },
  })
}

function detach<K extends NamedKind, M extends string>(
  holder: Holder<K, M>,
  model: Model<Attachment<M>, void, 'InvalidInput' | 'NoSuchEntity'>,
) {
  const { find, target, modifiable, save } = holderAccess(holder)
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => find(input, call, reads),
    authorize: (input, call, found) =>
      target(input, call, found, { 'iam:PolicyARN': input.PolicyArn }),
    async handle(input, call, found, writes) {
      const record = modifiable(input, call, found)
      managedPolicy.parse(input.PolicyArn, call)
      const attachedPolicies = record.attachedPolicies.filter((arn) => arn !== input.PolicyArn)
      if (attachedPolicies.length === record.attachedPolicies.length)
        throw call.fault('NoSuchEntity', `Policy ${input.PolicyArn} was not found.`)
      await save(writes, {
        ...record,
        attachedPolicies,
      })
    },
  })
}

function list<K extends NamedKind, M extends string>(
  holder: Holder<K, M>,
  model: Model<Named<M> & PageRequest, Attached, 'NoSuchEntity'>,
) {
  const { find, target, existing } = holderAccess(holder)
  return operation(model, {
    locate: (input, call, reads) => find(input, call, reads),
    authorize: (input, call, found) => target(input, call, found),
    handle(input, call, found) {
      const { PathPrefix = '/' } = input
      const attached = existing(input, call, found)
        .attachedPolicies.map(attachmentOf)
        .filter(({ path }) => path.startsWith(PathPrefix))
      const { items, marker } = pageOfList(attached, ({ key }) => key, input, call)
      const AttachedPolicies = items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn }))
      return { AttachedPolicies, IsTruncated: marker !== undefined, Marker: marker }
    },
  })
}

/**
 * Describes an attachment by its ARN alone, so that it is listed even if the policy no longer
 * exists. The key of name and account identifies one policy and is short enough for a marker.
 */
function attachmentOf(arn: string) {
  const { account = '', resource = '' } = parseArn(arn) ?? {}
  const nameAt = resource.lastIndexOf('/') + 1
  const name = resource.slice(nameAt)
  return {
    arn,
    name,
    path: resource.slice(resource.indexOf('/'), nameAt),
    key: `${name.toLowerCase()} ${account}`,
  }
}

/** The operations that attach managed policies to users, groups and roles. */
export const attachmentOperations: readonly AnyOperation[] = [
  attach(user, iamModel('AttachUserPolicy')),
  attach(group, iamModel('AttachGroupPolicy')),
  attach(role, iamModel('AttachRolePolicy')),
  detach(user, iamModel('DetachUserPolicy')),
  detach(group, iamModel('DetachGroupPolicy')),
  detach(role, iamModel('DetachRolePolicy')),
  list(user, iamModel('ListAttachedUserPolicies')),
  list(group, iamModel('ListAttachedGroupPolicies')),
  list(role, iamModel('ListAttachedRolePolicies')),
]

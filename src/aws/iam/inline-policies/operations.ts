import { documentCharacters } from '../../../policy/quotas.ts'
import type { InlinePolicies } from '../../../store/records.ts'
import type { Model } from '../../model.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import type { NamedKind } from '../entity.ts'
import { group, type Holder, holderAccess, type Named, role, user } from '../holders.ts'
import { iamModel } from '../iam-model.ts'
import { type PageRequest, pageOfList } from '../paging.ts'
import { parsedDocument } from '../parsed-document.ts'
import { quotas } from '../quotas.ts'

type One<M extends string> = Named<M> & { readonly PolicyName: string }
type Whole<M extends string> = One<M> & { readonly PolicyDocument: string }
interface Names {
  readonly PolicyNames: readonly string[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

/** Finds an inline policy by name. Names are compared without case and stored as written. */
function entryOf(policies: InlinePolicies, name: string): readonly [string, string] | undefined {
  return Object.entries(policies).find(([one]) => one.toLowerCase() === name.toLowerCase())
}
function without(policies: InlinePolicies, name: string): InlinePolicies {
  return Object.fromEntries(
    Object.entries(policies).filter(([one]) => one.toLowerCase() !== name.toLowerCase()),
  )
}

function put<K extends NamedKind, M extends string>(
  holder: Holder<K, M>,
  model: Model<Whole<M>, void, 'LimitExceeded' | 'MalformedPolicyDocument' | 'NoSuchEntity'>,
) {
  const { find, target, modifiable, save } = holderAccess(holder)
  const most = quotas.inlineCharacters[holder.kind]
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => find(input, call, reads),
    authorize: (input, call, found) => target(input, call, found),
    async handle(input, call, found, writes) {
      const record = modifiable(input, call, found)
      const inlinePolicies: InlinePolicies = {
        ...without(record.inlinePolicies, input.PolicyName),
        [input.PolicyName]: input.PolicyDocument,
      }
      const characters = Object.values(inlinePolicies).reduce(
        (sum, document) => sum + documentCharacters(document),
        0,
      )
      if (characters > most)
        throw call.fault(
          'LimitExceeded',
          `Maximum policy size of ${most} bytes exceeded for ${holder.kind} ${record.name}`,
        )
      parsedDocument('identity', input.PolicyDocument, call, holder.kind)
      await save(writes, {
        ...record,
        inlinePolicies,
      })
    },
  })
}

function get<K extends NamedKind, M extends string>(
  holder: Holder<K, M>,
  model: Model<One<M>, Whole<M>, 'NoSuchEntity'>,
) {
  const { find, target, existing } = holderAccess(holder)
  return operation(model, {
    locate: (input, call, reads) => find(input, call, reads),
    authorize: (input, call, found) => target(input, call, found),
    handle(input, call, found) {
      const record = existing(input, call, found)
      const entry = entryOf(record.inlinePolicies, input.PolicyName)
      if (!entry) throw call.fault('NoSuchEntity', missing(holder, input.PolicyName))
      const [PolicyName, PolicyDocument] = entry
      return { ...input, [holder.member]: record.name, PolicyName, PolicyDocument }
    },
  })
}

function list<K extends NamedKind, M extends string>(
  holder: Holder<K, M>,
  model: Model<Named<M> & PageRequest, Names, 'NoSuchEntity'>,
) {
  const { find, target, existing } = holderAccess(holder)
  return operation(model, {
    locate: (input, call, reads) => find(input, call, reads),
    authorize: (input, call, found) => target(input, call, found),
    handle(input, call, found) {
      const names = Object.keys(existing(input, call, found).inlinePolicies)
      const { items, marker } = pageOfList(names, (name) => name.toLowerCase(), input, call)
      return { PolicyNames: items, IsTruncated: marker !== undefined, Marker: marker }
    },
  })
}

function remove<K extends NamedKind, M extends string>(
  holder: Holder<K, M>,
  model: Model<One<M>, void, 'NoSuchEntity'>,
) {
  const { find, target, modifiable, save } = holderAccess(holder)
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => find(input, call, reads),
    authorize: (input, call, found) => target(input, call, found),
    async handle(input, call, found, writes) {
      const record = modifiable(input, call, found)
      if (!entryOf(record.inlinePolicies, input.PolicyName))
        throw call.fault('NoSuchEntity', missing(holder, input.PolicyName))
      const inlinePolicies = without(record.inlinePolicies, input.PolicyName)
      await save(writes, {
        ...record,
        inlinePolicies,
      })
    },
  })
}

function missing({ kind }: Holder, policyName: string): string {
  return `The ${kind} policy with name ${policyName} cannot be found.`
}

/** The operations on inline policies, which belong to a single user, group or role. */
export const inlinePolicyOperations: readonly AnyOperation[] = [
  put(user, iamModel('PutUserPolicy')),
  put(group, iamModel('PutGroupPolicy')),
  put(role, iamModel('PutRolePolicy')),
  get(user, iamModel('GetUserPolicy')),
  get(group, iamModel('GetGroupPolicy')),
  get(role, iamModel('GetRolePolicy')),
  list(user, iamModel('ListUserPolicies')),
  list(group, iamModel('ListGroupPolicies')),
  list(role, iamModel('ListRolePolicies')),
  remove(user, iamModel('DeleteUserPolicy')),
  remove(group, iamModel('DeleteGroupPolicy')),
  remove(role, iamModel('DeleteRolePolicy')),
]

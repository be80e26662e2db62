import type {
  GetAccountAuthorizationDetailsResponse as Details,
  PolicyDetail,
  Tag,
} from '../../reference/aws/iam-shapes.gen.ts'
import { type Document, type Filling, nothing, type Tags } from './account-configuration.ts'

/** Where service-linked roles are: their services make and change them. */
const ofServices = '/aws-service-role/'

/** The entities in answers of GetAccountAuthorizationDetails, as far as those tell. */
export function entitiesOf(pages: readonly Details[]): Filling {
  const entities = nothing()
  for (const page of pages) {
    for (const one of page.Policies ?? [])
      if (ofAccount(one.Arn))
        entities.policies.set(one.PolicyName!, {
          path: one.Path ?? '/',
          ...(one.Description && { description: one.Description }),
          document: documentOf(
            one.PolicyVersionList?.find(({ IsDefaultVersion }) => IsDefaultVersion)?.Document,
          ),
          tags: {},
        })
    for (const one of page.GroupDetailList ?? [])
      entities.groups.set(one.GroupName!, held(one.Path, one.GroupPolicyList, one))
    for (const one of page.UserDetailList ?? [])
      entities.users.set(one.UserName!, {
        ...held(one.Path, one.UserPolicyList, one),
        groups: [...(one.GroupList ?? [])],
        ...boundaryOf(one),
        tags: tagsOfList(one.Tags),
      })
    for (const one of page.RoleDetailList ?? []) {
      if (one.Path?.startsWith(ofServices)) continue
      entities.roles.set(one.RoleName!, {
        ...held(one.Path, one.RolePolicyList, one),
        maxSessionDuration: 3600,
        trustPolicy: documentOf(one.AssumeRolePolicyDocument),
        ...boundaryOf(one),
        tags: tagsOfList(one.Tags),
      })
      for (const profile of one.InstanceProfileList ?? [])
        entities['instance-profiles'].set(profile.InstanceProfileName, {
          path: profile.Path,
          role: one.RoleName,
          tags: tagsOfList(profile.Tags),
        })
    }
  }
  return entities
}

/** Versions of managed policies that are not the default, the oldest first. */
export function otherVersionsOf(pages: readonly Details[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    pages
      .flatMap(({ Policies = [] }) => Policies)
      .map(({ PolicyName = '', PolicyVersionList = [] }) => [
        PolicyName,
        PolicyVersionList.filter(({ IsDefaultVersion }) => !IsDefaultVersion)
          .flatMap(({ VersionId }) => VersionId ?? [])
          .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))),
      ]),
  )
}

function ofAccount(arn: string | undefined): boolean {
  return arn !== undefined && !/^arn:[^:]*:iam::aws:/.test(arn)
}

function held(
  path: string | undefined,
  inline: readonly PolicyDetail[] | undefined,
  {
    AttachedManagedPolicies = [],
  }: {
    readonly AttachedManagedPolicies?:
      | readonly { readonly PolicyArn?: string | undefined }[]
      | undefined
  },
) {
  return {
    path: path ?? '/',
    policies: Object.fromEntries(
      (inline ?? []).map(({ PolicyName, PolicyDocument }) => [
        PolicyName!,
        documentOf(PolicyDocument),
      ]),
    ),
    attachedPolicies: AttachedManagedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []),
  }
}

function boundaryOf({
  PermissionsBoundary: boundary,
}: {
  readonly PermissionsBoundary?:
    | { readonly PermissionsBoundaryArn?: string | undefined }
    | undefined
}) {
  const arn = boundary?.PermissionsBoundaryArn
  return arn === undefined ? {} : { permissionsBoundary: arn }
}

export function tagsOfList(tags: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]))
}

/**
 * A policy document: IAM answers JSON, URL-encoded, and the AWS CLI writes it as an object. Throws
 * an Error for anything else.
 */
export function documentOf(told: unknown): Document {
  if (typeof told === 'object' && told !== null && !Array.isArray(told)) return told as Document
  const text = String(told)
  const read: unknown = JSON.parse(text.startsWith('%') ? decodeURIComponent(text) : text)
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as Document
  throw new Error('a policy document is no JSON object')
}

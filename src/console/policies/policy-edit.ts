import type { PolicyVersion } from '../../reference/aws/iam-shapes.gen.ts'
import { addressOf } from '../address.ts'
import { partOf } from '../call.ts'
import { mostItems, partSection, policyAddress, policyName } from '../iam/parts.ts'
import { isReadyMade } from '../iam/policies.ts'
import { holderRows, holdersOnPage, policy, policyArnLimits } from '../iam/policy.ts'
import { editorPage } from './editor-page.ts'
import type { VersionChoice } from './editor-rules.ts'
import { mostGroups, usersByGroup } from './users-by-group.ts'
import { words } from './words.ts'

const said = words.edit
/** IAM's quota ("IAM and AWS STS quotas"): one more is refused. */
const mostVersions = 5

/** `/console/policies/ARN/edit`: what is saved is a new version, and the default. */
export const policyEdit = editorPage({
  path: '/console/policies/:arn/edit',
  params: { arn: policyArnLimits },
  under: policy,
  crumb: said.crumb,
  calls: [
    'iam:GetPolicy',
    'iam:GetPolicyVersion',
    'iam:ListPolicyVersions',
    'iam:ListEntitiesForPolicy',
    'iam:GetGroup',
    'iam:DeletePolicyVersion',
    'iam:CreatePolicyVersion',
  ],
  operation: 'iam:CreatePolicyVersion',
  holder: 'managed',
  button: said.button,
  fields: [],
  async read(call, { params: { arn = '' } }) {
    const { Policy: found = {} } = await call('iam:GetPolicy', { PolicyArn: arn })
    const VersionId = found.DefaultVersionId ?? 'v1'
    const [version, versions, holders] = await Promise.all([
      call('iam:GetPolicyVersion', { PolicyArn: arn, VersionId }),
      partOf(call('iam:ListPolicyVersions', { PolicyArn: arn, MaxItems: mostItems })),
      partOf(call('iam:ListEntitiesForPolicy', { PolicyArn: arn, MaxItems: holdersOnPage })),
    ])
    return {
      title: said.title(found.PolicyName ?? policyName(arn)),
      says: said.says,
      locked: isReadyMade(arn) ? said.readyMade : undefined,
      text: version.PolicyVersion?.Document ?? '',
      keep: { text: said.keep, href: policyAddress(arn) },
      tried: arn,
      versions: 'denied' in versions ? undefined : choiceOf(versions.value.Versions ?? []),
      aside: [
        partSection(words.holders.title, holders, (value) => holderRows(value, arn, undefined)),
      ],
    }
  },
  async reached(call, { params: { arn = '' } }) {
    const asked = { PolicyArn: arn, EntityFilter: 'Group', MaxItems: mostGroups } as const
    const found = await partOf(call('iam:ListEntitiesForPolicy', asked))
    // The part that tells who has it says so already.
    if ('denied' in found) return []
    const { PolicyGroups = [], IsTruncated } = found.value
    const names = PolicyGroups.flatMap(({ GroupName }) => GroupName ?? [])
    return usersByGroup(call, names, IsTruncated)
  },
  async save(call, { params: { arn = '' } }, { text, drop }) {
    if (drop !== undefined)
      await call('iam:DeletePolicyVersion', { PolicyArn: arn, VersionId: drop })
    const { PolicyVersion: made } = await call('iam:CreatePolicyVersion', {
      PolicyArn: arn,
      PolicyDocument: text,
      SetAsDefault: true,
    })
    return {
      to: addressOf('/console/policies/:arn', { arn }),
      said: said.said(made?.VersionId ?? ''),
    }
  },
})

/** The default version stays; the oldest of the others comes first. */
function choiceOf(versions: readonly PolicyVersion[]): VersionChoice | undefined {
  const others = versions
    .filter(({ IsDefaultVersion }) => !IsDefaultVersion)
    .toSorted((a, b) => numberOf(a) - numberOf(b))
  if (others.length === 0) return undefined
  return {
    must: versions.length >= mostVersions,
    options: others.map(({ VersionId = '', CreateDate }) => ({
      value: VersionId,
      words: words.review.version(VersionId, CreateDate?.toISOString().slice(0, 10) ?? ''),
    })),
  }
}

function numberOf({ VersionId = 'v0' }: PolicyVersion): number {
  return Number(VersionId.slice(1))
}
